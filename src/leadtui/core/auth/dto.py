"""What signing in takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """E-mail and password."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """My own password."""

    current: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pair:
    """What a front door without a terminal of its own keeps between two commands."""

    user_id: int
    session_id: int
    token: str = field(repr=False)
    """The opaque session token."""
    refresh: str = field(repr=False)
    """Good once: it is exchanged for the next pair."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session that works now."""

    id: int
    origin: str
    """tui, cli, api or worker."""
    os_user: str | None
    host: str | None
    opened_at: datetime
    last_seen_at: datetime
    idle_until: datetime
    expires_at: datetime
    mine: bool
    """The one that asks."""
