"""Keys one after another: what is typed ahead waits until the key before it has done its work.

Textual forwards a key to the focused widget, lets it bubble back to the app and only then looks for a
binding, and `Widget.focus` itself is a message to the app. So of keys that arrive together (a slow line, a
fast hand) the second goes where the first one's focus was: after `4` the note's text would be taken for
commands. Here a key is handled to its end, focus included, before the next one is looked at.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump

from leadtui.themes import LedgerApp

PATIENCE: Final = 0.25
"""Seconds that the app stands still for one key's handlers. One that waits for the app itself (a screen
taken away, a machine too busy) gets it back after that; the keys behind go on waiting."""

STUCK: Final = 5.0
"""Seconds after which the next key is looked at, whatever the last one's handlers do: one may itself wait for
a key."""

HOLD: Final = 2.0
"""Seconds that keys wait at most for a step to the next customer."""

_LOOK: Final = 0.02


class OrderedKeys(LedgerApp[None]):
    """An app whose keys keep their order, whatever they move."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._typed: deque[events.Key] = deque()
        self._key_busy = False
        self._key_out: events.Key | None = None
        """The key that is with the widgets now."""
        self._key_back = False
        """Whether no widget wanted it, so that it has bubbled up again."""

    def keys_held(self) -> bool:
        """Whether keys wait because another screen is on its way (at most HOLD seconds)."""
        return False

    async def on_event(self, event: events.Event) -> None:
        """Take keys in order; everything else at once."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._key_busy:
            return
        self._key_busy = True
        if self.keys_held():
            self._wait(monotonic())
        else:
            await self._handle(self._typed.popleft())

    def post_message(self, message: Message) -> bool:
        """A key that bubbles back is finished by `_handle`, ahead of what is in the queue."""
        if message is self._key_out and message is not None:
            self._key_back = True
            return True
        return super().post_message(message)

    async def _handle(self, event: events.Key) -> None:
        target = self.focused or self.screen
        self._key_out, self._key_back = event, False
        try:
            await super().on_event(event)
        except BaseException:
            self._key_out = None
            raise
        if event.is_forwarded:
            await self._after(target, lambda: self._came_back(event, target))
        else:
            await self._came_back(event, target)

    async def _came_back(self, event: events.Key, target: MessagePump) -> None:
        back, self._key_out = self._key_back, None
        if back:
            await super().on_event(event)
            # its binding may have told the widget something by which the focus moves: `⏎` in a field
            await self._after(target, self._soon)
        else:
            await self._soon()

    async def _soon(self) -> None:
        # behind the messages by which focus moves
        self.call_later(self._next, monotonic())

    async def _next(self, since: float) -> None:
        if not self._typed:
            self._key_busy = False
        elif self.keys_held() and monotonic() - since < HOLD:
            self._wait(since)
        else:
            # a screen that was just pushed takes its focus when it has been mounted
            await self._after(self.screen, lambda: self._handle(self._typed.popleft()))

    def _wait(self, since: float) -> None:
        self.set_timer(_LOOK, lambda: self._next(since), name="held keys")

    async def _after(self, target: MessagePump, then: Then) -> None:
        """Run `then` once `target` and what its events bubble to have handled what they were sent so far."""
        handled = asyncio.create_task(self._handled(target), name="keys in order")
        await asyncio.wait({handled}, timeout=PATIENCE)
        await self._look(handled, then, monotonic())

    async def _look(self, handled: asyncio.Task[None], then: Then, since: float) -> None:
        if handled.done() or monotonic() - since > STUCK:
            handled.cancel()
            await then()
        else:
            self.set_timer(_LOOK, lambda: self._look(handled, then, since), name="keys in order")

    async def _handled(self, target: MessagePump) -> None:
        node: MessagePump | None = target
        while node is not None and node is not self:
            above, done = node._parent, asyncio.Event()
            if (life := node._task) is None or not node.post_message(events.Callback(callback=_setter(done))):
                return
            told = asyncio.create_task(done.wait())
            try:
                # a widget that is taken away says nothing any more
                await asyncio.wait({told, life}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                told.cancel()
            node = above


Then = Callable[[], Awaitable[object]]


def _setter(done: asyncio.Event) -> Any:
    async def set_it() -> None:
        done.set()

    return set_it
