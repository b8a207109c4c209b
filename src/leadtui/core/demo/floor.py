"""Live colleagues of the demo: they sign in, claim, dial, talk and log through the real services.

At a human pace, one process and one thread for all of them: each has one next step and a time for it. What
they do is what people do, with outcomes drawn from the score.
"""

from __future__ import annotations

import contextlib
import heapq
import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import (
    GIVE_BACK_REASONS,
    CallStatus,
    Claim,
    GiveBack,
    LogCall,
    NoAnswer,
    OpenCall,
    Outcome,
)
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.demo.dto import DemoLogin
from leadtui.core.demo.notes import NOTES
from leadtui.core.errors import Conflict, Invalid, LeadtuiError, NotFound, Unauthenticated, Unavailable
from leadtui.core.pauses import service as pauses
from leadtui.core.pauses.dto import REASONS, EndPause, StartPause

THINK: Final = (5.0, 25.0)
"""Seconds between two calls, and before dialling the half of it."""
RING: Final = (4.0, 14.0)
TALK: Final = (12.0, 75.0)
PAUSE: Final = (60.0, 240.0)
NOBODY: Final = (20.0, 40.0)
"""Until the next look at an empty queue, or at a database that is away."""
TOUCH: Final = 300.0
"""How often a session is kept alive that has nothing to say."""

_GIVE_BACK: Final = 0.04
_PAUSE: Final = 0.04
_CONNECTED: Final = 0.55


@dataclass(slots=True)
class Colleague:
    """Somebody who works."""

    login: DemoLogin
    ctx: Ctx
    rng: random.Random
    call: OpenCall | None = None
    answered: bool = False
    then: Callable[[], float] | None = None
    """The next step; gives the seconds until the one after."""
    touched: float = 0.0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


class Floor:
    """The colleagues. `work` runs until `stop` is set."""

    def __init__(
        self, db: Database, logins: Sequence[DemoLogin], language: str, *, seed: int | None = None,
        pace: float = 1.0,
    ) -> None:  # fmt: skip
        self._language = language
        self._pace = pace
        self.stop = threading.Event()
        # Not a secret: who calls whom in a demo.
        rng = random.Random(seed)  # noqa: S311
        self._people = [
            Colleague(login, Ctx(db, Origin.TUI), random.Random(rng.random()))  # noqa: S311
            for login in logins
        ]
        for one in self._people:
            one.then = self._step(one, self._begin)

    def work(self) -> None:
        """Until `stop`; then everybody gives back what they have not dialled, and signs out."""
        # not all at once: a floor fills up in the morning
        due = [(time.monotonic() + n * 2.0 * self._pace, n) for n in range(len(self._people))]
        heapq.heapify(due)
        try:
            while due and not self.stop.is_set():
                at, n = due[0]
                if self.stop.wait(max(0.0, at - time.monotonic())):
                    break
                seconds = self._do(self._people[n])
                heapq.heapreplace(due, (time.monotonic() + seconds * self._pace, n))
        finally:
            for one in self._people:
                self._leave(one)

    # one step ------------------------------------------------------------------------------------------

    def _step(self, one: Colleague, what: Callable[[Colleague], float]) -> Callable[[], float]:
        return lambda: what(one)

    def _do(self, one: Colleague) -> float:
        assert one.then is not None  # noqa: S101
        try:
            self._keep(one)
            return one.then()
        except Unauthenticated:
            one.then = self._step(one, self._begin)
        except Unavailable:
            pass  # the same step again
        except LeadtuiError:
            # somebody was faster, or the customer may not be called any more: look at what is open anew
            one.then = self._step(one, self._back)
        return one.rng.uniform(*NOBODY)

    def _keep(self, one: Colleague) -> None:
        if one.ctx.token is not None and time.monotonic() - one.touched > TOUCH:
            auth.touch(one.ctx)
            one.touched = time.monotonic()

    def _begin(self, one: Colleague) -> float:
        one.ctx.token = None
        actor = auth.sign_in(one.ctx, SignIn(one.login.email, one.login.password))
        one.zone = ZoneInfo(actor.zone)
        one.touched = time.monotonic()
        return self._back(one)

    def _back(self, one: Colleague) -> float:
        """What was open, from before: logged where it was dialled, else given back."""
        self._end_pause(one)
        one.call = calls.current(one.ctx)
        one.answered = False
        if one.call is None:
            one.then = self._step(one, self._claim)
        elif one.call.dialled_at is None:
            one.then = self._step(one, self._give_back)
        else:
            one.answered = one.call.answered_at is not None
            one.then = self._step(one, self._log)
        return one.rng.uniform(0.5, 2.0)

    def _claim(self, one: Colleague) -> float:
        if one.rng.random() < _PAUSE:
            return self._begin_pause(one)
        try:
            one.call = calls.claim(one.ctx, Claim(uuid.uuid4()))
        except NotFound:
            return one.rng.uniform(*NOBODY)  # nobody to call: the queue fills up again by itself
        one.answered = False
        give_back = one.rng.random() < _GIVE_BACK
        one.then = self._step(one, self._give_back if give_back else self._dial)
        return one.rng.uniform(*THINK) / 2

    def _give_back(self, one: Colleague) -> float:
        if one.call is not None:
            calls.give_back(one.ctx, GiveBack(uuid.uuid4(), one.call.id, one.rng.choice(GIVE_BACK_REASONS)))
        one.call = None
        one.then = self._step(one, self._claim)
        return one.rng.uniform(*THINK)

    def _dial(self, one: Colleague) -> float:
        assert one.call is not None  # noqa: S101
        calls.dialled(one.ctx, one.call.id)
        likely = _CONNECTED + 0.2 * (one.call.probability or 0.0)
        one.answered = one.rng.random() < likely
        one.then = self._step(one, self._answer if one.answered else self._log)
        return one.rng.uniform(*RING) * (1.0 if one.answered else 2.0)

    def _answer(self, one: Colleague) -> float:
        assert one.call is not None  # noqa: S101
        calls.answered(one.ctx, one.call.id)
        one.then = self._step(one, self._log)
        return one.rng.uniform(*TALK)

    def _log(self, one: Colleague) -> float:
        assert one.call is not None  # noqa: S101
        outcome = drawn(one.rng, one.call.probability) if one.answered else None
        try:
            calls.log(one.ctx, self._said(one, outcome))
        except Invalid:
            # a callback on a day that is none: the customer is interested all the same
            calls.log(one.ctx, self._said(one, Outcome.INTERESTED if one.answered else None))
        except Conflict as moved:
            if moved.code != "lead_moved_on":
                raise
            calls.log(one.ctx, self._said(one, outcome, keep_mine=True))
        one.call = None
        one.then = self._step(one, self._claim)
        return one.rng.uniform(*THINK)

    def _said(self, one: Colleague, outcome: Outcome | None, *, keep_mine: bool = False) -> LogCall:
        assert one.call is not None  # noqa: S101
        rng = one.rng
        connected = one.answered
        reason = None if connected else rng.choice(list(NoAnswer))
        what = reason.name if reason is not None else outcome.name if outcome is not None else "no_answer"
        closed = outcome is Outcome.CLOSED
        return LogCall(
            request_id=uuid.uuid4(),
            open_call_id=one.call.id,
            status=CallStatus.CONNECTED if connected else CallStatus.NOT_ANSWERED,
            note=rng.choice(NOTES[self._language][what.lower()]),
            reason=reason,
            outcome=outcome,
            callback_at=_callback(rng, one.zone) if outcome is Outcome.CALLBACK else None,
            product_id=rng.choice(calls.products(one.ctx)).id if closed else None,
            amount=Decimal(rng.randint(2, 40) * 5_000_000) if closed else None,
            keep_mine=keep_mine,
        )

    def _leave(self, one: Colleague) -> None:
        """Nothing stays behind that would keep a customer from others: the next start finds the rest."""
        if one.ctx.token is None:
            return
        with contextlib.suppress(LeadtuiError):
            self._end_pause(one)
            open_call = calls.current(one.ctx)
            if open_call is not None and open_call.dialled_at is None:
                calls.give_back(one.ctx, GiveBack(uuid.uuid4(), open_call.id, "not_now"))
        with contextlib.suppress(LeadtuiError):
            auth.sign_out(one.ctx)

    # pauses --------------------------------------------------------------------------------------------

    def _begin_pause(self, one: Colleague) -> float:
        pauses.start(one.ctx, StartPause(uuid.uuid4(), one.rng.choice(REASONS)))
        one.then = self._step(one, self._back)
        return one.rng.uniform(*PAUSE)

    def _end_pause(self, one: Colleague) -> None:
        if pauses.current(one.ctx) is not None:
            pauses.end(one.ctx, EndPause(uuid.uuid4()))


def drawn(rng: random.Random, probability: float | None) -> Outcome:
    """What comes of a call that was answered: the better the score, the more is sold."""
    p = 0.11 if probability is None else probability
    weights = {
        Outcome.CLOSED: 0.02 + 0.8 * p,
        Outcome.INTERESTED: 0.14 + 0.3 * p,
        Outcome.CALLBACK: 0.14,
        Outcome.WRONG_NUMBER: 0.03,
        Outcome.DO_NOT_CALL: 0.02,
        Outcome.NOT_INTERESTED: max(0.1, 0.65 - 0.6 * p),
    }
    return rng.choices(list(weights), list(weights.values()))[0]


def _callback(rng: random.Random, zone: ZoneInfo) -> datetime:
    """A working morning or afternoon of the next days."""
    day = datetime.now(zone) + timedelta(days=rng.randint(1, 4))
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return day.replace(
        hour=rng.choice((10, 11, 13, 14, 15)), minute=rng.choice((0, 30)), second=0, microsecond=0
    )
