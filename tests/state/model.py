"""The lead's life in plain Python: what DESIGN §3 says, written a second time and differently.

No service, no rule of the core is used here: where the two disagree, one of them is wrong. Every action
answers with the code of its refusal, or None.
"""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

PENDING, QUALIFIED, CONTACTED, CONVERTED, REJECTED, DO_NOT_CALL, BAD_NUMBER = 0, 1, 2, 3, 4, 5, 6
INTERESTED, CALLBACK, CLOSED, NOT_INTERESTED, WRONG_NUMBER, DNC = 1, 2, 3, 4, 5, 6
GONE = {CONVERTED, BAD_NUMBER, DO_NOT_CALL}

ZONES = {1: ZoneInfo("Asia/Jakarta"), 2: ZoneInfo("Asia/Makassar")}
TEAM = ZONES[1]
LEASE = timedelta(minutes=15)
EARLY = timedelta(minutes=15)
RETRY = timedelta(hours=2)
COOL_OFF = (1, 7, 30)
PER_DAY, LIFETIME, TRIES = 3, 8, 3
UNDO = timedelta(seconds=12)

_ids = itertools.count(1)


@dataclass
class Task:
    """An open task; closed ones are dropped."""

    owner: int | None
    kind: int
    due: datetime
    tries: int = 0
    uid: int = field(default_factory=lambda: next(_ids))


@dataclass
class Phone:
    """A number of a lead."""

    number: str
    preferred: bool
    bad: bool = False


@dataclass
class Lead:
    """Where a lead stands."""

    id: int
    rank: int
    zone: int
    phones: list[Phone]
    state: int = PENDING
    owner: int | None = None
    callback: datetime | None = None
    hidden: datetime | None = None
    capped: bool = False
    attempts: int = 0
    today: int = 0
    day: date | None = None
    rejections: int = 0
    dnc: bool = False
    phone_ok: bool = True
    asked: bool = False
    """The person does not want to be called."""
    claim: tuple[int, datetime] | None = None
    tasks: list[Task] = field(default_factory=list)
    stamp: int = 0
    """Grows with everything that happens."""

    def touch(self) -> None:
        """Something happened."""
        self.stamp = next(_ids)

    def promise(self) -> Task | None:
        """The open callback."""
        return next((task for task in self.tasks if task.kind == 1), None)


@dataclass
class Open:
    """An open call."""

    agent: int
    lead: int
    phone: str | None
    incoming: bool
    opened: datetime
    lease: datetime
    stamp: int
    live: bool = True
    dialled: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None


@dataclass
class Call:
    """A call that counts."""

    id: int
    agent: int
    lead: int
    at: datetime
    outcome: int | None
    next_at: datetime | None
    amount: Decimal | None
    talk: int
    open: Open
    before: Lead
    after: int
    """The lead's stamp."""
    held: bool
    task: int | None = None
    numbers: set[str] = field(default_factory=set)
    """Blocked by it."""
    others: dict[int, tuple[int, Lead]] = field(default_factory=dict)
    """Leads on the same numbers: (stamp after, as before)."""
    pause: bool = False
    """A pause began with its end."""

    @property
    def connected(self) -> bool:
        """Whether somebody was reached."""
        return self.outcome not in (None, WRONG_NUMBER)


def strength(outcome: int | None) -> int:
    """How final an outcome is."""
    return {CLOSED: 1, DNC: 2}.get(outcome or 0, 0)


def opening(zone: int, at: datetime) -> datetime:
    """The next time at which a customer may be called."""
    there = at.astimezone(ZONES[zone])
    while not (there.isoweekday() <= 6 and 8 <= there.hour < 18):
        later = there.replace(hour=8, minute=0, second=0, microsecond=0)
        there = later if later > there else later + timedelta(days=1)
    return there


class World:
    """Two agents, some leads, a clock."""

    def __init__(self, now: datetime, agents: list[int], leads: list[Lead]) -> None:
        self.now = now
        self.agents = agents
        self.leads = {lead.id: lead for lead in leads}
        self.open: dict[int, Open] = {}
        self.calls: list[Call] = []
        self.blocked: set[str] = set()
        self.given_back: set[tuple[int, int, date]] = set()
        self.paused: dict[int, str] = {}

    def day(self) -> date:
        """The team's."""
        return self.now.astimezone(TEAM).date()

    # who may be called ---------------------------------------------------------------------------------

    def free(self, lead: Lead, me: int, *, by_hand: bool) -> set[str]:
        """What stands against calling: lease, or anything else."""
        against = set()
        if lead.state in GONE or lead.dnc or lead.capped or not lead.phone_ok:
            against.add("never")
        early = EARLY if by_hand and lead.owner == me else timedelta(0)
        if lead.callback is not None and lead.callback - early > self.now:
            against.add("rest")
        if lead.hidden is not None and lead.hidden > self.now:
            against.add("rest")
        if lead.owner not in (None, me):
            against.add("owner")
        if opening(lead.zone, self.now) != self.now:
            against.add("window")
        if lead.claim is not None and lead.claim[1] > self.now and not (by_hand and lead.claim[0] == me):
            against.add("lease")
        return against

    def number(self, lead: Lead) -> str | None:
        """The one that would be dialled."""
        good = [phone for phone in lead.phones if not phone.bad and phone.number not in self.blocked]
        return min(good, key=lambda phone: (not phone.preferred, phone.number)).number if good else None

    def busy(self, number: str | None) -> bool:
        """Somebody talks on it."""
        return any(
            call.phone == number and call.live and call.lease > self.now for call in self.open.values()
        )

    def lapse(self) -> None:
        """Calls whose lease has ended hold nothing any more."""
        for call in self.open.values():
            if call.lease <= self.now:
                call.live = False

    # taking --------------------------------------------------------------------------------------------

    def best(self, me: int) -> int | None:
        """The lead that `me` is served next."""
        found = [
            lead
            for lead in self.leads.values()
            if not self.free(lead, me, by_hand=False)
            and (me, lead.id, self.day()) not in self.given_back
            and self.number(lead) is not None
            and not self.busy(self.number(lead))
        ]
        due = [lead for lead in found if lead.owner == me and lead.callback is not None]
        if due:
            return min(due, key=lambda lead: (lead.callback, lead.id)).id
        return min(found, key=lambda lead: (-lead.rank, lead.id)).id if found else None

    def claim(self, me: int, chosen: int | None) -> str | None:
        """Take the next best one, or `chosen`."""
        if me in self.open:
            return "has_open_call"
        if self.paused.get(me) == "on":
            return "paused"
        lead_id = chosen if chosen is not None else self.best(me)
        if lead_id is None:
            return "queue_empty"
        lead = self.leads[lead_id]
        against = self.free(lead, me, by_hand=True)
        if "lease" in against:
            return "lead_taken"
        if against:
            return "not_callable"
        number = self.number(lead)
        if number is None or self.busy(number):
            return "lead_taken"
        self._take(me, lead, number, incoming=False)
        return None

    def incoming(self, me: int, lead_id: int) -> str | None:
        """They call us."""
        if me in self.open:
            return "has_open_call"
        lead = self.leads[lead_id]
        if lead.claim is not None and lead.claim[0] != me and lead.claim[1] > self.now:
            return "lead_taken"
        good = [phone for phone in lead.phones if not phone.bad and not self.busy(phone.number)]
        number = min(good, key=lambda phone: (not phone.preferred, phone.number)).number if good else None
        self._take(me, lead, number, incoming=True)
        return None

    def _take(self, me: int, lead: Lead, number: str | None, *, incoming: bool) -> None:
        self.lapse()
        lead.claim = (me, self.now + LEASE)
        lead.touch()
        self.open[me] = Open(me, lead.id, number, incoming, self.now, self.now + LEASE, lead.stamp)
        if incoming:
            self.open[me].answered = self.now

    # on the line ---------------------------------------------------------------------------------------

    def line(self, me: int, what: str) -> str | None:
        """dial, answer or hang up."""
        call = self.open[me]
        lead = self.leads[call.lead]
        if not call.live:
            taken = any(
                other.live and (other.lead == call.lead or (call.phone and other.phone == call.phone))
                for other in self.open.values()
                if other is not call
            )
            if lead.stamp != call.stamp or taken:
                return "lead_moved_on"
        if what == "end":
            if call.dialled is None and call.answered is None:
                return "not_dialled"
        elif not call.incoming and what == "dial" and call.dialled is None:
            closed = opening(lead.zone, self.now) != self.now
            if lead.dnc or not lead.phone_ok or closed:
                return "not_callable"
        call.live, call.lease = True, self.now + LEASE
        lead.claim = (me, call.lease)
        if what == "end":
            call.ended = call.ended or self.now
        elif not call.incoming:
            call.dialled = call.dialled or self.now
            if what == "answer":
                call.answered = call.answered or self.now
        return None

    def give_back(self, me: int) -> str | None:
        """Before dialling, or where somebody else has worked on the customer since."""
        call = self.open[me]
        lead = self.leads[call.lead]
        untouched = call.live or lead.stamp == call.stamp
        if call.dialled is not None and untouched:
            return "already_dialled"
        if untouched and lead.claim is not None and lead.claim[0] == me:
            lead.claim = None
            lead.touch()
        if not call.incoming:
            self.given_back.add((me, lead.id, self.day()))
        del self.open[me]
        self._rest(me)
        return None

    def _rest(self, me: int) -> bool:
        if self.paused.get(me) == "waiting":
            self.paused[me] = "on"
            return True
        return False

    # logging -------------------------------------------------------------------------------------------

    def log(
        self,
        me: int,
        outcome: int | None,
        next_at: datetime | None = None,
        *,
        amount: Decimal | None = None,
        follow: timedelta | None = None,
        keep_mine: bool = False,
    ) -> Call | str:
        """Finish the open call; `follow`: a macro's time."""
        opened = self.open[me]
        lead = self.leads[opened.lead]
        overtaken = not opened.live and lead.stamp != opened.stamp
        if overtaken and not keep_mine:
            return "lead_moved_on"
        if opened.incoming:
            final = lead.state in (CONVERTED, DO_NOT_CALL) or lead.dnc
            if outcome in (None, WRONG_NUMBER) or (final and next_at is not None):
                return "invalid"
        follow_at = None if follow is None else opening(lead.zone, self.now + follow)
        if outcome == CALLBACK and next_at is None:
            next_at = follow_at
        call = Call(
            0, me, lead.id, self.now, outcome, next_at, amount, 0, opened, copy.deepcopy(lead), 0,
            held=not overtaken,
        )  # fmt: skip
        call.talk = self._talk(call)
        del self.open[me]
        if lead.claim is not None and lead.claim[0] == me:
            lead.claim = None
        self._settle(call, overtaken=overtaken, counted=not opened.incoming, follow_at=follow_at)
        call.pause = self._rest(me)
        self.calls.append(call)
        return call

    @staticmethod
    def _talk(call: Call) -> int:
        if not call.connected or call.open.answered is None:
            return 0
        return max(0, round(((call.open.ended or call.at) - call.open.answered).total_seconds()))

    def _settle(self, call: Call, *, overtaken: bool, counted: bool, follow_at: datetime | None) -> None:
        """What the table makes of a call."""
        lead, outcome, at = self.leads[call.lead], call.outcome, call.at
        other = [
            phone
            for phone in lead.phones
            if not phone.bad and phone.number != call.open.phone and phone.number not in self.blocked
        ]
        instead = min(other, key=lambda phone: (not phone.preferred, phone.number)) if other else None
        rested = lead.state == REJECTED and (lead.hidden is None or lead.hidden <= at)
        was = PENDING if rested else lead.state
        held = max({CONVERTED: 1, DO_NOT_CALL: 2}.get(lead.state, 0), 1 if lead.dnc else 0)
        day = at.astimezone(ZONES[lead.zone]).date()
        lead.today = (lead.today if lead.day == day else 0) + counted
        lead.day, lead.attempts, lead.state = day, lead.attempts + counted, was
        lead.touch()
        if held > strength(outcome) or (overtaken and strength(outcome) == 0):
            pass  # noted only
        elif outcome is None or (outcome == WRONG_NUMBER and instead is not None):
            self._nobody(lead, at, follow_at)
        elif outcome in (WRONG_NUMBER, DNC):
            lead.state = BAD_NUMBER if outcome == WRONG_NUMBER else DO_NOT_CALL
            lead.owner = lead.callback = lead.hidden = None
            lead.tasks = []
        else:
            self._talked(lead, call, follow_at)
        if outcome == WRONG_NUMBER:
            for phone in lead.phones:
                phone.bad = phone.bad or phone.number == call.open.phone
                phone.preferred = instead is not None and phone.number == instead.number
            lead.phone_ok = lead.phone_ok and instead is not None
        if outcome == DNC:
            self._block(lead, call)
        call.after = lead.stamp

    def _nobody(self, lead: Lead, at: datetime, follow_at: datetime | None) -> None:
        back = follow_at or at + RETRY
        if lead.today >= PER_DAY:
            zone = ZONES[lead.zone]
            midnight = datetime.combine(
                at.astimezone(zone).date() + timedelta(days=1), datetime.min.time(), zone
            )
            back = max(back, midnight)
        lead.capped = lead.capped or lead.attempts >= LIFETIME
        promise = lead.promise()
        promised = lead.callback is not None and lead.owner is not None
        tries = promise.tries if promise is not None else 0
        kept = promised and not lead.capped and tries + 1 < TRIES
        if (promised and not kept) or lead.capped:
            lead.owner = None
        lead.callback, lead.hidden = (back, None) if kept else (None, back)
        if lead.capped:
            lead.tasks = []
        elif promise is not None:
            promise.tries += 1
            promise.due = back
            if not kept:
                lead.tasks.remove(promise)

    def _talked(self, lead: Lead, call: Call, follow_at: datetime | None) -> None:
        me, at = call.agent, call.at
        lead.tasks = [
            task
            for task in lead.tasks
            if task.kind != 1 and not (task.kind == 2 and task.owner == me and task.due <= at + EARLY)
        ]
        lead.owner, lead.callback, lead.hidden = me, None, None
        if call.outcome == NOT_INTERESTED:
            lead.rejections += 1
            lead.state, lead.owner = REJECTED, None
            lead.hidden = at + timedelta(days=COOL_OFF[min(lead.rejections, 3) - 1])
        elif call.outcome == INTERESTED:
            lead.state = QUALIFIED
            lead.hidden = call.next_at or follow_at or at + timedelta(days=1)
        elif call.outcome == CALLBACK:
            lead.state, lead.callback = CONTACTED, call.next_at
        else:
            lead.state = CONVERTED
        if call.next_at is not None and call.outcome in (CALLBACK, INTERESTED):
            self._new_task(lead, call)

    @staticmethod
    def _new_task(lead: Lead, call: Call) -> None:
        assert call.next_at is not None
        task = Task(call.agent, 1 if call.outcome == CALLBACK else 2, call.next_at)
        lead.tasks.append(task)
        call.task = task.uid

    def _block(self, lead: Lead, call: Call) -> None:
        numbers = {phone.number for phone in lead.phones if not phone.bad}
        if call.open.phone is not None:
            numbers.add(call.open.phone)
        call.numbers = numbers - self.blocked
        self.blocked |= numbers
        lead.dnc = lead.asked = True
        call.others = {}
        for other in self.leads.values():
            shares = any(phone.number in numbers and not phone.bad for phone in other.phones)
            if other is lead or other.dnc or not shares:
                continue
            before = copy.deepcopy(other)
            other.dnc, other.callback, other.tasks = True, None, []
            other.touch()
            call.others[other.id] = (other.stamp, before)

    # taking back ---------------------------------------------------------------------------------------

    def mine(self, me: int) -> list[Call]:
        """Calls that count, the newest first."""
        return sorted(
            (call for call in self.calls if call.agent == me), key=lambda call: call.at, reverse=True
        )

    def undo(self, call: Call) -> str | None:
        """Everything stands as before the call."""
        me = call.agent
        if self.now > call.at + UNDO or self.mine(me)[0] is not call:
            return "undo_late"
        lead = self.leads[call.lead]
        if lead.stamp != call.after:
            return "lead_moved_on"
        since = self.open.get(me)
        if since is not None and (since.dialled or since.answered):
            return "undo_dialled"
        number = call.open.phone
        others = [other for other in self.open.values() if other is not since]
        if call.held and number is not None and any(
            other.phone == number and other.live and other.lease > self.now for other in others
        ):  # fmt: skip
            return "lead_moved_on"
        if since is not None:
            given = self.leads[since.lead]
            if given.claim is not None and given.claim[0] == me:
                given.claim = None
                given.touch()
            del self.open[me]
        self.lapse()
        self._put_back(call)
        lead = self.leads[call.lead]
        opened = call.open
        opened.lease, opened.live = self.now + LEASE, call.held
        if call.held:
            lead.claim = (me, opened.lease)
            opened.stamp = lead.stamp
        self.open[me] = opened
        if call.pause and self.paused.get(me) == "on":
            self.paused[me] = "waiting"
        self.calls.remove(call)
        return None

    def _put_back(self, call: Call) -> None:
        now = self.leads[call.lead]
        back = copy.deepcopy(call.before)
        back.claim = now.claim
        back.touch()
        self.leads[call.lead] = back
        if call.outcome == DNC:
            self.blocked -= call.numbers
            for ident, (stamp, before) in call.others.items():
                other = self.leads[ident]
                if other.asked or any(
                    phone.number in self.blocked for phone in other.phones if not phone.bad
                ):
                    continue
                if other.stamp == stamp:
                    other.callback, other.tasks = before.callback, copy.deepcopy(before.tasks)
                other.dnc = False
                other.touch()

    def correct(
        self, call: Call, outcome: int | None, next_at: datetime | None, amount: Decimal | None
    ) -> str | None:
        """Log a call of today anew."""
        if call.open.incoming and outcome in (None, WRONG_NUMBER):
            return "invalid"
        if call.outcome == DNC and outcome != DNC:
            return "dnc_stays"
        lead = self.leads[call.lead]
        same = (outcome, next_at) == (call.outcome, call.next_at)
        last = call.held and lead.stamp == call.after
        was, had_next = call.outcome, call.next_at
        if not same and last:
            self._put_back(call)
            call.task = None
        call.outcome, call.next_at, call.amount = outcome, next_at, amount
        call.talk = self._talk(call)
        if same:
            return None
        if last:
            self._settle(call, overtaken=False, counted=not call.open.incoming, follow_at=None)
        elif outcome in (CLOSED, DNC):
            after = call.after
            lead.tasks = [task for task in lead.tasks if task.uid != call.task]
            self._settle(call, overtaken=True, counted=False, follow_at=None)
            call.after = after
        else:
            self._task_follows(lead, call, was, had_next)
        return None

    def _task_follows(self, lead: Lead, call: Call, was: int | None, had_next: datetime | None) -> None:
        due = call.next_at
        task = next((task for task in lead.tasks if task.uid == call.task), None)
        had, changed = call.task is not None, task is not None
        if task is not None and due is not None and call.outcome == was:
            task.due = due
        elif task is not None:
            lead.tasks.remove(task)
        moved = had and due is not None and call.outcome == was
        if was == CALLBACK and changed and lead.owner == call.agent and lead.callback == had_next:
            lead.callback = due if call.outcome == CALLBACK else None
        gone = lead.dnc or lead.state in GONE
        if (
            not moved
            and due is not None
            and not gone
            and (call.outcome != CALLBACK or lead.promise() is None)
        ):
            self._new_task(lead, call)
            changed = True
        if changed:
            lead.touch()

    # giving to a colleague -----------------------------------------------------------------------------

    def hand_over(self, me: int, lead_id: int, to: int) -> str | None:
        """With a note and a task."""
        lead = self.leads[lead_id]
        mine = self.open.get(me)
        if mine is not None and mine.lead != lead_id:
            mine = None
        out = lead.state in GONE or lead.dnc or lead.capped or not lead.phone_ok
        if lead.owner is None and mine is None and out:
            return "lead"
        if lead.claim is not None and lead.claim[0] != me and lead.claim[1] > self.now:
            return "lead_taken"
        if lead.owner not in (None, me):
            return "lead_taken"
        if lead.state in GONE or lead.dnc:
            return "not_callable"
        if mine is not None and (mine.dialled or mine.answered):
            return "already_dialled"
        for call in self.open.values():
            if call.lead == lead_id and call.lease <= self.now:
                call.live = False
        if mine is not None:
            del self.open[me]
            self._rest(me)
        lead.owner, lead.claim = to, None
        for task in lead.tasks:
            if task.owner == me or task.kind == 1:
                task.owner = to
        lead.tasks.append(Task(to, 2, opening(lead.zone, self.now)))
        lead.touch()
        return None

    def pause(self, me: int, *, after_call: bool) -> str | None:
        """Take no calls."""
        if me in self.open and not after_call:
            return "has_open_call"
        waiting = me in self.open
        if self.paused.get(me) == "on" and waiting:
            return None  # it lasts already
        self.paused[me] = "waiting" if waiting else "on"
        return None

    def resume(self, me: int) -> str | None:
        """Take calls again."""
        return None if self.paused.pop(me, None) else "pause"
