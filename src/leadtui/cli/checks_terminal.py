"""What `doctor` finds about the terminal: encoding, size, colours, whether copying reaches the clipboard."""

from __future__ import annotations

import locale
import os
import subprocess
import sys

from leadtui.core.health.dto import Check
from leadtui.core.settings import Settings

LEAST_COLUMNS, LEAST_ROWS = 80, 24
"""The smallest terminal that shows everything."""


def terminal() -> list[Check]:
    """This process's language, locale and terminal."""
    from leadtui.i18n import language

    found = [Check("language", True, {"language": language()})]
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        wanted = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG")
        found.append(Check("locale_unknown", None, {"locale": wanted}, warn=True))
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    utf8 = encoding == "utf8"
    found.append(Check("encoding" if utf8 else "encoding_poor", utf8, {"encoding": sys.stdout.encoding}))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return [*found, Check("no_terminal", None)]
    size = os.get_terminal_size(sys.stdout.fileno())
    enough = size.columns >= LEAST_COLUMNS and size.lines >= LEAST_ROWS
    data = {"columns": size.columns, "rows": size.lines, "term": os.environ.get("TERM", "")}
    found.append(Check("terminal" if enough else "terminal_small", enough or None, data, warn=True))
    if data["term"] in ("", "dumb"):
        found.append(Check("terminal_dumb", False, data))
    return [*found, _colours(), *_clipboard()]


def theme(settings: Settings) -> list[Check]:
    """A theme that nobody knows is passed over without a word when the program opens."""
    if settings.theme is None:
        return []
    from textual.theme import BUILTIN_THEMES

    from leadtui.themes import THEME_LABELS

    if settings.theme in THEME_LABELS or settings.theme in BUILTIN_THEMES:
        return []
    data = {"value": settings.theme, "known": ", ".join(THEME_LABELS)}
    return [Check("theme_unknown", None, data, warn=True)]


def dialling(settings: Settings) -> list[Check]:
    """A dial command that is not there is found before the first call, not by it."""
    if settings.dial != "command":
        return []
    import shutil

    name = settings.dial_command[0]
    if shutil.which(name) is None:
        return [Check("dial_command_missing", False, {"name": name})]
    return [Check("dial_command", True, {"name": name})]


def _colours() -> Check:
    if os.environ.get("NO_COLOR"):
        return Check("colours_off", None)
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Check("colours", True, {"n": 16_777_216})
    if "256" in os.environ.get("TERM", "") or "direct" in os.environ.get("TERM", ""):
        return Check("colours", True, {"n": 256})
    return Check("colours_few", None)


def _clipboard() -> list[Check]:
    """Copying goes through the terminal (OSC 52), and what lies between may swallow it."""
    if os.environ.get("TMUX"):
        try:
            said = subprocess.run(
                ["tmux", "show", "-sv", "set-clipboard"],  # noqa: S607  the tmux that this runs in
                capture_output=True, text=True, timeout=2, check=True,
            ).stdout.strip()  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return []
        return [
            Check("tmux", True) if said == "on" else Check("tmux_clipboard", None, {"value": said}, warn=True)
        ]
    if os.environ.get("STY"):
        return [Check("screen_clipboard", None, warn=True)]
    if os.environ.get("SSH_CONNECTION"):
        return [Check("ssh_clipboard", None)]
    return []
