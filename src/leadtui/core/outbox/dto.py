"""What the outbox takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

KINDS: Final[dict[str, frozenset[str]]] = {
    "task_assigned": frozenset({"lead_id", "task_id", "due_at", "by_name"}),
    "lead_handed_over": frozenset({"lead_id", "task_id", "due_at", "by_name"}),
    "callback_released": frozenset({"lead_id", "task_id", "due_at"}),
    "digest": frozenset(),
    "password_reset": frozenset(),
}
"""Kind of mail → what it may carry. A customer's name, number or note is in none: mail is read by others."""

STATES: Final = ("queued", "sending", "sent", "failed", "suppressed")

SWITCH: Final = "mail"
"""Preference by which a user switches mail off (False); a new password is told all the same."""

ALWAYS: Final = frozenset({"password_reset"})
"""Told whatever the user switched off: somebody else did something to their account."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that was taken for sending: who gets it, and what it is about."""

    id: int
    kind: str
    params: dict[str, Any]
    created_at: datetime
    tries: int
    """This one included."""
    user_id: int
    email: str
    name: str
    locale: str | None
    """The receiver's language; None is the worker's."""
    zone: str
    """The receiver's time zone."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Settle:
    """How sending ended."""

    outbox_id: int
    code: str | None = None
    """None: the server took it. Else why not."""
    permanent: bool = False
    """Whether another try would end the same way."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of it."""

    state: str
    again_at: datetime | None
    """When it is tried again."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A row of the outbox, for who looks after it."""

    id: int
    kind: str
    state: str
    """One of STATES."""
    user_id: int
    to: str
    """The receiver's name."""
    created_at: datetime
    after: datetime
    tries: int
    code: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How mail stands, for `doctor`."""

    waiting: int
    """Due and not sent."""
    oldest: datetime | None
    """Since when the first of them is due."""
    failed: int
    """In the last seven days."""
    workers: int
    """That gave a sign of life within a minute."""
