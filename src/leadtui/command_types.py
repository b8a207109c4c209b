"""What a key of the one table is, and which parts of the program it may belong to."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from leadtui.i18n import N_


class Where(enum.StrEnum):
    """Which part of the program a key belongs to."""

    GLOBAL = "global"
    """The App: works on every screen after sign-in."""
    CURSOR = "cursor"
    """Any list that has a cursor."""
    LIST = "list"
    """The Leads screen."""
    CUSTOMER = "customer"
    """The 360 view and the call form."""
    LOOKUP = "lookup"
    """Finding a customer who calls in."""
    TASKS = "tasks"
    PERFORMANCE = "performance"
    ADMIN = "admin"
    LOGIN = "login"


LAYERS: Final[dict[Where, tuple[Where, ...]]] = {
    Where.LIST: (Where.LIST, Where.CURSOR, Where.GLOBAL),
    Where.CUSTOMER: (Where.CUSTOMER, Where.GLOBAL),
    Where.LOOKUP: (Where.LOOKUP, Where.CURSOR, Where.GLOBAL),
    Where.TASKS: (Where.TASKS, Where.CURSOR, Where.GLOBAL),
    Where.PERFORMANCE: (Where.PERFORMANCE, Where.GLOBAL),
    Where.ADMIN: (Where.ADMIN, Where.GLOBAL),
    Where.LOGIN: (Where.LOGIN,),
}
"""What is live on a screen, innermost first: its own keys, its list's, the App's."""

HEADINGS: Final[dict[Where, str]] = {
    Where.GLOBAL: N_("everywhere"),
    Where.CURSOR: N_("moving in a list"),
    Where.LIST: N_("leads"),
    Where.CUSTOMER: N_("customer and call"),
    Where.LOOKUP: N_("find a customer"),
    Where.TASKS: N_("tasks"),
    Where.PERFORMANCE: N_("performance"),
    Where.ADMIN: N_("administration"),
    Where.LOGIN: N_("sign-in"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that a key does."""

    id: str
    """Unique; the binding's id, which a keymap may remap."""
    keys: tuple[str, ...]
    """Textual's key names; the first is the one shown. Empty: only the palette has it. What is in force now,
    after the user's `keys.toml`, says `keys_of`."""
    action: str
    """Textual action, with parameters where it takes any."""
    where: Where
    label: str
    """Msgid: one or two words for the hint line, lower case."""
    help: str
    """Msgid: a sentence for the help page; empty where another command's line covers it."""
    hint: int = 0
    """Place in the hint line from the left (1 first, dropped last); 0 is not in it."""
    shown: str = ""
    """How the keys are written where it is not `key_name(keys[0])`: `[ ]`, `0–6`."""
    permission: str | None = None
    """What the role must hold (`core.auth`'s names); None is everybody."""
    denied: str = ""
    """Msgid: why the key is grey for a role without the permission."""
    priority: bool = False
    """Bound before the focused widget: works inside a text field."""
