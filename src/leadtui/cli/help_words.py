"""The frame of a help page in the user's language: Typer writes its own words in English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from typer.core import TyperCommand

from leadtui.i18n import N_, _

_HEADINGS: Final = {"Arguments": N_("Arguments"), "Options": N_("Options"), "Commands": N_("Commands")}
_SHOW: Final = N_("Show this message and exit.")
_REQUIRED: Final = re.compile(r"\[required\]$")
_DEFAULT: Final = re.compile(r"\[default: (?P<value>[^\]]*)\]$")

_Context: Any = TyperCommand.context_class
_Plain: Any = _Context.formatter_class


class _Formatter(_Plain):  # type: ignore[misc]  # Typer's own class, which it exports under no public name
    """Typer's formatter, with words of ours."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """`Usage: leadtui db [OPTIONS] …`"""
        args = args.replace("[OPTIONS]", _("[OPTIONS]")).replace("COMMAND [ARGS]...", _("COMMAND [ARGS]..."))
        super().write_usage(prog, args, prefix or _("Usage: "))

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A heading and what stands below it."""
        with super().section(_(_HEADINGS[name]) if name in _HEADINGS else name):
            yield

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Names and what they mean."""
        super().write_dl([(name, _words(text)) for name, text in rows], col_max, col_spacing)


def _words(text: str) -> str:
    if text == _SHOW:
        return _(_SHOW)
    text = _REQUIRED.sub(lambda _found: _("[required]"), text)
    return _DEFAULT.sub(lambda found: _("[default: {value}]").format(value=found["value"]), text)


def install() -> None:
    """Have every help page of this process written so."""
    _Context.formatter_class = _Formatter
