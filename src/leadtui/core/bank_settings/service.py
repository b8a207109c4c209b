"""The bank's settings behind the gate: list, get, set, reset."""

from __future__ import annotations

from leadtui.core.action import action, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.bank_settings import change, queries
from leadtui.core.bank_settings.dto import Changed, ResetSetting, SetSetting, Setting
from leadtui.core.ctx import Tx


@query(Permission.SETTINGS_READ)
def listing(tx: Tx) -> tuple[Setting, ...]:
    """Every setting in the order of a page: the bank's, and after each the values of teams of their own
    (of all teams for who sees them, else of the actor's).
    """
    return change.listing(tx, queries.stored(tx))


@query(Permission.SETTINGS_READ)
def get(tx: Tx, key: str, team: str | None = None) -> Setting:
    """One setting: the bank's, or what holds for a team (its own, else the bank's, which `team_id` tells).

    Raises Invalid("setting_unknown" or "setting_misspelt": key, suggestion), NotFound("team_unknown").
    """
    return change.get(tx, key, team)


@action(Permission.SETTINGS_MANAGE, audit="setting.changed")
def set_value(tx: Tx, command: SetSetting) -> Changed:
    """Give a setting a value; it holds everywhere within a second. The same value again changes nothing.

    Who may be called is derived anew in the same transaction: `consent.required` for customers of whom no
    consent is known, `attempts.lifetime` for those at their cap. Raises Invalid as `get`, and with the key as
    field: rule_flag, rule_number, rule_range, rule_clock, rule_weekdays, rule_numbers,
    rule_choice, window_order; NotFound("team_unknown"), Conflict("setting_changed": key, value, version).
    """
    return change.set_value(tx, command)


@action(Permission.SETTINGS_MANAGE, audit="setting.reset")
def reset(tx: Tx, command: ResetSetting) -> Changed:
    """Take a setting back to its default, a team's to the bank's. Raises as `set_value`."""
    return change.reset(tx, command)
