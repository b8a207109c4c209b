"""What M3 adds for news: what a write changed is told to a busy floor in batches.

Revision ID: 0015
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute((SQL / "0015_news.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
