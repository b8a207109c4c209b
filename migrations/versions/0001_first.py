"""The schema in its final shape, three roles and row-level security.

Revision ID: 0001
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

from leadtui.scoring.codes import CATEGORIES

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    # Without parameters psycopg sends a whole script at once; `%` stays itself.
    driver = op.get_bind().connection.driver_connection
    for name in ("0001_tables.sql", "0001_identity.sql", "0001_grants.sql"):
        driver.execute((SQL / name).read_text(encoding="utf-8"))
    for kind, table in CATEGORIES.items():
        for value, code in table.items():
            driver.execute(
                "insert into category (kind, code, value) values (%s, %s, %s)", (kind, code, value)
            )


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
