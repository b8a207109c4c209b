"""What `doctor` looks at, in the order in which one thing depends on the other. Facts only, no words."""

from __future__ import annotations

import os
from typing import Any

from leadtui.core.errors import Invalid, LeadtuiError
from leadtui.core.health.dto import Check
from leadtui.core.settings import Settings


def checks() -> list[Check]:
    """Everything, on this machine and now. What cannot be looked at does not keep the rest from being."""
    from leadtui.cli import checks_database, checks_machine, checks_terminal

    found = [checks_machine.program()]
    settings, wrong = _settings()
    found += wrong
    if settings is not None:
        home = checks_machine.home(settings)
        found += [*home, *checks_machine.disk(settings), *checks_machine.keys(settings)]
        found += checks_terminal.theme(settings)
        found += checks_terminal.dialling(settings)
        if settings.embedded and any(check.code == "home_unusable" for check in home):
            found.append(Check("database_not_looked", None))
        else:
            found += checks_database.database(settings)
    found.append(checks_machine.library())
    return [*found, *checks_machine.places(), *checks_terminal.terminal()]


def _settings() -> tuple[Settings | None, list[Check]]:
    """The settings, even those that production refuses; None for those that mean nothing."""
    from leadtui.core import settings as core

    found = [
        Check("variable_unknown", None, {"name": name}, warn=True)
        for name in core.unknown_variables(os.environ)
    ]
    try:
        settings = core.read()
    except LeadtuiError as error:
        return None, [*found, refused("settings", error)]
    if settings.config_file is not None:
        found.append(Check("config_file", True, {"path": str(settings.config_file), "env": settings.env}))
    else:
        found.append(Check("environment", True, {"env": settings.env}))
    try:
        core.refuse(settings)
    except LeadtuiError as error:
        found.append(refused("settings_refused", error))
    if settings.production and settings.embedded:
        found.append(Check("production_embedded", None, warn=True))
    return settings, found


def refused(code: str, error: LeadtuiError) -> Check:
    """A check that ended with an error: its code, its data, and which field it is about."""
    data: dict[str, Any] = {"code": error.code, **error.data}
    if isinstance(error, Invalid) and error.code == "invalid":
        field, code_of_field = next(iter(error.fields.items()))
        data |= {"field": field, "field_code": code_of_field}
    return Check(code, False, data)
