"""What M2 adds for: loading a big file into an empty house.

Revision ID: 0007
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute((SQL / "0007_load.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
