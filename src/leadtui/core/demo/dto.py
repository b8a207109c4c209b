"""What the demo takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

DEFAULT_LEADS: Final = 5_000
MAX_LEADS: Final = 2_000_000
DEFAULT_SEED: Final = 222
MAX_COLLEAGUES: Final = 20


@dataclass(frozen=True, slots=True)
class FillDemo:
    """Fill an empty database with made-up customers, three users and yesterday's calls."""

    leads: int = DEFAULT_LEADS
    language: str = "en"
    """`id` or `en`: of the notes."""
    seed: int = DEFAULT_SEED
    """Equal seeds give equal people."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Somebody of the demo who can sign in. The password is no secret: the demo holds nobody real."""

    email: str
    password: str = field(repr=False)
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo holds now."""

    filled: bool
    """False: it was there already."""
    leads: int
    calls: int
    """Made yesterday."""
    logins: tuple[DemoLogin, ...]


OnStage = Callable[[str, int, int], None]
"""(stage, done, total); stages in order: `server`, `users`, `people`, `import`, `score`, `calls`,
`colleagues`; total 0 is not known."""

LOGINS: Final = (
    DemoLogin("sari@example.com", "leadtui-demo", "Sari Wulandari", "agent"),
    DemoLogin("budi@example.com", "leadtui-demo", "Budi Hartono", "manager"),
    DemoLogin("ratna@example.com", "leadtui-demo", "Ratna Lestari", "admin"),
)
"""The three users, in the order of the digits that sign them in."""
