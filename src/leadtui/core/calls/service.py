"""The call loop: claim, dial, log, give back. Every function is behind the gate; agents only, but reading."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from typing import Final
from uuid import UUID

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.calls import (
    claim_queries,
    eligibility,
    finish,
    log_queries,
    queries,
    reception,
    rules,
    undo_queries,
)
from leadtui.core.calls.dto import (
    GIVE_BACK_REASONS,
    Claim,
    GiveBack,
    Incoming,
    LogCall,
    Logged,
    OpenCall,
    Outcome,
    Product,
)
from leadtui.core.calls.settings import policy as policy_of
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.pauses import queries as pause_queries
from leadtui.core.policy import Policy, first_opening, open_zones
from leadtui.core.views import queue as view_queue

TRIES: Final = ((16, False), (256, False), (16, True))
"""Candidates to look at, and whether to wait for locked ones. Nearly every claim ends with the first."""

_BEFORE_DIALLING: Final = frozenset({"do_not_call", "consent", "no_phone", "window"})
"""What may have changed between the claim and the dialling."""


@action(Permission.CALLS_WORK, audit="call.opened")
def claim(tx: Tx, command: Claim) -> OpenCall:
    """Take the next best lead, or `command.lead_id`, and open its call, which is then the actor's only one.

    Next best: my due callbacks by time, then those whose owner was not there, then mine and the team's by
    score; what I gave back today is not served to me again. Raises NotFound("queue_empty", opens_at),
    NotFound("lead"), Conflict("has_open_call", open_call_id, lead_id), Conflict("paused", since, reason),
    Conflict("lead_taken", by, by_name, until), Conflict("not_callable", verdicts, until) with the codes of
    `eligibility.verdicts`.
    """
    policy = policy_of(tx)
    zones = open_zones(policy, tx.now)
    since = datetime.combine(tx.now.astimezone(tx.team_zone()).date(), time(0), tx.team_zone())
    view = None
    if command.view_id is not None and command.lead_id is None:
        view = view_queue.filter_of(tx, command.view_id)
    for k, wait in TRIES:
        among = None if view is None else view_queue.candidates(tx, policy, view, k)
        found = claim_queries.claim(
            tx,
            uuid.uuid4(),
            command.lead_id,
            zones=zones,
            window=policy.window_enabled,
            lease=tx.now + policy.lease,
            since=since,
            k=k,
            wait=wait,
            among=among,
        )
        if found.call is not None:
            tx.audit(
                f"lead:{found.call.lead_id}", open_call=str(found.call.id), chosen=command.lead_id is not None
            )
            tx.notify("lead", found.call.lead_id, found.queue_version or 0)
            tx.notify("call", tx.actor.user_id)
            return found.call
        if found.mine is not None:
            break
        if found.paused is not None:
            raise Conflict("paused", since=found.paused[0], reason=found.paused[1])
        if command.lead_id is not None:
            _refuse(tx, command.lead_id, policy)
        elif found.candidates == 0 and not among:
            break
    # looked at anew: another window of the same agent may have been faster while this one waited
    mine = queries.my_open_call(tx)
    if mine is not None:
        raise Conflict("has_open_call", open_call_id=mine[0], lead_id=mine[1])
    if command.lead_id is not None:
        raise Conflict("lead_taken", lead_id=command.lead_id, by=None, by_name=None, until=None)
    opens = None if zones else first_opening(policy, tx.now)
    if view is not None:
        raise NotFound("queue_empty", opens_at=opens, view_id=command.view_id)
    raise NotFound("queue_empty", opens_at=opens)


def _refuse(tx: Tx, lead_id: int, policy: Policy) -> None:
    """Say why a chosen lead could not be taken; returns where nothing is known to stand against it."""
    standing = queries.standing(tx, lead_id)
    if standing is None:
        raise NotFound("lead", lead_id=lead_id)
    against = eligibility.verdicts(standing, policy, tx.actor.user_id, tx.now)
    if any(verdict.code == "lease" for verdict in against):
        by, until = standing.claimed_by, standing.claimed_until
        raise Conflict("lead_taken", lead_id=lead_id, by=by, by_name=queries.person(tx, by), until=until)
    if against:
        untils = [verdict.until for verdict in against]
        raise Conflict(
            "not_callable",
            lead_id=lead_id,
            verdicts=tuple(verdict.code for verdict in against),
            until=None if None in untils else max(at for at in untils if at is not None),
        )


@action(Permission.CALLS_WORK, audit="call.incoming")
def incoming(tx: Tx, command: Incoming) -> OpenCall:
    """A customer of the team is on the line: open their call (direction 1), answered now.

    Whatever the queue says of them: consent, hours, caps, rests and "do not call" are about our calling
    them. It holds the lead as any open call does, and the number where it is known and free. Raises
    NotFound("lead"), Conflict("has_open_call", open_call_id, lead_id), Conflict("lead_taken", by, by_name,
    until).
    """
    return reception.take(tx, command.lead_id)


@action(Permission.CALLS_WORK, audit="call.resumed")
def current(tx: Tx) -> OpenCall | None:
    """My open call, if any: after a restart it is brought back, its lease renewed where it still holds or
    where nothing has happened to the lead since (`live` says)."""
    undo_queries.sweep(tx)
    mine = queries.my_open_call(tx)
    if mine is None:
        return None
    found = _beat(tx, mine[0])
    tx.audit(f"lead:{found.lead_id}", open_call=str(found.id), live=found.live)
    return found


@action(Permission.CALLS_WORK, audit=None)
def heartbeat(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Renew the lease, every 30 s. `live` False: it ended and the lead has moved on, or its number is busy.

    Raises NotFound("open_call") where it was finished.
    """
    return _beat(tx, open_call_id)


def _beat(tx: Tx, open_call_id: UUID) -> OpenCall:
    lease = tx.now + policy_of(tx).lease
    found = queries.renew(tx, open_call_id, lease)
    if found is None:
        queries.revive(tx, open_call_id)
        found = queries.renew(tx, open_call_id, lease) or queries.open_call(tx, open_call_id)
    if found is None:
        raise NotFound("open_call", open_call_id=open_call_id)
    return found


@action(Permission.CALLS_WORK, audit="call.dialled")
def dialled(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Record that the number is being dialled; the first time counts. The front door dials only afterwards,
    and never where `synthetic` is set; a call that came in is never dialled, and nothing happens.

    Raises NotFound("open_call"), Conflict("lead_moved_on", by, by_name, at, state), and before the first
    dialling Conflict("not_callable", verdicts) where the customer may not be called any more (a number that
    was blocked since, hours that have ended).
    """
    return _marked(tx, open_call_id, queries.Mark.DIALLED)


@action(Permission.CALLS_WORK, audit="call.answered")
def answered(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Record that somebody answered (and so that it was dialled). Raises as `dialled`."""
    return _marked(tx, open_call_id, queries.Mark.ANSWERED)


@action(Permission.CALLS_WORK, audit="call.ended")
def hung_up(tx: Tx, open_call_id: UUID) -> OpenCall:
    """Record that the line was hung up, the first time counts: the talk ends here, the writing goes on.

    Raises NotFound("open_call"), Conflict("lead_moved_on", …) as `dialled`, and Conflict("not_dialled",
    lead_id) where nobody was called yet.
    """
    return _marked(tx, open_call_id, queries.Mark.ENDED)


def _marked(tx: Tx, open_call_id: UUID, what: queries.Mark) -> OpenCall:
    lease = tx.now + policy_of(tx).lease
    # on the assumption that all is well; where it is not, what is raised takes the mark back
    found, standing, marked = queries.beat_and_mark(tx, open_call_id, lease, what)
    if found is None:
        found, marked = _beat(tx, open_call_id), None
        standing = queries.standing(tx, found.lead_id)
    tx.audit(f"lead:{found.lead_id}", open_call=str(found.id))
    if not found.live:
        raise finish.moved_on(tx, found.lead_id, open_call_id=found.id)
    if what is queries.Mark.ENDED:
        if found.dialled_at is None and found.answered_at is None:
            raise Conflict("not_dialled", lead_id=found.lead_id)
    elif found.direction:
        return found
    elif what is queries.Mark.DIALLED and found.dialled_at is None:
        _may_dial(tx, found.lead_id, standing)
    if marked is None:
        marked = queries.mark(tx, open_call_id, what)
    tx.notify("call", tx.actor.user_id)
    return marked


def _may_dial(tx: Tx, lead_id: int, standing: eligibility.Standing | None) -> None:
    if standing is None:
        raise NotFound("lead", lead_id=lead_id)
    against = eligibility.verdicts(standing, policy_of(tx), tx.actor.user_id, tx.now)
    codes = tuple(verdict.code for verdict in against if verdict.code in _BEFORE_DIALLING)
    if codes:
        raise Conflict("not_callable", lead_id=lead_id, verdicts=codes, until=None)


@action(Permission.CALLS_WORK, audit="call.logged")
def log(tx: Tx, command: LogCall) -> Logged:
    """Finish the open call: call log, lead, tasks, numbers and the agent's day in one transaction.

    Raises Invalid (see `validate.checked` and `checked_incoming`; product_id or macro_id "unknown"),
    NotFound("open_call"), Conflict("lead_moved_on", by, by_name, at, state) where the lease had ended and
    something happened to the lead since: nothing is written, and the same command with `keep_mine` records
    the call.
    """
    return finish.log(tx, command)


@action(Permission.CALLS_WORK, audit="call.given_back")
def give_back(tx: Tx, command: GiveBack) -> None:
    """Return the lead before dialling. Raises Invalid({"reason": "unknown"}), NotFound("open_call"),
    Conflict("already_dialled"). A pause that waited for the end of the call begins.

    A dialled call can be dropped, too, where somebody else has worked on the customer since: the answer to
    Conflict("lead_moved_on") of who does not keep their own version.
    """
    if command.reason not in GIVE_BACK_REASONS:
        raise Invalid({"reason": "unknown"})
    call = queries.finishing(tx, command.open_call_id)
    if call is None:
        raise NotFound("open_call", open_call_id=command.open_call_id)
    untouched = call.live or call.standing.version == call.queue_version
    if call.dialled_at is not None and untouched:
        raise Conflict("already_dialled", lead_id=call.lead_id, at=call.dialled_at)
    version = log_queries.give_back(
        tx,
        command.open_call_id,
        call.lead_id,
        command.reason,
        untouched=untouched,
        counted=not call.direction,
    )
    if pause_queries.begin_waiting(tx):
        tx.notify("pause", tx.actor.user_id)
    tx.audit(
        f"lead:{call.lead_id}",
        open_call=str(command.open_call_id),
        reason=command.reason,
        overtaken=not untouched,
    )
    if version:
        tx.notify("lead", call.lead_id, version)
    tx.notify("call", tx.actor.user_id)


@query(Permission.CALLS_READ)
def products(tx: Tx) -> tuple[Product, ...]:
    """What the actor's team sells, in a steady order; `Product.name(language)` words it."""
    return tuple(queries.products(tx))


@query(Permission.CALLS_READ)
def consequences(tx: Tx, lead_id: int) -> dict[Outcome | None, tuple[rules.Consequence, ...]]:
    """What each outcome (None: not answered) would lead to for a lead of the team: the rows of the call form.

    Raises NotFound("lead").
    """
    found = queries.outlook(tx, lead_id)
    if found is None:
        raise NotFound("lead", lead_id=lead_id)
    policy = policy_of(tx)
    return {
        outcome: rules.consequences(
            outcome, policy, found.standing, tx.now, tries=found.tries, other_number=found.other_number
        )
        for outcome in (None, *Outcome)
    }
