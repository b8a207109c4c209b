"""The frame of every screen after sign-in, and the one way in which a screen asks a service.

    class TasksScreen(BaseScreen):
        WHERE = Where.TASKS
        CSS_PATH = "tasks.tcss"
        BINDINGS = bindings(Where.TASKS)

        def body(self) -> ComposeResult: ...                 # between the top bar and the key line
        def on_mount(self) -> None:
            self.load("mine", tasks.mine, then=self._show)     # a thread; a stale answer is dropped

What a screen finds on `self.desk` (the LeadtuiApp): `ctx`, `actor`, `may(permission)`, `now()`, `zone`,
`open_call`, `claim(lead_id=None)`, `next_lead()`, `save_call(command, then_next=...)`,
`give_back(command)`, `open_customer(lead_id, walk)`, `name_call(lead_id, name)`,
`present(error, screen)`, `say(sentence)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from leadtui.commands import BY_ID, Hint, Where, hints
from leadtui.leaving import ITS_END, leaving
from leadtui.messages import Failed, Loaded
from leadtui.widgets.foot import Foot
from leadtui.widgets.frame import TopBar
from leadtui.widgets.keys import KeyLine

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp

T = TypeVar("T")

SHORT = 30
"""Lines below which blank ones go."""


class Walk(Protocol):
    """A list that `[ ]` walks on the customer screen; the leads and tasks screens are one."""

    def neighbour(self, lead_id: int, step: int) -> int | None:
        """The lead `step` rows from `lead_id` in the list as it is shown; None at its end or when that row is
        not loaded. Also moves the list's own cursor there, so that going back lands on it."""


class BaseScreen(Screen[None]):
    """A screen with the top bar, the status line and the key line."""

    WHERE: ClassVar[Where]
    """Which part of the command table is live here."""

    DEFAULT_CSS = """
    BaseScreen { background: $bg; color: $text; }
    BaseScreen > Foot { align: left bottom; }
    """

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._requests: dict[str, int] = {}
        self._whole = False
        """Whether every part of it has been mounted."""
        self._served = False
        """Whether a service has answered it."""

    # what a screen writes ------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The widgets between the top bar and the foot."""
        yield from ()

    def off_keys(self) -> Mapping[str, str]:
        """Command id → the sentence why it cannot be used now (beside what the role forbids)."""
        return {}

    def hidden_keys(self) -> Iterable[str]:
        """Ids of commands that mean nothing here now; they leave the hint line."""
        return ()

    def fact(self) -> str:
        """The fact at the right end of the key line: `1 / 39`."""
        return ""

    def relabel(self) -> None:
        """The language or the user's zone changed: word everything anew, losing nothing that was typed."""

    def show_fields(self, fields: Mapping[str, str]) -> bool:
        """Put sentences under fields (field → sentence). False: this screen has none of them."""
        return False

    # the frame -----------------------------------------------------------------------------------------

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Top bar, the screen's own body, status line and keys."""
        yield TopBar()
        yield from self.body()
        yield Foot()

    async def mount_composed_widgets(self, widgets: list[Widget]) -> None:
        """From here on every part can be found."""
        await super().mount_composed_widgets(widgets)
        self._whole = not leaving(self, self.app)

    @property
    def begun(self) -> bool:
        """Whether there is something on it that its user would miss; one that has not begun is put up anew
        for who signs in next."""
        return self._served

    async def _dispatch_message(self, message: Message) -> None:
        """A screen that left before it was whole, or before it began, handles nothing but its own end."""
        if isinstance(message, events.Mount) and leaving(self, self.app):
            self._whole = False
        if self._whole or isinstance(message, ITS_END):
            await super()._dispatch_message(message)

    def when_whole(self, work: Callable[[], object]) -> None:
        """For who comes from outside, between two messages of this screen: now, or once it is put up."""
        if self._whole:
            work()
        else:
            self.call_later(work)

    @on(events.Mount)
    @on(events.ScreenResume)
    def _frame_again(self) -> None:
        self.refresh_frame()

    def refresh_frame(self) -> None:
        """Take over what the app says: modes, session, clock, the open call, notices, keys.

        Call it when the answer of `off_keys`, `hidden_keys` or `fact` changes; the app calls it for its own.
        """
        desk = self.desk
        self.set_class(desk.compact, "-compact")
        if not self._whole or desk.actor is None:  # not composed yet, or its user has just left
            return
        bar = self.query_one(TopBar)
        bar.tabs = desk.tabs()
        bar.active = desk.mode
        bar.live = desk.live
        bar.who = desk.who()
        bar.time = desk.time()
        foot = self.query_one(Foot)
        foot.status.call, foot.status.call_short = desk.call_status()
        foot.status.notice = desk.standing()
        foot.keys.hints = self._hints()
        foot.keys.fact = self.fact()

    def _hints(self) -> tuple[Hint, ...]:
        desk = self.desk
        return tuple(hints(self.WHERE, desk.may, self.off_keys(), self.hidden_keys(), typing=self.typing))

    @property
    def short(self) -> bool:
        """Whether blank lines go: few lines, or a user who wants more rows."""
        return self.size.height < SHORT or self.desk.compact

    @property
    def typing(self) -> bool:
        """Whether letters are text now: a field has the focus, or rows where a letter begins the note."""
        return isinstance(self.focused, Input | TextArea) or bool(getattr(self.focused, "writing", False))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _keys_again(self) -> None:
        """A letter is a key here and text there."""
        if self.desk.actor is not None and self._whole:
            self.query_one(KeyLine).hints = self._hints()

    def refresh_fact(self) -> None:
        """Only the fact on the key line: for what changes with every key."""
        if line := self.query(KeyLine):
            line.first().fact = self.fact()

    @on(TopBar.Selected)
    def _tab_clicked(self, event: TopBar.Selected) -> None:
        event.stop()
        self.desk.action_mode(event.mode)

    @on(KeyLine.Pressed)
    async def _hint_clicked(self, event: KeyLine.Pressed) -> None:
        event.stop()
        await self.desk.run_command(BY_ID[event.hint.command])

    # asking services -----------------------------------------------------------------------------------

    def load(
        self,
        group: str,
        service: Callable[..., T],
        *args: Any,
        then: Callable[[T], object],
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run `service(ctx, *args)` in a thread and hand its result to `then`, on the event loop.

        A new request of the same `group` makes the earlier one stale: its answer is dropped, error or not.
        An error goes to `failed`, or to the app's presenter where there is none. Nothing is raised.
        """
        number = self._requests[group] = self._requests.get(group, 0) + 1
        ctx = self.desk.ctx
        if ctx is None:
            return
        self.run_worker(
            partial(self._ask, group, number, partial(service, ctx, *args), then, failed),
            name=f"{group} {number}", group=group, thread=True, exclusive=True, exit_on_error=False,
        )  # fmt: skip

    def drop(self, group: str) -> None:
        """Make the request of `group` under way stale."""
        self._requests[group] = self._requests.get(group, 0) + 1

    def loading_group(self, group: str) -> bool:
        """Whether a request of `group` is under way."""
        return any(worker.group == group and not worker.is_finished for worker in self.workers)

    def _ask(
        self,
        group: str,
        number: int,
        asked: Callable[[], Any],
        then: Callable[[Any], object],
        failed: Callable[[Exception], object] | None,
    ) -> None:
        try:
            value = asked()
        except Exception as error:  # every kind has its place in the presenter
            self.post_message(Failed(group, number, error, failed))
        else:
            self.post_message(Loaded(group, number, value, then))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        message.stop()
        if self._requests.get(message.group) == message.number:
            self._served = True
            self.desk.reached()
            message.then(message.value)

    @on(Failed)
    def _failed(self, message: Failed) -> None:
        message.stop()
        if self._requests.get(message.group) != message.number:
            return
        if message.failed is not None:
            message.failed(message.error)
        else:
            self.desk.present(message.error, self)
