"""The one permission table: who may do what. The gate enforces it; the interface greys keys out by it."""

from __future__ import annotations

import enum
from typing import Final


class Role(enum.StrEnum):
    """A user's role. `system` is the CLI of whoever owns the database; it is audited with the OS user."""

    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"
    SYSTEM = "system"


class Permission(enum.StrEnum):
    """`resource.verb`. A service names exactly one."""

    SESSION_OWN = "session.own"
    """Who am I, sign out, change my password, my preferences, keep my session alive."""
    LEADS_LIST = "leads.list"
    LEADS_LIST_ALL = "leads.list_all"
    """Every state of my scope, not only what may be called now."""
    LEADS_LOOKUP = "leads.lookup"
    """My team's leads in any state by name, phone, e-mail or id: a customer calls back."""
    LEADS_VIEW = "leads.view"
    LEADS_ADD = "leads.add"
    LEADS_IMPORT = "leads.import"
    LEADS_SCORE = "leads.score"
    LEADS_RESCORE_ONE = "leads.rescore_one"
    CALLS_WORK = "calls.work"
    """Claim, dial, log, give back. Admins never log a call."""
    CALLS_READ = "calls.read"
    TASKS_OWN = "tasks.own"
    PERFORMANCE_OWN = "performance.own"
    MODELS_READ = "models.read"
    MODELS_MANAGE = "models.manage"
    USERS_MANAGE = "users.manage"
    PEOPLE_READ = "people.read"
    AUDIT_READ = "audit.read"
    SETTINGS_READ = "settings.read"
    DEMO_FILL = "demo.fill"
    CALLS_MACROS = "calls.macros"
    """Edit the macros of the digit table."""
    LEADS_ASSIGN = "leads.assign"
    """Release a lead, or give it to somebody of the team."""
    LEADS_OVERRIDE = "leads.override"
    """Lift what stands against calling a lead, with a reason."""
    LEADS_TAG = "leads.tag"
    TAGS_MANAGE = "tags.manage"
    """Rename tags of the team, or take them away."""
    CONSENT_MANAGE = "consent.manage"
    """Record what a customer agreed to, or took back, outside a call."""
    DNC_READ = "dnc.read"
    DNC_MANAGE = "dnc.manage"
    SETTINGS_MANAGE = "settings.manage"
    """The rules of the business, holidays among them."""
    TASKS_TEAM = "tasks.team"
    """Other people's tasks: read, reassign, release."""
    GUIDE_READ = "guide.read"
    GUIDE_MANAGE = "guide.manage"
    VIEWS_OWN = "views.own"
    VIEWS_SHARE = "views.share"
    MAIL_SEND = "mail.send"
    """Work the outbox off: the worker's."""
    MAIL_MANAGE = "mail.manage"
    """See what was mailed, and have it tried again."""


_AGENT: Final = frozenset({Role.AGENT})
_ALL: Final = frozenset(Role)
_SIGNED_IN: Final = frozenset({Role.AGENT, Role.MANAGER, Role.ADMIN})
_MANAGING: Final = frozenset({Role.MANAGER, Role.ADMIN, Role.SYSTEM})
_ADMIN: Final = frozenset({Role.ADMIN, Role.SYSTEM})

PERMISSIONS: Final[dict[Permission, frozenset[Role]]] = {
    Permission.SESSION_OWN: _ALL,
    Permission.LEADS_LIST: _ALL,
    Permission.LEADS_LIST_ALL: _MANAGING,
    Permission.LEADS_LOOKUP: _ALL,
    Permission.LEADS_VIEW: _ALL,
    Permission.LEADS_ADD: frozenset({Role.AGENT, Role.ADMIN, Role.SYSTEM}),
    Permission.LEADS_IMPORT: _ADMIN,
    Permission.LEADS_SCORE: _ADMIN,
    Permission.LEADS_RESCORE_ONE: _ALL,
    Permission.CALLS_WORK: _AGENT,
    Permission.CALLS_READ: _ALL,
    Permission.TASKS_OWN: _SIGNED_IN,
    Permission.PERFORMANCE_OWN: _SIGNED_IN,
    Permission.MODELS_READ: _MANAGING,
    Permission.MODELS_MANAGE: _ADMIN,
    Permission.USERS_MANAGE: _ADMIN,
    Permission.PEOPLE_READ: _ALL,
    Permission.AUDIT_READ: _ADMIN,
    Permission.SETTINGS_READ: _ALL,
    Permission.DEMO_FILL: frozenset({Role.SYSTEM}),
    Permission.CALLS_MACROS: _ADMIN,
    Permission.LEADS_ASSIGN: _MANAGING,
    Permission.LEADS_OVERRIDE: _ADMIN,
    Permission.LEADS_TAG: _SIGNED_IN,
    Permission.TAGS_MANAGE: frozenset({Role.MANAGER, Role.ADMIN}),
    Permission.CONSENT_MANAGE: _MANAGING,
    Permission.DNC_READ: _MANAGING,
    Permission.DNC_MANAGE: _ADMIN,
    Permission.SETTINGS_MANAGE: _ADMIN,
    Permission.TASKS_TEAM: _MANAGING,
    Permission.GUIDE_READ: _ALL,
    Permission.GUIDE_MANAGE: _ADMIN,
    Permission.VIEWS_OWN: _SIGNED_IN,
    Permission.VIEWS_SHARE: frozenset({Role.MANAGER, Role.ADMIN}),
    Permission.MAIL_SEND: frozenset({Role.SYSTEM}),
    Permission.MAIL_MANAGE: _ADMIN,
}
"""Permission → the roles that have it."""


def allowed(role: Role, permission: Permission) -> bool:
    """Whether `role` has `permission`."""
    return role in PERMISSIONS[permission]
