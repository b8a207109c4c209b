"""What `doctor` finds in the database: server, roles, schema, partitions, model, room for everybody."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any, Final

from leadtui.cli import checks_mail
from leadtui.cli.checks import refused
from leadtui.core.errors import LeadtuiError
from leadtui.core.health.dto import Check, Health, ServerFacts
from leadtui.core.settings import Settings
from leadtui.core.settings_url import hosts, is_local, sslmode

PARTITIONS_AHEAD: Final = 90
"""Days: fewer, and it is time for `db upgrade`."""
SKEW_NOTED: Final = 5.0
SKEW_WRONG: Final = 120.0
"""Seconds between the two clocks: reminders would be late, tokens not valid yet."""
SPARE: Final = 10
"""Connections for the bank's own tools."""


def database(settings: Settings) -> list[Check]:
    """Everything about it, as far as one gets."""
    from leadtui.core.operate import db_status, look

    if settings.embedded:
        found = [Check("embedded", None)]
        if not (settings.home / "server").exists():
            return [*found, Check("no_database", None)]
    else:
        found = []
    try:
        status = db_status(settings)
        inside: list[Check] = []
        if settings.embedded or status.current == status.head:
            inside = _inside(settings)  # starts the embedded server, and brings its schema up to date
        if any(check.code == "database" for check in inside):
            return [*found, *inside]
        status = db_status(settings) if settings.embedded else status
        found.append(Check("server", True, {"version": status.version, "place": status.place}))
        facts = look(settings)
    except LeadtuiError as error:
        return [*found, refused("database", error)]
    schema = {"current": status.current, "newest": status.head}
    if status.current == status.head:
        found += [Check("schema", True, schema), *partitions(facts)]
    else:
        newer = status.current is not None and status.current > status.head
        found.append(Check("schema_new" if newer else "schema_old", False, schema))
    return [*found, *server(settings, facts), *inside, *_connections(settings, facts, inside)]


def _inside(settings: Settings) -> list[Check]:
    """What only a signed-in actor sees; migrates the embedded database where it is old."""
    from leadtui.core.auth import service as auth
    from leadtui.core.ctx import Origin
    from leadtui.core.health import service as health
    from leadtui.core.outbox import service as outbox
    from leadtui.core.runtime import open_runtime

    if settings.admin_url is None and not settings.embedded:
        return [Check("no_admin_url", None)]
    try:
        runtime = open_runtime(settings, application="leadtui-doctor")
        try:
            ctx = runtime.system(Origin.CLI)
            try:
                found = health.examine(ctx)
                letters = checks_mail.mail(settings, outbox.backlog(ctx))
            finally:
                auth.sign_out(ctx)
        finally:
            runtime.close()
    except LeadtuiError as error:
        return [refused("database", error)]
    return [*examined(found), *letters]


def server(settings: Settings, found: ServerFacts) -> list[Check]:
    """The server and the roles, as the program's own role sees them."""
    enough = found.version >= 160000
    version = {"version": f"{found.version // 10000}.{found.version % 10000}"}
    checks = [Check("version" if enough else "version_old", enough, version)]
    role = found.role
    strong = [
        word
        for word, has in (
            ("superuser", role.superuser),
            ("bypassrls", role.bypasses),
            ("owner", role.owner),
            ("create", role.creates and not role.superuser and not role.owner),
        )
        if has
    ]
    data = {"role": role.name, "rights": ", ".join(strong)}
    checks.append(Check("role_strong" if strong else "role", not strong, data))
    checks += _roles(found)
    checks += _tls(settings, found)
    skew = abs(found.skew)
    clock = {"seconds": round(skew, 1)}
    if skew < SKEW_NOTED:
        checks.append(Check("clock", True, clock))
    else:
        checks.append(Check("clock_wrong", False if skew >= SKEW_WRONG else None, clock, warn=True))
    if found.encoding != "UTF8":
        checks.append(Check("database_encoding", False, {"encoding": found.encoding}))
    checks.append(Check("size", True, {"size": found.size}))
    if found.telling:
        code = "log_tells_embedded" if settings.embedded else "log_tells"
        checks.append(Check(code, None, {"settings": ", ".join(found.telling)}, warn=True))
    if found.kept:
        checks.append(Check("kept", None, {"names": ", ".join(found.kept)}))
    return checks


def _roles(found: ServerFacts) -> list[Check]:
    checks = []
    known = {role.name: role for role in found.roles}
    if (owner := known.get("leadtui_owner")) and (owner.login or owner.superuser):
        checks.append(Check("owner_login", None, warn=True))
    if (app := known.get("leadtui_app")) and (app.superuser or app.bypasses) and app.name != found.role.name:
        checks.append(Check("role_strong", False, {"role": app.name, "rights": "superuser, bypassrls"}))
    if (backup := known.get("leadtui_backup")) and not (backup.bypasses or backup.superuser):
        checks.append(Check("backup_blind", None, warn=True))
    return checks


def _tls(settings: Settings, found: ServerFacts) -> list[Check]:
    url = settings.database_url
    if url is None or all(is_local(host) for host in hosts(url, os.environ)):
        return []
    mode = sslmode(url, os.environ)
    if found.tls is None:
        return [Check("tls_none", None, {"mode": mode}, warn=True)]
    if mode != "verify-full":
        return [Check("tls_unverified", None, {"tls": found.tls, "mode": mode}, warn=True)]
    return [Check("tls", True, {"tls": found.tls})]


def partitions(found: ServerFacts) -> list[Check]:
    """Months ahead."""
    today = datetime.now(UTC).date()
    days = (found.last_partition - today).days if found.last_partition else 0
    ahead = days >= PARTITIONS_AHEAD
    return [Check("partitions" if ahead else "partitions_end", ahead, {"until": found.last_partition})]


def examined(found: Health) -> list[Check]:
    """The model, the counts, the users."""
    checks = []
    if found.stray_rows:
        checks.append(Check("stray_rows", False))
    checks.append(_model(found))
    checks.append(
        Check("leads", True, {"leads": found.leads, "scored": found.scored, "historical": found.historical})
    )
    if found.leads > found.scored:
        checks.append(Check("unscored", None, {"n": found.leads - found.scored}))
    checks.append(
        Check("users", True, {"users": found.users, "admins": found.admins, "agents": found.agents})
    )
    if found.admins == 0:
        checks.append(Check("no_admin", None))
    if found.demo:
        checks.append(Check("demo", None))
    checks.append(_holidays(found))
    return checks


def _holidays(found: Health) -> Check:
    """Of this year and the next: without them a customer is called on Lebaran."""
    until, this = found.holidays_until, datetime.now(UTC).year
    if until is not None and until > this:
        return Check("holidays", True, {"year": str(until)})
    missing = [str(year) for year in (this, this + 1) if until is None or year > until]
    return Check("holidays_missing", None, {"years": ", ".join(missing)}, warn=True)


def _model(found: Health) -> Check:
    if found.model_id is None:
        return Check("no_model", False)
    data: dict[str, Any] = {"id": found.model_id, "name": found.model_name, "code": found.model_problem}
    if found.model_problem is None and found.artefact is not None:
        from leadtui.core.models.rules import as_core_error
        from leadtui.scoring.errors import ScoringError
        from leadtui.scoring.live.check import check_in_child

        try:
            # a damaged one would kill this process
            check_in_child(found.artefact)
        except ScoringError as error:
            wrong = as_core_error(error)
            data |= {**wrong.data, "code": wrong.code}
    return Check("model_bad" if data["code"] else "model", not data["code"], data)


def _connections(settings: Settings, found: ServerFacts, inside: list[Check]) -> list[Check]:
    """Everybody at once: a pool and a listener each."""
    users = next((check.data["agents"] for check in inside if check.code == "users"), None)
    if users is None:
        return []
    needed = users * (settings.pool_size + 1) + SPARE
    data = {"users": users, "needed": needed, "most": found.max_connections, "now": found.connections}
    if needed <= found.max_connections:
        return [Check("connections", True, data)]
    return [Check("connections_few", None, data, warn=True)]
