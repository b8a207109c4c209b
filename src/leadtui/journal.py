"""What is typed and not saved yet: kept on this machine for the user who typed it, offered back to nobody
else (`core.drafts`). It stands below the desk, because unsent calls are drafts too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadtui.core.errors import LeadtuiError, Unavailable
from leadtui.i18n import _
from leadtui.shell import Shell

if TYPE_CHECKING:
    from leadtui.core.drafts.dto import Found
    from leadtui.core.drafts.journal import Journal
    from leadtui.core.settings import Settings


class Journaled(Shell):
    """The journal of who is signed in."""

    settings: Settings

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._journal: Journal | None = None
        self._journal_of: int | None = None
        self._opening_journal = False
        self._offered = False
        """Whether what earlier sessions left has been offered in this one."""

    @property
    def journal(self) -> Journal:
        """What is typed goes here at once, signed in or not; a thread brings it to the disk."""
        if self._journal is None:
            from leadtui.core.drafts.journal import Journal  # not before the first paint

            self._journal = Journal(self.settings.home, trouble=self._trouble_in_thread)
        return self._journal

    def open_journal(self) -> None:
        """Fetch the key, take over what this user left, and tell `journal_opened`. Somebody else's journal is
        closed first: it lies on the disk, for them."""
        actor, ctx = self.actor, self.ctx
        if actor is None or ctx is None or self._opening_journal:
            return
        other: Journal | None = None
        if self._journal_of not in (None, actor.user_id):
            other, self._journal = self._journal, None
        self._journal_of = actor.user_id
        self._opening_journal = True
        journal = self.journal

        def take_over() -> Found:
            from leadtui.core.drafts import service as drafts

            if other is not None:
                other.close()
            return journal.open(drafts.key(ctx))

        self.in_thread("drafts", take_over, self._journal_is_open, self._journal_is_not)

    def _journal_is_open(self, found: Found) -> None:
        self._opening_journal = False
        if self.actor is None or self.actor.user_id != self._journal_of:
            self.leave_journal()  # they left while it was opened
            return
        if found.damaged:
            self.say(_("A file of kept texts was damaged; it was set aside."), late=True)
        self.journal_opened()

    def _journal_is_not(self, error: Exception) -> None:
        self._opening_journal = False
        if isinstance(error, OSError):
            self._trouble(error)
        elif not isinstance(error, LeadtuiError):
            self.present(error)
        elif isinstance(error, Unavailable):
            self.away(error)
        self.journal_opened()

    def journal_again(self) -> None:
        """The database answers: who has no open journal yet gets it now."""
        if self._journal is not None and self._journal_of is not None and not self._journal.is_open:
            self.open_journal()

    def leave_journal(self) -> None:
        """Nobody is signed in: what is typed is written, and the file is let go for their next session."""
        self._offered = False
        if self._journal is not None:
            self._journal.close(timeout=0)  # its own thread does it: this is the event loop

    def forget_requests(self) -> None:
        """The answer that would have opened it does not come."""
        super().forget_requests()
        self._opening_journal = False

    def end_journal(self) -> None:
        """The end of the process: wait until everything is on the disk."""
        if self._journal is not None:
            self._journal.close()

    def journal_opened(self) -> None:
        """`Desk` goes on with what was left. Also called where the journal stays in memory."""
        raise NotImplementedError

    # the disk ------------------------------------------------------------------------------------------

    def _trouble_in_thread(self, error: OSError | None) -> None:
        self.call_from_worker(self._trouble, error)

    def _trouble(self, error: OSError | None) -> None:
        if error is not None:
            from leadtui import logs

            logs.event("drafts_not_written", errno=error.errno or 0)
            self.say(
                _("What you type cannot be kept on this disk: it is in memory only until you save."),
                late=True,
            )
        else:
            self.say(_("What you type is kept on the disk again."))
