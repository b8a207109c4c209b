"""The guide beside a call: its lines, ticks and objections, and their keys.

Ticks belong to the open call. They lie in its user's journal under a name of their own (`KIND`, the open
call's id), so that a call which is taken up again, after a crash too, goes on where it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from textual import on

from leadtui.commands import key_of
from leadtui.core.calls.dto import LogCall
from leadtui.core.guide import service as guide
from leadtui.core.guide.dto import GuideFor
from leadtui.i18n import _
from leadtui.messages import CallChanged, Changed, Saved
from leadtui.screens.base import Walk
from leadtui.screens.customer_parts.tags import TagKeys
from leadtui.screens.objections import GuideSheet, ObjectionsSheet
from leadtui.widgets.call_draft import Draft

KIND: Final = "guide"


class GuideKeys(TagKeys):
    """What the guide adds to the customer view."""

    def __init__(self, lead_id: int, walk: Walk | None = None) -> None:
        super().__init__(lead_id, walk)
        self._guide: GuideFor | None = None
        self._ticks: tuple[str, ...] = ()
        self._ticks_of: UUID | None = None
        """The open call that they belong to."""

    # --- the guide for who is shown --------------------------------------------------------------------

    def load_beside(self) -> None:
        """Asked together with the customer; whoever comes first is shown first."""
        super().load_beside()
        self._follow_ticks()
        self.load("guide", guide.current, self.lead_id, then=self._know_guide, failed=self._no_guide)

    def _know_guide(self, found: GuideFor | None) -> None:
        if found is not None and found.lead_id != self.lead_id:
            return
        if self._ticks and self._guide is not None:
            return  # whoever is on the phone goes on with the lines that they have begun with
        self._guide = found
        self.page.guide = found
        self._show_ticks()
        self.refresh_frame()

    def _no_guide(self, _error: Exception) -> None:
        # a call goes on with what was shown before; what is wrong is said where the customer is loaded
        self.page.guide = self._guide

    def forget_beside(self) -> None:
        """Nobody says to the next customer what was meant for the last one."""
        super().forget_beside()
        self._guide = None
        self.page.guide = None

    @on(Changed)
    def _guide_changed(self, event: Changed) -> None:
        if event.kind == "guide":
            self.load_beside()

    def relabel(self) -> None:
        """Another language."""
        super().relabel()
        self._show_ticks()

    # --- ticks -----------------------------------------------------------------------------------------

    @on(CallChanged)
    def _call_moved(self) -> None:
        self._follow_ticks()

    def _follow_ticks(self) -> None:
        call = self.call
        # one that was closed elsewhere is still in the form
        ident = self._shown_call if call is None else call.id
        if ident != self._ticks_of:
            self._ticks_of, journal = ident, self.desk.journal
            kept = {} if ident is None else journal.get(KIND, str(ident)) or {}
            ticks = kept.get("ticks", ())
            self._ticks = tuple(str(code) for code in ticks) if isinstance(ticks, list | tuple) else ()
            if call is not None:
                for entry in journal.entries(KIND):
                    if entry.ident != str(ident):  # there is one open call: what is of another is over
                        journal.drop(KIND, entry.ident)
        self._show_ticks()

    def _show_ticks(self) -> None:
        if not self.page.is_mounted:
            return
        pane, call = self.page.pane, self.call
        talking = call is not None and call.answered_at is not None
        pane.ticks = self._ticks
        pane.key = key_of("answered") if talking else ""
        pane.more = f"{key_of('whole_guide')} {_('guide')}"
        # while it rings the first line is read; before it the history is
        ringing = call is not None and (talking or call.dialled_at is not None)
        self.page.set_class(ringing and self._guide is not None, "-guiding")

    def tick_guide(self) -> None:
        """`space` once the call is answered: the next required line was said."""
        call, found = self.call, self._guide
        if call is None or call.answered_at is None or found is None:
            return
        left = [line.code for line in found.lines if line.code not in self._ticks]
        if left:
            self._keep_ticks((*self._ticks, left[0]))
        else:
            self.desk.say(_("Everything required was said."))

    def action_untick(self) -> None:
        """`backspace`: the last tick was one too many."""
        if self.call is not None and self._ticks:
            self._keep_ticks(self._ticks[:-1])

    def _keep_ticks(self, ticks: tuple[str, ...]) -> None:
        self._ticks = ticks
        call = self.call
        if call is None:
            return
        if ticks:
            version = None if self._guide is None else self._guide.version_id
            self.desk.journal.put(KIND, str(call.id), {"guide_id": version, "ticks": list(ticks)}, hurry=True)
        else:
            self.desk.journal.drop(KIND, str(call.id))
        self._show_ticks()

    def guide_said(self) -> tuple[int | None, tuple[str, ...]]:
        """(the guide's version, codes of the required lines that were ticked) for the call that is logged."""
        found = self._guide
        if found is not None:
            known = {line.code for line in found.lines}
            return found.version_id, tuple(code for code in self._ticks if code in known)
        # the guide did not come: what was ticked before a restart belongs to the version it was ticked in
        kept = {} if self._ticks_of is None else self.desk.journal.get(KIND, str(self._ticks_of)) or {}
        version = kept.get("guide_id")
        return (version, self._ticks) if isinstance(version, int) and self._ticks else (None, ())

    def command(self, draft: Draft, request_id: UUID, ident: UUID) -> LogCall:
        """With what was said. Raises Invalid."""
        made, sent = super().command(draft, request_id, ident), self._sending
        if sent is not None and sent.request_id == request_id:
            # on its way already: a tick that came later makes no other call of it
            return replace(made, guide_id=sent.guide_id, ticks=sent.ticks)
        version, ticks = self.guide_said()
        return replace(made, guide_id=version, ticks=ticks)

    @on(Saved)
    def _ticks_saved(self, event: Saved) -> None:
        self.desk.journal.drop(KIND, str(event.command.open_call_id))
        self._follow_ticks()

    # --- keys ------------------------------------------------------------------------------------------

    def action_objections(self) -> None:
        """`o`"""
        if self._guide is None or not self._guide.objections:
            self.desk.say(_("There is no guide for this customer."))
        else:
            self.app.push_screen(ObjectionsSheet(self._guide))

    def action_whole_guide(self) -> None:
        """`g`"""
        if self._guide is None or self.lead is None:
            self.desk.say(_("There is no guide for this customer."))
        else:
            sheet = GuideSheet(self.lead, self._guide, self._ticks, zone=self.desk.zone, now=self.desk.now)
            self.app.push_screen(sheet)
