"""Who the colleagues of the demo are, and that they can sign in."""

from __future__ import annotations

from typing import Final

from leadtui.core.ctx import Ctx
from leadtui.core.demo.dto import MAX_COLLEAGUES, DemoLogin, OnStage
from leadtui.core.errors import Invalid

_NAMES: Final = (
    "Rina Kusuma", "Dewi Anggraini", "Agus Setiawan", "Putu Ardana", "Siti Rahma", "Joko Prasetyo",
    "Maya Sari", "Bayu Nugroho", "Intan Permata", "Hendra Gunawan", "Yuli Astuti", "Rizky Ramadhan",
    "Nur Aini", "Eko Saputra", "Fitri Handayani", "Made Wirawan", "Lestari Ningsih", "Dimas Pratama",
    "Ayu Kartika", "Taufik Hidayat",
)  # fmt: skip


def logins(n: int) -> tuple[DemoLogin, ...]:
    """The first `n` colleagues. Raises Invalid("demo_colleagues")."""
    if not 0 <= n <= MAX_COLLEAGUES:
        raise Invalid({"--colleagues": "demo_colleagues"}, "demo_colleagues", limit=MAX_COLLEAGUES)
    return tuple(
        DemoLogin(f"rekan{place}@example.com", "leadtui-demo", name, "agent")
        for place, name in enumerate(_NAMES[:n], start=1)
    )


def make(ctx: Ctx, n: int, progress: OnStage | None = None) -> None:
    """Have the first `n` of them exist, behind the gate, as the demo's own users do."""
    from leadtui.core.users import service as users
    from leadtui.core.users.dto import AddUser

    there = {user.email for user in users.list_users(ctx)}
    missing = [login for login in logins(n) if login.email not in there]
    for done, login in enumerate(missing):
        if progress is not None:
            progress("colleagues", done, len(missing))
        users.add_of_demo(ctx, AddUser(login.email, login.name, login.role, password=login.password))
