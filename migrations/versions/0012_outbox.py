"""What M3 adds for mail: the outbox, and the job queue of the worker.

Revision ID: 0012
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    for name in ("0012_procrastinate.sql", "0012_outbox.sql"):
        driver.execute((SQL / name).read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
