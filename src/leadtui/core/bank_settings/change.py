"""How a setting is listed and changed, and what follows from it for who may be called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from leadtui.core.bank_settings import queries, rules
from leadtui.core.bank_settings.dto import Changed, ResetSetting, SetSetting, Setting
from leadtui.core.bank_settings.queries import Stored
from leadtui.core.bank_settings.rules import BY_KEY, SPECS, Spec, Value
from leadtui.core.calls import settings as cache
from leadtui.core.ctx import Tx
from leadtui.core.errors import Conflict, Invalid, NotFound


def listing(tx: Tx, rows: Sequence[Stored]) -> tuple[Setting, ...]:
    """As `service.listing`."""
    codes = {ident: code for code, ident in queries.teams(tx).items()}
    found: list[Setting] = []
    for spec in SPECS:
        own = sorted((row for row in rows if row.key == spec.key), key=lambda row: row.team_id or 0)
        if not own or own[0].team_id is not None:
            found.append(_setting(spec, None, None))
        found += [_setting(spec, row, codes.get(row.team_id or 0)) for row in own]
    return tuple(found)


def get(tx: Tx, key: str, team: str | None) -> Setting:
    """As `service.get`."""
    spec = _spec(key)
    team_id = _team(tx, team)
    if team_id is not None and not (tx.actor.sees_all or team_id == tx.actor.team_id):
        raise NotFound("team_unknown", team=team)
    return _now(tx, spec, team_id, team)


def set_value(tx: Tx, command: SetSetting) -> Changed:
    """As `service.set_value`."""
    spec = _spec(command.key)
    try:
        value = rules.typed(spec, command.value)
    except rules.Wrong as wrong:
        raise refused(spec, wrong.code, command.value) from wrong
    return _change(tx, spec, value, command.team, command.version)


def reset(tx: Tx, command: ResetSetting) -> Changed:
    """As `service.reset`."""
    return _change(tx, _spec(command.key), None, command.team, command.version)


def refused(spec: Spec, code: str, value: str) -> Invalid:
    """A value that a setting cannot hold, with what its sentence needs."""
    return Invalid(
        {spec.key: code},
        value=value,
        low=spec.low,
        high=spec.high,
        known=", ".join(spec.choices),
        example=rules.written(spec, spec.default),
    )


def _change(tx: Tx, spec: Spec, value: Value | None, team: str | None, version: int | None) -> Changed:
    team_id = _team(tx, team)
    queries.lock(tx)
    rows = queries.stored(tx)
    row = _row(rows, team_id, spec.key)
    if version is not None and version != (row.version if row else 0):
        raise Conflict(
            "setting_changed",
            key=spec.key,
            value=_written(spec, row.value if row else _holds(rows, None, spec)),
            version=row.version if row else 0,
        )
    before = _holds(rows, team_id, spec)
    after = _holds(rows, None, spec) if value is None and team_id is not None else value
    after = spec.default if after is None else after
    _together(rows, spec, team_id, value)
    leads = 0
    own = value is not None or team_id is None
    if own and not (row is not None and row.value == _json(after)):
        queries.put(tx, team_id, spec.key, after)
    elif not own and row is not None and team_id is not None:
        queries.remove(tx, team_id, spec.key)
    tx.audit(
        f"setting:{spec.key}", before=_written(spec, before), after=rules.written(spec, after), team=team_id
    )
    if _json(before) != _json(after):
        leads = _follow(tx, spec, after, team_id, rows)
        tx.audit(leads=leads)
        cache.forget()
        tx.notify("setting", 0)
        if leads:
            tx.notify("run", 0)
    elif own != (row is not None):
        tx.notify("setting", 0)
    return Changed(_now(tx, spec, team_id, team), _written(spec, before), leads)


def _follow(tx: Tx, spec: Spec, after: Value, team_id: int | None, rows: Sequence[Stored]) -> int:
    """Derive who may be called anew, for every team that this value holds for; how many customers changed."""
    if spec.key not in ("consent.required", "attempts.lifetime"):
        return 0
    own = {row.team_id for row in rows if row.key == spec.key and row.team_id is not None}
    held = [team_id] if team_id is not None else [one for one in queries.teams(tx).values() if one not in own]
    if spec.key == "attempts.lifetime":
        return sum(queries.capped(tx, one, int(str(after))) for one in held)
    changed = sum(queries.consent_of_unknown(tx, one, ok=not after) for one in held)
    if after:
        # whoever is on the phone hears of it; what they said to each other is theirs to log
        for lead_id in queries.without_consent(tx, held):
            tx.notify("stop", lead_id)
    return changed


def _together(rows: Sequence[Stored], spec: Spec, team_id: int | None, value: Value | None) -> None:
    """Raises Invalid where the values that hold for somebody would not go together."""
    changed = [row for row in rows if not (row.key == spec.key and row.team_id == team_id)]
    if value is not None or team_id is None:
        holds = spec.default if value is None else value
        changed.append(Stored(team_id, spec.key, _json(holds), 0, None, None))
    for team in dict.fromkeys([team_id, None, *(row.team_id for row in rows)]):
        values = {one.key: _holds(changed, team, one) for one in SPECS}
        if rules.together(values):
            start, end = values["window.from"], values["window.to"]
            raise Invalid({spec.key: "window_order"}, start=start, end=end)


def _spec(key: str) -> Spec:
    spec = BY_KEY.get(key.strip().lower())
    if spec is None:
        meant = rules.closest(key)
        code = "setting_unknown" if meant is None else "setting_misspelt"
        raise Invalid({"key": code}, code, key=key, suggestion=meant)
    return spec


def _team(tx: Tx, code: str | None) -> int | None:
    if code is None:
        return None
    found = queries.teams(tx).get(code.strip().lower())
    if found is None:
        raise NotFound("team_unknown", team=code)
    return found


def _row(rows: Iterable[Stored], team_id: int | None, key: str) -> Stored | None:
    return next((row for row in rows if row.key == key and row.team_id == team_id), None)


def _holds(rows: Sequence[Stored], team_id: int | None, spec: Spec) -> Any:
    """What holds for a team (None: the bank)."""
    row = _row(rows, team_id, spec.key) or _row(rows, None, spec.key)
    return spec.default if row is None else row.value


def _now(tx: Tx, spec: Spec, team_id: int | None, team: str | None) -> Setting:
    rows = queries.stored(tx)
    row = _row(rows, team_id, spec.key)
    if row is not None and team_id is not None:
        return _setting(spec, row, (team or "").strip().lower())
    return _setting(spec, _row(rows, None, spec.key), None)


def _setting(spec: Spec, row: Stored | None, team: str | None) -> Setting:
    return Setting(
        key=spec.key,
        value=_written(spec, spec.default if row is None else row.value),
        default=rules.written(spec, spec.default),
        kind=spec.kind.value,
        unit=spec.unit.value,
        low=spec.low,
        high=spec.high,
        updated_at=None if row is None else row.updated_at,
        updated_by_name=None if row is None else row.by,
        version=0 if row is None else row.version,
        team_id=None if row is None else row.team_id,
        team=team,
        group=spec.group.value,
        description=spec.description,
        choices=spec.choices,
    )


def _written(spec: Spec, stored: Any) -> str:
    """A stored value as people write it; one that makes no sense as it stands there, to be put right."""
    try:
        return rules.written(spec, rules.checked(spec, stored))
    except rules.Wrong:
        return str(stored)


def _json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
