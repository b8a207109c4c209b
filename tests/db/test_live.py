"""What others change arrives after COMMIT; a lost connection is told, and made good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import psycopg
import pytest

from leadtui.core import live
from leadtui.core.live import Event, News, Offline, Resync
from tests.conftest import OwnDatabase


async def _next(news: AsyncIterator[News]) -> News:
    return await asyncio.wait_for(anext(news), timeout=20)


def _run(body: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await body()

    asyncio.run(whole())


def _notify(db: OwnDatabase, *payloads: str, commit: bool = True) -> None:
    with db.connection() as connection:
        connection.execute("begin")
        for payload in payloads:
            connection.execute("select pg_notify('leadtui', %s)", (payload,))
        connection.execute("commit" if commit else "rollback")


def test_a_committed_change_arrives_and_one_rolled_back_does_not(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url)
        assert await _next(news) == Resync(first=True, polling=False)
        _notify(real_db, "lead:1:1", commit=False)
        _notify(real_db, "lead:7:3", "task:2:0")
        assert await _next(news) == Event("lead", 7, 3)
        assert await _next(news) == Event("task", 2, 0)
        await news.aclose()

    _run(body)


def test_a_burst_is_told_once_with_the_newest_version(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url)
        await _next(news)
        _notify(real_db, "lead:7:3", "call:4:0", "lead:7:5", "lead:7:4", "run:9:0")
        assert [await _next(news) for _ in range(3)] == [
            Event("lead", 7, 5),
            Event("call", 4, 0),
            Event("run", 9, 0),
        ]
        await news.aclose()

    _run(body)


def test_a_flood_is_one_resync(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url)
        await _next(news)
        _notify(real_db, *(f"lead:{n}:1" for n in range(1, 1200)))
        assert await _next(news) == Resync(first=False, polling=False)
        await news.aclose()

    _run(body)


def test_a_lost_connection_is_told_and_then_everything_is_looked_at_anew(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url)
        await _next(news)
        with real_db.owner() as owner:
            ended = owner.execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                "where application_name = 'leadtui-live' and datname = current_database()"
            ).fetchone()
        assert ended == (1,)
        assert isinstance(await _next(news), Offline)
        assert await _next(news) == Resync(first=False, polling=False)
        _notify(real_db, "user:5:2")
        assert await _next(news) == Event("user", 5, 2)
        await news.aclose()

    _run(body)


def test_a_server_that_is_away_is_told_once_and_tried_again(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url.replace(real_db.url.split("/")[3].split("?")[0], "no_such_database"))
        assert isinstance(await _next(news), Offline)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(news), timeout=1.5)
        await news.aclose()

    _run(body)


def test_where_listen_is_dead_it_polls(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url, poll=0.05, force_polling=True)
        assert await _next(news) == Resync(first=True, polling=True)
        assert await _next(news) == Resync(first=False, polling=True)
        await news.aclose()

    _run(body)


def test_a_quiet_connection_is_asked_whether_it_lives(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url, heartbeat=0.02)
        await _next(news)
        waiting = asyncio.ensure_future(anext(news))
        await asyncio.sleep(0.3)
        # notified between two waits, it is not lost
        _notify(real_db, "model:1:0")
        assert await asyncio.wait_for(waiting, timeout=20) == Event("model", 1, 0)
        await news.aclose()

    _run(body)


def test_closing_the_iterator_closes_the_connection(real_db: OwnDatabase) -> None:
    async def body() -> None:
        news = live.listen(real_db.url)
        await _next(news)
        await news.aclose()

    _run(body)
    with psycopg.connect(real_db.admin_url, autocommit=True) as connection:
        for _ in range(100):
            left = connection.execute(
                "select count(*) from pg_stat_activity where application_name = 'leadtui-live' "
                "and datname = current_database()"
            ).fetchone()
            if left == (0,):
                break
            connection.execute("select pg_sleep(0.05)")
    assert left == (0,)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "lead",
        "lead:1",
        "lead:x:1",
        "lead:1:-1",
        "evil:1:1",
        "lead:1:1:1",
        "lead:٣:1",
        "lead:1:" + "9" * 30,
    ],
)
def test_noise_on_the_channel_is_left_out(payload: str) -> None:
    assert live.parse(payload) is None
    assert live.coalesced([payload, "lead:2:2"]) == [Event("lead", 2, 2)]
