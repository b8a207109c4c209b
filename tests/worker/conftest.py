"""A worker in this process on a real database, and mail for it to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leadtui import i18n
from leadtui.core.ctx import Ctx
from leadtui.core.outbox import service as outbox
from leadtui.core.runtime import Runtime
from leadtui.core.settings import Settings
from leadtui.worker import serve
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.test_outbox import me, writing
from tests.worker.mailbox import MailBox, mailbox

Work = Callable[..., None]
Post = Callable[..., int]


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mailbox() as running:
        yield running


@pytest.fixture
def work(real_db: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """`work(port, **settings)`: what `leadtui worker --once` does."""
    monkeypatch.setattr(i18n, "_language", "en")

    def once(port: int, **more: Any) -> None:
        settings = mail_settings(real_db, tmp_path, port, **more)
        serve.run(Runtime(settings, real_db, real_db.admin_url, None), once=True)

    return once


def mail_settings(db: OwnDatabase, home: Path, port: int, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none",
        "mail_sender": "leadtui@bank.test", "mail_timeout": 10, **more,
    }  # fmt: skip
    return Settings(home, db.url, db.admin_url, "dev", **given)


@pytest.fixture
def manager(as_real_role: MakeCtx) -> Ctx:
    return as_real_role("manager", name="Budi Hartono")


@pytest.fixture
def agent(as_real_role: MakeCtx) -> Ctx:
    return as_real_role("agent", name="Rina Kusuma")


@pytest.fixture
def post(manager: Ctx, agent: Ctx) -> Post:
    """`post(kind, **params) -> outbox id`: from the manager to the agent."""
    to = me(agent)

    def queued(kind: str = "task_assigned", **params: Any) -> int:
        with writing(manager) as tx:
            ident = outbox.queue(tx, kind, to, {"lead_id": 4711, "by_name": "Budi Hartono", **params})
        assert ident is not None
        return ident

    return queued


@pytest.fixture
def states(real_db: OwnDatabase) -> Callable[[], list[tuple[str, int, str | None]]]:
    """(state, tries, code) of every mail."""

    def read() -> list[tuple[str, int, str | None]]:
        with real_db.owner() as connection:
            return connection.execute("select state, tries, last_code from outbox order by id").fetchall()

    return read
