"""What other processes change, as it happens: one connection a process, never the truth itself.

A notification says that something changed, never what it is now: who hears it reads the row again, through
the gate. So a lost one costs a moment, and after every gap comes a `Resync`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from leadtui.core.db.listen import GONE, Listener

KINDS: Final = frozenset(
    {"lead", "task", "call", "run", "user", "model", "stop", "setting", "guide", "view", "pause"}
)
"""lead: its place in the queue changed; task: of that user; call: the open call of that agent; run: a bulk
rescore or an import ended; user: disabled or demoted; model: deployed; stop: this customer may not
be called any more, also by who is on the phone with them; setting: a rule of the business or a holiday
(id 0); guide: another version; view: a saved view of the team; pause: of that agent."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something changed: read it again."""

    kind: str
    """One of KINDS."""
    ident: int
    version: int
    """The newest version heard of; 0 where the thing has none."""


@dataclass(frozen=True, slots=True)
class Resync:
    """From here on nothing is missed; look at everything anew, changes may have been missed before."""

    first: bool
    """The first one of this process: nothing was missed but what happened since it last read."""
    polling: bool
    """LISTEN is dead here (a connection pooler): one of these comes every POLL_SECONDS instead of events."""


@dataclass(frozen=True, slots=True)
class Offline:
    """The server cannot be reached. A Resync follows when it can; until then it is tried again by itself."""

    since: datetime
    """Aware, UTC."""


News = Event | Resync | Offline

HEARTBEAT_SECONDS: Final = 20.0
POLL_SECONDS: Final = 15.0
_COALESCE_SECONDS: Final = 0.05
_FLOOD: Final = 500
"""More different changes at once than this are one Resync."""
_FIRST_DELAY: Final = 0.25
_LAST_DELAY: Final = 30.0


async def listen(
    url: str,
    *,
    heartbeat: float = HEARTBEAT_SECONDS,
    poll: float = POLL_SECONDS,
    force_polling: bool = False,
) -> AsyncGenerator[News, None]:
    """Endless: a Resync, then events as they come; an Offline when the server is gone, then a Resync again.

    `url` is the app role's (`runtime.app.url`). What changes several times within 50 ms is told once. Nothing
    is raised for a server that is away; closing the iterator (or cancelling its task) closes the connection.
    """
    delay = _FIRST_DELAY
    first = True
    told = False
    while True:
        try:
            async with await Listener.open(url) as listener:
                delay, told = _FIRST_DELAY, False
                polling = force_polling or not listener.hears
                yield Resync(first=first, polling=polling)
                first = False
                news = _poll(listener, poll) if polling else _hear(listener, heartbeat)
                async with aclosing(news):
                    async for one in news:
                        yield one
        except GONE:
            if not told:
                told = True
                yield Offline(datetime.now(UTC))
        # all the terminals of a floor lose the server at once: they must not come back at once
        await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311
        delay = min(delay * 2, _LAST_DELAY)


async def _poll(listener: Listener, seconds: float) -> AsyncGenerator[News, None]:
    while True:
        await asyncio.sleep(seconds)
        await listener.alive()
        yield Resync(first=False, polling=True)


async def _hear(listener: Listener, heartbeat: float) -> AsyncGenerator[News, None]:
    while True:
        payloads = await listener.wait(heartbeat)
        if not payloads:
            await listener.alive()
            continue
        await asyncio.sleep(_COALESCE_SECONDS)
        payloads += listener.heard()
        events = coalesced(payloads)
        if len(events) > _FLOOD:
            yield Resync(first=False, polling=False)
            continue
        for event in events:
            yield event


def coalesced(payloads: Iterable[str]) -> list[Event]:
    """Every thing once, with its newest version, in the order of its first change. Noise is left out."""
    newest: dict[tuple[str, int], int] = {}
    for change in (one for payload in payloads for one in payload.split(" ")):
        event = parse(change)
        if event is not None:
            key = (event.kind, event.ident)
            newest[key] = max(event.version, newest.get(key, 0))
    return [Event(kind, ident, version) for (kind, ident), version in newest.items()]


def parse(payload: str) -> Event | None:
    """One change of a payload, `kind:id:version` as `Tx.notify` writes it; None for anything else: anybody
    may notify."""
    kind, _, rest = payload.partition(":")
    ident, _, version = rest.partition(":")
    if kind not in KINDS or not (_is_number(ident) and _is_number(version)):
        return None
    return Event(kind, int(ident), int(version))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
