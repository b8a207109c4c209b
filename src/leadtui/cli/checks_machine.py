"""What `doctor` finds on this machine: the program, LEADTUI_HOME, the disk, zones, the scoring library."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from leadtui.core.errors import LeadtuiError
from leadtui.core.health.dto import Check
from leadtui.core.settings import Settings

LITTLE: Final = 2_000_000_000
"""Bytes free: fewer, and somebody should look."""
NONE_LEFT: Final = 200_000_000
"""Bytes free: fewer, and the embedded server may stop at any time."""
_SECRETS_SHOWN: Final = 5


def program() -> Check:
    """Which leadtui on which Python."""
    import platform

    from leadtui import __version__

    return Check("program", True, {"version": __version__, "python": platform.python_version()})


def home(settings: Settings) -> list[Check]:
    """LEADTUI_HOME: usable, ours alone, nothing in it that others can read."""
    from leadtui.core.operate import check_home

    path = settings.home
    try:
        check_home(settings)
    except LeadtuiError as error:
        # with a real server there is only no log and no draft
        return [Check("home_unusable", False if settings.embedded else None, dict(error.data), warn=True)]
    found = []
    if not path.exists():
        found.append(Check("home_absent", None, {"path": str(path)}))
    else:
        mode = stat.S_IMODE(path.stat().st_mode)
        data = {"path": str(path), "mode": f"{mode:04o}"}
        if not mode & 0o077:
            found.append(Check("home_private", True, data))
        elif settings.embedded and os.geteuid() == 0:
            # as root the server runs as a user of its own, who has to get in: its package opens the way
            found.append(Check("home_open_for_server", None, data))
        else:
            found.append(Check("home_open", False, data))
        found += _readable(path)
        if os.geteuid() != 0:
            found += _socket(path)
    if os.geteuid() == 0:
        found.append(Check("root", None))
    return found


def _readable(path: Path) -> list[Check]:
    """Keys, tokens, drafts and logs are their owner's alone (the server's folder looks after itself)."""
    # settings and keys are no secret; a settings file with a password in it is refused when it is read
    files = [file for file in _files(path) if file.suffix != ".toml"]
    wrong = sorted(str(file) for file in files if stat.S_IMODE(file.lstat().st_mode) & 0o077)
    if not wrong:
        return []
    named = wrong[:_SECRETS_SHOWN]
    return [Check("secret_open", False, {"paths": " ".join(named), "n": len(wrong)})]


def _files(path: Path, depth: int = 3) -> Iterator[Path]:
    try:
        with os.scandir(path) as found:
            entries = list(found)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if depth > 1 and entry.name != "server":
                yield from _files(Path(entry.path), depth - 1)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _socket(path: Path) -> list[Check]:
    """The embedded server's socket must be where only its owner gets at it."""
    sockets = list((path / "server").glob("pg*/.s.PGSQL.*[0-9]")) if (path / "server").is_dir() else []
    return [
        Check("socket_open", False, {"path": str(file.parent)})
        for file in sockets
        if stat.S_IMODE(file.parent.stat().st_mode) & 0o077
    ]


def disk(settings: Settings) -> list[Check]:
    """Room where leadtui writes."""
    place = settings.home.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return []
    data = {"path": str(place), "free": free}
    if free < NONE_LEFT:
        return [Check("disk_full", False if settings.embedded else None, data, warn=True)]
    if free < LITTLE:
        return [Check("disk_low", None, data, warn=True)]
    return [Check("disk", True, data)]


def keys(settings: Settings) -> list[Check]:
    """keys.toml, where there is one; a line that cannot be used leaves that command its own keys."""
    from leadtui import keymap

    if not (settings.home / keymap.FILE).exists():
        return []
    found = keymap.read(settings.home)
    wrong = [Check("keys_wrong", None, {"problem": problem}, warn=True) for problem in found.problems]
    return wrong or [Check("keys", True, {"n": len(found.keys)})]


def places() -> list[Check]:
    """The zones of the customers, and this machine's own."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from leadtui.core.regions import ZONE_NAMES

    try:
        for name in ZONE_NAMES.values():
            ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        return [Check("zones_missing", False, {"why": str(error)})]
    return [Check("zone", True, {"zone": datetime.now().astimezone().tzname()})]


def library() -> Check:
    """LightGBM's own library."""
    from leadtui.scoring.errors import ScoringError
    from leadtui.scoring.live.library import library as load

    try:
        load()
    except ScoringError as error:
        return Check("library_missing", False, {"code": error.code})
    return Check("library", True)
