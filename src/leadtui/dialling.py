"""Dialling: the number is copied, made a `tel:` link, or given to the bank's own command.

Always after the database has the time, never for a synthetic person, and nothing but digits reaches a link or
a command. A command that fails leaves the number on the clipboard, and says so.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from leadtui.core.settings import NUMBER, Settings
from leadtui.desk import Desk
from leadtui.i18n import _
from leadtui.text import clean

SECONDS: Final = 10.0
"""A dial command hands the number over and ends; one that takes longer is stopped."""

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")

Told = tuple[str, dict[str, Any]]
"""(msgid, what it needs)"""


class DialError(Exception):
    """The command did not dial: why, as a code and what its sentence needs."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code, self.data = code, data


def dialable(phone: str) -> str:
    """The number in E.164, or the empty string: anything else is neither linked nor given to a program."""
    return phone if _E164.fullmatch(phone) else ""


def tel_link(phone: str) -> str:
    """`tel:+628…`, or the empty string."""
    return f"tel:{phone}" if dialable(phone) else ""


def run_command(command: Sequence[str], phone: str, seconds: float = SECONDS) -> None:
    """Run `command` with the number in the place of `{number}`: no shell, no terminal, no input, without our
    own settings (a database's URL may hold a password), in a session of its own that is stopped with all its
    children after `seconds`. Blocks. Raises DialError."""
    import subprocess  # not before the first paint

    if not dialable(phone):
        raise DialError("number")
    arguments = [part.replace(NUMBER, phone) for part in command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEADTUI_")}
    nothing = subprocess.DEVNULL
    try:
        program = subprocess.Popen(  # noqa: S603  the bank's own command, and a checked number
            arguments, stdin=nothing, stdout=nothing, stderr=nothing, env=environment, close_fds=True,
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise DialError("missing", name=arguments[0]) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise DialError("not_started", name=arguments[0], why=why) from error
    try:
        code = program.wait(seconds)
    except subprocess.TimeoutExpired as error:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        raise DialError("too_long", name=arguments[0], seconds=round(seconds)) from error
    if code:
        raise DialError("failed", name=arguments[0], number=code)


def dial_words(error: DialError) -> str:
    """Why it was not dialled, and that the number is on the clipboard."""
    name = clean(error.data.get("name", ""))
    if error.code == "missing":
        told = _("The dial command {name} was not found.").format(name=name)
    elif error.code == "not_started":
        told = _("The dial command {name} did not start: {why}.").format(name=name, why=error.data["why"])
    elif error.code == "too_long":
        told = _("The dial command {name} did not end within {seconds} s.").format(
            **error.data | {"name": name}
        )
    elif error.code == "failed":
        told = _("The dial command {name} failed (code {number}).").format(**error.data | {"name": name})
    else:
        told = _("This number cannot be dialled by a command.")
    return f"{told} {_('The number is copied: dial it.')}"


class Dialling(Desk):
    """`d`, by what the settings say."""

    settings: Settings

    def dial_link(self, phone: str) -> str:
        """The link of a number that has been dialled; empty where numbers are no links here."""
        return tel_link(phone) if self.settings.dial == "link" else ""

    def dial_number(self, phone: str, hint: Callable[[str], object]) -> None:
        """Dial a number whose time is recorded; `hint` takes a word for the form. Never blocks."""
        way = self.settings.dial
        if way != "command":
            self.copy_to_clipboard(phone)
            linked = way == "link" and tel_link(phone)
            hint(_("click the number, or paste it") if linked else _("number copied: dial it"))
            return
        command = self.settings.dial_command
        hint(_("dialling …"))
        self.in_thread(
            "dial", lambda: run_command(command, phone),
            lambda _nothing: hint(_("dialled by {name}").format(name=clean(os.path.basename(command[0])))),
            lambda error: self._not_dialled(error, phone, hint), exclusive=False,
        )  # fmt: skip

    def _not_dialled(self, error: Exception, phone: str, hint: Callable[[str], object]) -> None:
        if not isinstance(error, DialError):
            self.present(error)
            return
        self.copy_to_clipboard(phone)
        hint(_("number copied: dial it"))
        self.say(dial_words(error), late=True)
