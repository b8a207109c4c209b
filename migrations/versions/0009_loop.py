"""What M3 adds for the call loop: undo, corrections, macros, pauses, handing over.

Revision ID: 0009
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute((SQL / "0009_loop.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
