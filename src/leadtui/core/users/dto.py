"""What the user services take and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AddUser:
    """A new user. It has no `request_id`: a receipt would store the one-time password, and the e-mail
    address already makes a second try harmless."""

    email: str
    name: str
    role: str
    """agent, manager or admin."""
    team: str | None = None
    """A team's code; None is the caller's own."""
    password: str | None = field(default=None, repr=False)
    """None: a one-time password is made, and changed at the first sign-in."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user and, where one was made, the one-time password: shown once, stored only as a hash."""

    user_id: int
    email: str
    one_time_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """One line of the list of users."""

    id: int
    team: str
    email: str
    name: str
    role: str
    must_change: bool
    """Still on a one-time password."""
    disabled_at: datetime | None
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class UserSession:
    """A session of somebody that works now."""

    id: int
    email: str
    name: str
    role: str
    origin: str
    """tui, cli, api or worker."""
    os_user: str | None
    host: str | None
    opened_at: datetime
    last_seen_at: datetime
    idle_until: datetime
    expires_at: datetime
