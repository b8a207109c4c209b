"""Who may sign in to the demo, for a sign-in page that has no session yet.

Reads one setting, which everybody may read (the row-level policy of `setting`), and gives nothing away: the
three users and their password are in the documentation, and nobody in a demo is real.
"""

from __future__ import annotations

from leadtui.core.ctx import Ctx
from leadtui.core.demo import queries
from leadtui.core.demo.dto import LOGINS, DemoLogin


def demo_logins(ctx: Ctx) -> tuple[DemoLogin, ...]:
    """The demo's three users in the order of their digits; empty where this database is not the demo's, and
    always in production. Raises Unavailable."""
    if ctx.production:
        return ()
    with ctx.db.transaction(read_only=True) as pg:
        flag = queries.flag(pg)
    return LOGINS if flag is not None and flag.get("state") == "ready" else ()
