"""Every day on which nobody is called, from this year on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from leadtui.core.errors import LeadtuiError
from leadtui.core.holidays import service as holidays
from leadtui.formats import number
from leadtui.i18n import _, ngettext
from leadtui.widgets.heading import Heading
from leadtui.widgets.holiday_list import HolidayLines
from leadtui.widgets.notice import Notice

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp
    from leadtui.core.holidays.dto import Holiday


class DaysOffSheet(ModalScreen[None]):
    """A page to read; `leadtui holidays` changes it."""

    CSS_PATH = "days_off.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", show=False),
        Binding("h", "dismiss", show=False, id="days_off"),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]

    def __init__(self, *, joint_leave: bool) -> None:
        super().__init__()
        self._joint_leave = joint_leave

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    def compose(self) -> ComposeResult:
        """Heading, days, how to change them."""
        with Vertical(id="sheet"):
            yield Heading(_("days off"), id="title")
            with VerticalScroll(id="scroll", can_focus=False):
                yield HolidayLines()
            yield Notice(indent=0, id="how")
            yield Heading("", f"h / esc  {_('back')}", classes="foot")

    def on_mount(self) -> None:
        """Ask."""
        self.query_one(HolidayLines).year = True
        self.query_one("#how", Notice).say(
            "", _("leadtui holidays add, remove, import or update changes them.")
        )
        ctx = self.desk.session
        self.desk.in_thread("days off", lambda: holidays.listing(ctx), self._know, self._failed)

    def _know(self, found: tuple[Holiday, ...]) -> None:
        if self.is_mounted:
            days = self.query_one(HolidayLines)
            days.show(found, joint_leave=self._joint_leave)
            # what is past stands above: one begins with the day that comes next
            today = self.desk.now().astimezone(self.desk.zone).date()
            self.call_after_refresh(
                lambda: self.query_one("#scroll").scroll_to(y=max(0, days.line_of(today) - 2), animate=False)
            )
            n = len(found)
            self.query_one("#title", Heading).fact = ngettext("{n} day", "{n} days", n).format(n=number(n))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, LeadtuiError) or self.is_mounted:
            self.desk.present(error, self)

    def action_scroll(self, step: int) -> None:
        """A line."""
        self.query_one("#scroll").scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """A page."""
        scroll = self.query_one("#scroll")
        scroll.scroll_relative(y=step * max(1, scroll.size.height - 1), animate=False)
