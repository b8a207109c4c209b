"""Asking a person on the terminal, and taking a password from standard input."""

from __future__ import annotations

import getpass
import sys

from leadtui.core.errors import Invalid
from leadtui.i18n import _


def possible() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty()


def line(question: str, *, field: str) -> str:
    """One line, asked for on stderr. Raises Invalid where there is nobody to ask, or no answer."""
    if not possible():
        raise Invalid({field: "no_terminal_to_ask"}, "no_terminal_to_ask", option=f"--{field}")
    sys.stderr.write(question)
    sys.stderr.flush()
    given = _read(field)
    if not given.strip():
        raise Invalid({field: "required"})
    return given.strip()


def hidden(question: str) -> str:
    """A password, without echo."""
    if not possible():
        raise Invalid({"password": "no_terminal_to_ask"}, "no_terminal_to_ask", option="--password-stdin")
    try:
        given = getpass.getpass(question)
    except (EOFError, UnicodeDecodeError):
        given = ""
    if not given:
        raise Invalid({"password": "required"})
    return given


def from_stdin() -> str:
    """The first line of standard input, without its line end; asked for without echo on a terminal."""
    if possible():
        return hidden(_("Password: "))
    given = _read("password")
    if not given:
        raise Invalid({"password": "required"})
    return given


def _read(field: str) -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Invalid({field: "not_utf8"}) from error
