"""What was typed in an earlier session for something that is not there any more: to copy, or to throw away.

A call that was logged elsewhere or has ended, a task's sheet that was never stored. Nothing goes by itself:
what is neither copied nor thrown away is offered again, for a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from leadtui.formats import moment
from leadtui.i18n import _
from leadtui.screens.conflict import draft_entries
from leadtui.screens.customer_parts.drafts import TASK, Leftover
from leadtui.text import clean
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import Entries, Entry, shown_name

if TYPE_CHECKING:
    from leadtui.app import LeadtuiApp


class KeptSheet(ModalScreen[None]):
    """One at a time: `y` copies, `x` throws away, `⏎` opens the customer, `esc` keeps it for later."""

    CSS_PATH = "kept.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("y", "copy", show=False),
        Binding("x", "throw_away", show=False),
        Binding("enter", "open", show=False),
        Binding("j,down,right", "move(1)", show=False),
        Binding("k,up,left", "move(-1)", show=False),
    ]

    def __init__(self, found: Sequence[Leftover]) -> None:
        super().__init__()
        self.found = list(found)
        self._at = 0

    @property
    def desk(self) -> LeadtuiApp:
        """The app, by its own type."""
        return cast("LeadtuiApp", self.app)

    @property
    def shown(self) -> Leftover:
        """The one that is shown."""
        return self.found[self._at]

    def compose(self) -> ComposeResult:
        """Whose it was, what it was, the words, the keys."""
        with Vertical(id="sheet"):
            yield Heading(_("Kept, not saved"), id="whose")
            yield Notice(indent=0, id="why")
            yield Entries(id="fields")
            with VerticalScroll(id="words", can_focus=False):
                yield Notice(indent=0, id="note")
            yield Heading("", id="keys")

    def on_mount(self) -> None:
        """Word it."""
        self.relabel()

    def relabel(self) -> None:
        """In the language in use."""
        one = self.shown
        place = f" · {self._at + 1} / {len(self.found)}" if len(self.found) > 1 else ""
        whose = self.query_one("#whose", Heading)
        whose.label, whose.fact = _("Kept, not saved"), f"{shown_name(one.name, one.lead_id)}{place}"
        at = moment(one.at, self.desk.zone, now=self.desk.now())
        if one.kind == TASK:
            told = _("You typed this task at {time}; it was not stored. ⏎ opens its sheet.").format(time=at)
        else:
            told = _("You typed this at {time}. The call it was for is not open any more.").format(time=at)
        self.query_one("#why", Notice).say("", told)
        self.query_one("#fields", Entries).entries = self._fields(one)
        self.query_one("#note", Notice).say("", clean(one.draft.note, lines=True).strip() or "–")
        keys = f"y {_('copy')} · x {_('throw away')} · ⏎ {_('open')} · esc {_('later')}"
        self.query_one("#keys", Heading).fact = keys

    def _fields(self, one: Leftover) -> tuple[Entry, ...]:
        if one.kind == TASK:
            return (Entry(_("When"), one.draft.when.strip() or "–"),)
        return draft_entries(one.draft)

    def action_move(self, step: int) -> None:
        """Another one."""
        self._at = (self._at + step) % len(self.found)
        self.relabel()

    def action_copy(self) -> None:
        """`y`"""
        self.app.copy_to_clipboard(clean(self.shown.text, lines=True))
        self.desk.say(_("Copied. x throws it away here."))

    def action_throw_away(self) -> None:
        """`x`"""
        gone = self.found.pop(self._at)
        self.desk.journal.drop(gone.kind, gone.ident)
        if not self.found:
            self.dismiss()
            return
        self._at = min(self._at, len(self.found) - 1)
        self.relabel()

    def action_open(self) -> None:
        """`⏎`: the customer, for a task with its sheet."""
        one, desk = self.shown, self.desk
        self.dismiss()
        if one.kind == TASK:
            desk.add_task(one.lead_id, one.name)
        else:
            desk.open_customer(one.lead_id)
