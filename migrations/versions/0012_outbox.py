"""What M3 adds for mail: the outbox, and the job queue of the worker.

Revision ID: 0012
"""

from __future__ import annotations

import hashlib
from importlib.metadata import files
from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = Path(__file__).parent.parent / "sql"

QUEUE = "procrastinate/sql/schema.sql"
SHA256 = "c70ec4b400a60ad9592787653aae5ae77ae41bf801d56b5bd2712751a07f2009"
"""Of procrastinate 3.10.0: every database is to have the same one, whatever package is installed."""


def queue_schema() -> str:
    """The schema of the job queue, as the installed package ships it.

    Raises RuntimeError for another version's: a newer one comes with a later revision that runs its own.
    """
    found = next(file for file in files("procrastinate") or () if str(file) == QUEUE)
    content = found.read_binary()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise RuntimeError("revision 0012 needs the schema of procrastinate 3.10.0: install that version")
    return content.decode()


def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute(queue_schema())
    driver.execute((SQL / "0012_outbox.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    raise NotImplementedError("a bank's data is not dropped by a downgrade: restore a backup")
