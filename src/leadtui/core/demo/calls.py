"""Yesterday on the demo's floor: one agent's day, made through the same services that people use.

The clock of the agent's session is set to yesterday (only the demo and tests may), so leads, tasks, the
agent's day and the audit hold what a real day leaves behind.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.auth import service as auth
from leadtui.core.auth.dto import SignIn
from leadtui.core.calls import service as calls
from leadtui.core.calls.dto import CallStatus, Claim, LogCall, NoAnswer, OpenCall, Outcome
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.demo.dto import DemoLogin
from leadtui.core.demo.notes import NOTES
from leadtui.core.errors import NotFound

_OUTCOMES: Final[tuple[tuple[Outcome | None, int], ...]] = (
    (None, 12),
    (Outcome.NOT_INTERESTED, 6),
    (Outcome.INTERESTED, 3),
    (Outcome.CALLBACK, 3),
    (Outcome.CLOSED, 2),
    (Outcome.WRONG_NUMBER, 1),
    (Outcome.DO_NOT_CALL, 1),
)
"""The day: what came of each call, and how often. None is "not answered"."""

CALLS: Final = sum(n for _, n in _OUTCOMES)
_START: Final = time(9, 4)
_OVERDUE: Final = timedelta(minutes=12)
"""How long the first callback has been due when somebody opens the demo."""


@dataclass(slots=True)
class _Day:
    ctx: Ctx
    rng: random.Random
    language: str
    now: datetime
    """The real time."""
    callbacks: int = 0


def make_day(
    db: Database, login: DemoLogin, language: str, seed: int, advance: Callable[[int, int], None]
) -> int:
    """Sign `login` in and work yesterday; gives the number of calls (fewer where the customers run out)."""
    ctx = Ctx(db, Origin.CLI)
    actor = auth.sign_in(ctx, SignIn(login.email, login.password))
    zone = ZoneInfo(actor.team_zone)
    now = datetime.now(zone)
    # Not a secret: the same seed has to give the same demo.
    rng = random.Random(seed)  # noqa: S311
    day = _Day(ctx, rng, language, now)
    plan = [outcome for outcome, n in _OUTCOMES for _ in range(n)]
    rng.shuffle(plan)
    clock = datetime.combine(now.date() - timedelta(days=1), _START, zone)
    made = 0
    try:
        for outcome in plan:
            ctx.now = clock
            try:
                call = calls.claim(ctx, Claim(_id(rng)))
            except NotFound:
                break
            clock = _finish(day, call, outcome, clock) + timedelta(minutes=rng.randint(3, 16))
            made += 1
            advance(made, len(plan))
    finally:
        ctx.now = None
        auth.sign_out(ctx)
    return made


def _id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _finish(day: _Day, call: OpenCall, outcome: Outcome | None, clock: datetime) -> datetime:
    """Dial, talk and log; gives the time when it was over."""
    ctx, rng = day.ctx, day.rng
    ctx.now = clock = clock + timedelta(seconds=rng.randint(4, 15))
    calls.dialled(ctx, call.id)
    connected = outcome is not None
    if connected:
        ctx.now = clock = clock + timedelta(seconds=rng.randint(6, 20))
        calls.answered(ctx, call.id)
    ctx.now = clock = clock + timedelta(seconds=rng.randint(70, 380) if connected else rng.randint(25, 50))
    reason = None if connected else rng.choice(list(NoAnswer))
    calls.log(
        ctx,
        LogCall(
            request_id=_id(rng),
            open_call_id=call.id,
            status=CallStatus.CONNECTED if connected else CallStatus.NOT_ANSWERED,
            note=_note(day, outcome if outcome is not None else reason),
            reason=reason,
            outcome=outcome,
            callback_at=_callback(day) if outcome is Outcome.CALLBACK else None,
            product_id=calls.products(ctx)[0].id if outcome is Outcome.CLOSED else None,
            amount=Decimal(rng.randint(5, 40) * 5_000_000) if outcome is Outcome.CLOSED else None,
        ),
    )
    return clock


def _note(day: _Day, what: Outcome | NoAnswer | None) -> str:
    kind = "no_answer" if what is None else what.name.lower()
    return day.rng.choice(NOTES[day.language][kind])


def _callback(day: _Day) -> datetime:
    """The first one is due now, the others in the days to come."""
    day.callbacks += 1
    if day.callbacks == 1:
        return day.now - _OVERDUE
    later = day.now.date() + timedelta(days=day.callbacks - 1)
    return datetime.combine(later, time(10 + day.callbacks, 30), day.now.tzinfo)
