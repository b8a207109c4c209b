"""What travels between the app and its screens. Frozen facts; no widget of ours posts these."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from leadtui.core.calls.dto import GiveBack, LogCall, Logged


class Loaded(Message):
    """A service answered. `BaseScreen` drops it when a later request of the same group has been made."""

    def __init__(self, group: str, number: int, value: Any, then: Callable[[Any], object]) -> None:
        super().__init__()
        self.group = group
        self.number = number
        self.value = value
        self.then = then


class Failed(Message):
    """A service raised. Stale ones are dropped like `Loaded`."""

    def __init__(
        self, group: str, number: int, error: Exception, failed: Callable[[Exception], object] | None
    ) -> None:
        super().__init__()
        self.group = group
        self.number = number
        self.error = error
        self.failed = failed


class Saved(Message):
    """The App stored a call. Every screen of every mode gets it; the open call is gone by then."""

    def __init__(self, command: LogCall, logged: Logged) -> None:
        super().__init__()
        self.command = command
        self.logged = logged


class SaveFailed(Message):
    """The App could not store a call. Every screen gets it; what was typed must stay where it is.

    With `retrying` the database is away and the App tries again by itself with the same request id; else the
    App leaves it to the screen that holds the form to show `error` (`app.present(error, screen)`).
    """

    def __init__(self, command: LogCall, error: Exception, retrying: bool) -> None:
        super().__init__()
        self.command = command
        self.error = error
        self.retrying = retrying


class GiveBackFailed(Message):
    """The App could not give a call back: it is open as before. The App itself says why."""

    def __init__(self, command: GiveBack) -> None:
        super().__init__()
        self.command = command


class Changed(Message):
    """Something changed in the database, by whomever: `lead`, `task`, `call`, `run`, `user`, `model`.

    Every screen of every mode gets it: be cheap, and mark in place.
    """

    def __init__(self, kind: str, ident: int, version: int) -> None:
        super().__init__()
        self.kind = kind
        self.ident = ident
        self.version = version


class Resync(Message):
    """Changes may have been missed while the connection was gone: look at everything anew, in place."""


class CallChanged(Message):
    """The open call came, moved on (dialled, answered, lease) or went: `app.open_call` says how it is now."""
