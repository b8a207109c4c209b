"""What `doctor` looks at, in the order in which one thing depends on the other. Facts only, no words."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leadtui.core.errors import LeadtuiError
from leadtui.core.health.dto import Check, Health
from leadtui.core.settings import Settings

PARTITIONS_AHEAD = 90
"""Days: fewer, and it is time for `db upgrade`."""


def checks() -> list[Check]:
    """Everything, on this machine and now."""
    from leadtui.core.settings import load

    found = [_program()]
    try:
        settings = load()
    except LeadtuiError as error:
        return [*found, Check("settings", False, {"code": error.code, **error.data}), *_terminal()]
    found += _home(settings)
    found += _database(settings)
    found += [_library(), *_terminal()]
    return found


def _program() -> Check:
    import platform

    from leadtui import __version__

    return Check("program", True, {"version": __version__, "python": platform.python_version()})


def _home(settings: Settings) -> list[Check]:
    home = settings.home
    found = []
    if not home.exists():
        found.append(Check("home_absent", None, {"path": str(home)}))
    else:
        mode = stat.S_IMODE(home.stat().st_mode)
        data = {"path": str(home), "mode": f"{mode:04o}"}
        if not mode & 0o077:
            found.append(Check("home_private", True, data))
        elif settings.embedded and os.geteuid() == 0:
            # as root the server runs as a user of its own, who has to get in: its package opens the way
            found.append(Check("home_open_for_server", None, data))
        else:
            found.append(Check("home_open", False, data))
        if not os.access(home, os.W_OK):
            found.append(Check("home_read_only", False, {"path": str(home)}))
        if os.geteuid() != 0:
            found += _socket(home)
    if os.geteuid() == 0:
        found.append(Check("root", None))
    return found


def _socket(home: Path) -> list[Check]:
    """The embedded server's socket must be where only its owner gets at it."""
    sockets = list((home / "server").glob("pg*/.s.PGSQL.*[0-9]")) if (home / "server").is_dir() else []
    return [
        Check("socket_open", False, {"path": str(path.parent)})
        for path in sockets
        if stat.S_IMODE(path.parent.stat().st_mode) & 0o077
    ]


def _database(settings: Settings) -> list[Check]:
    from leadtui.core.operate import db_status

    if settings.embedded:
        found = [Check("embedded", None)]
        if not (settings.home / "server").exists():
            return [*found, Check("no_database", None)]
    else:
        found = []
        if settings.admin_url is None:
            found.append(Check("no_admin_url", None))
    try:
        status = db_status(settings)
        if settings.embedded and not status.running:
            return [*found, *_inside(settings)]
    except LeadtuiError as error:
        return [*found, Check("database", False, {"code": error.code, **error.data})]
    found.append(Check("server", True, {"version": status.version, "place": status.place}))
    current = status.current == status.head
    data = {"current": status.current, "newest": status.head}
    if not current and not settings.embedded:
        newer = status.current is not None and status.current > status.head
        return [*found, Check("schema_new" if newer else "schema_old", False, data)]
    return [*found, *_inside(settings)]


def _inside(settings: Settings) -> list[Check]:
    """What only a signed-in actor sees; starts the embedded server where it does not run."""
    from leadtui.core.auth import service as auth
    from leadtui.core.ctx import Origin
    from leadtui.core.health import service as health
    from leadtui.core.runtime import open_runtime

    try:
        runtime = open_runtime(settings, application="leadtui-doctor")
        try:
            if runtime.admin_url is None:
                return []
            ctx = runtime.system(Origin.CLI)
            try:
                found = health.examine(ctx)
            finally:
                auth.sign_out(ctx)
        finally:
            runtime.close()
    except LeadtuiError as error:
        return [Check("database", False, {"code": error.code, **error.data})]
    return _examined(found)


def _examined(found: Health) -> list[Check]:
    version: dict[str, Any] = {"version": f"{found.version // 10000}.{found.version % 10000}"}
    checks = [
        Check("version" if found.version >= 160000 else "version_old", found.version >= 160000, version)
    ]
    strong = [
        word
        for word, has in (
            ("superuser", found.app.superuser),
            ("bypassrls", found.app.bypasses),
            ("owner", found.app.owner),
        )
        if has
    ]
    role = {"role": found.app.name, "rights": ", ".join(strong)}
    checks.append(Check("role_strong" if strong else "role", not strong, role))
    today = datetime.now(UTC).date()
    days = (found.last_partition - today).days if found.last_partition else 0
    ahead = days >= PARTITIONS_AHEAD
    checks.append(Check("partitions" if ahead else "partitions_end", ahead, {"until": found.last_partition}))
    if found.stray_rows:
        checks.append(Check("stray_rows", False))
    if found.model_id is None:
        checks.append(Check("no_model", False))
    else:
        model = {"id": found.model_id, "name": found.model_name, "code": found.model_problem}
        checks.append(Check("model_bad" if found.model_problem else "model", not found.model_problem, model))
    checks.append(
        Check("leads", True, {"leads": found.leads, "scored": found.scored, "historical": found.historical})
    )
    if found.leads > found.scored:
        checks.append(Check("unscored", None, {"n": found.leads - found.scored}))
    checks.append(Check("users", True, {"users": found.users, "admins": found.admins}))
    if found.admins == 0:
        checks.append(Check("no_admin", None))
    if found.demo:
        checks.append(Check("demo", None))
    return checks


def _library() -> Check:
    from leadtui.scoring.errors import ScoringError
    from leadtui.scoring.live.library import library

    try:
        library()
    except ScoringError as error:
        return Check("library_missing", False, {"code": error.code})
    return Check("library", True)


def _terminal() -> list[Check]:
    from leadtui.i18n import language

    found = [Check("language", True, {"language": language()})]
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    utf8 = encoding == "utf8"
    found.append(Check("encoding" if utf8 else "encoding_poor", utf8, {"encoding": sys.stdout.encoding}))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return [*found, Check("no_terminal", None)]
    size = os.get_terminal_size(sys.stdout.fileno())
    enough = size.columns >= 80 and size.lines >= 24
    data = {"columns": size.columns, "rows": size.lines, "term": os.environ.get("TERM", "")}
    found.append(Check("terminal" if enough else "terminal_small", enough, data))
    if data["term"] in ("", "dumb"):
        found.append(Check("terminal_dumb", False, data))
    return found
