"""Every public core function × every role against the one permission table."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import leadtui.core
from leadtui.core import action as gate
from leadtui.core.auth.permissions import PERMISSIONS, Permission, Role, allowed
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.errors import LeadtuiError, NotAllowed, Unauthenticated
from tests.conftest import MakeCtx, OneConnection

BEFORE_A_SESSION = {"auth.sign_in", "auth.log_in", "auth.refresh"}
"""Public functions that work without a session; they audit by themselves."""

DOORS = {"service", "after", "assign"}
"""Modules whose functions front doors call: what a service alone would be too long for stands beside it."""

COMPOSED = {
    # closes whatever session there is, by way of a gated function
    "auth.sign_out",
    # needs the owner's connection, which the database checks
    "auth.system_ctx",
    # counts the attempt first, in a gated transaction of its own
    "auth.change_password",
}


def _services() -> Iterator[tuple[str, Any]]:
    for module in pkgutil.walk_packages(leadtui.core.__path__, "leadtui.core."):
        if module.name.split(".")[-1] in DOORS:
            yield module.name, importlib.import_module(module.name)


def _public() -> dict[str, Callable[..., Any]]:
    found = {}
    for name, module in _services():
        area = ".".join(name.split(".")[2:-1])
        for member, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == name and not member.startswith("_"):
                found[f"{area}.{member}"] = value
    return found


PUBLIC = _public()
GATED = sorted(PUBLIC.keys() - BEFORE_A_SESSION - COMPOSED)


def test_no_public_function_of_a_service_goes_around_the_gate() -> None:
    assert set(GATED) <= set(gate.REGISTRY), sorted(set(GATED) - set(gate.REGISTRY))
    assert len(GATED) > 10


def test_what_needs_no_session_says_so() -> None:
    assert {name for name, rule in gate.REGISTRY.items() if rule.kind == "open"} == BEFORE_A_SESSION


def test_every_permission_is_used_and_every_role_is_a_role() -> None:
    assert set(PERMISSIONS) == set(Permission)
    for roles in PERMISSIONS.values():
        assert roles
        assert roles <= set(Role)


def test_an_admin_never_logs_a_call() -> None:
    assert PERMISSIONS[Permission.CALLS_WORK] == {Role.AGENT}


def test_writes_are_audited_but_for_heartbeats() -> None:
    unaudited = {name for name, rule in gate.REGISTRY.items() if rule.kind == "action" and rule.audit is None}
    assert unaudited <= {
        "auth.touch", "auth._attempt_own", "auth.set_preferences", "auth.merge_preferences",
        "calls.heartbeat", "leads.sweep", "tasks.rang",
    }  # fmt: skip


@pytest.mark.parametrize("name", GATED)
@pytest.mark.parametrize("role", list(Role))
def test_the_gate_keeps_the_table(db: OneConnection, as_role: MakeCtx, name: str, role: Role) -> None:
    rule = gate.REGISTRY[name]
    assert rule.permission is not None
    ctx = as_role(role.value)
    try:
        # without its command: a function that was let through fails on that, one that was not never starts
        PUBLIC[name](ctx)
        passed = True
    except NotAllowed as denied:
        passed = denied.code != "role"
    except (TypeError, AttributeError, LeadtuiError):
        passed = True
    assert passed == allowed(role, rule.permission)
    with db.owner() as connection:
        denials = connection.execute("select count(*) from audit where outcome = 'denied'").fetchone()
    assert denials == (0 if passed else 1,)


@pytest.mark.parametrize("name", GATED)
def test_nothing_works_without_a_session(db: OneConnection, name: str) -> None:
    for token in (None, "not a token"):
        with pytest.raises(Unauthenticated):
            PUBLIC[name](Ctx(db, Origin.TUI, token=token))
