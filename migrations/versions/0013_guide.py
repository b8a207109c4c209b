"""What M3 adds for the guide: versions of it, ticks of its lines.

Revision ID: 0013
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute((SQL / "0013_guide.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
