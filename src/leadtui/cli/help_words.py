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
_EXTRA: Final = re.compile(r"(?P<before>^|  )\[(?P<parts>[^\[\]]+)\]$")
"""`[default: 0; 0<=x<=9; required]` at the end of an explanation."""
_RANGE: Final = re.compile(r"(?:[0-9]+<=?)?x(?:[<>]=?[0-9]+)?")
_NO_LIMIT: Final = re.compile(r"<=(?:2147483647|9223372036854775807)\b")
"""What the column of the database holds is no limit that anybody has to know."""
_TYPE: Final = re.compile(r" <(?P<type>[^<>]+)>$")
"""`<list[str]>`: Python's word for what an option takes."""

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
        super().write_dl([(_name(name), _words(text)) for name, text in rows], col_max, col_spacing)


def _name(name: str) -> str:
    """`--job TEXT` for `--job <list[str]>`, `FILE` for `FILE <path>`."""
    found = _TYPE.search(name)
    if found is None:
        return name
    bare = name[: found.start()]
    if not bare.startswith("-"):
        return bare
    return f"{bare} N" if found["type"].startswith("int") else f"{bare} TEXT"


def _words(text: str) -> str:
    if text == _SHOW:
        return _(_SHOW)
    found = _EXTRA.search(text)
    if found is None:
        return text
    parts = [_part(part) for part in found["parts"].split("; ")]
    if None in parts:
        return text  # square brackets of the explanation's own
    shown = " ".join(part for part in parts if part)
    return text[: found.start()] + (found["before"] + shown if shown else "")


def _part(part: str) -> str | None:
    """One of Typer's remarks in words of ours: empty where it says nothing, None for one of somebody else."""
    if part == "required":
        return _("[required]")
    if part.startswith("default: "):
        return _("[default: {value}]").format(value=part.removeprefix("default: "))
    if _RANGE.fullmatch(part):
        limits = _NO_LIMIT.sub("", part)
        limits = re.sub(r"^([0-9]+)<=x$", r"x>=\1", limits)
        return "" if limits in ("x>=0", "x>=1") else f"[{limits}]"
    return None


def install() -> None:
    """Have every help page of this process written so."""
    _Context.formatter_class = _Formatter
