"""What is in the call form, as one frozen value, and how it becomes the command that logs the call. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final
from uuid import UUID

from leadtui.core.calls.dto import LogCall, NoAnswer, Outcome
from leadtui.core.calls.rules import digit
from leadtui.core.calls.validate import NOTE_LIMIT
from leadtui.core.errors import Invalid
from leadtui.i18n import N_, _
from leadtui.widgets.amounts import parse_amount

NOT_ANSWERED: Final = 0
CANNED: Final[dict[NoAnswer, str]] = {
    NoAnswer.NO_ANSWER: N_("No answer."),
    NoAnswer.BUSY: N_("Line busy."),
    NoAnswer.OFF: N_("Phone switched off."),
    NoAnswer.VOICEMAIL: N_("Voicemail, left no message."),
}
"""The one-key notes of a call that nobody answered."""

ParseWhen = Callable[[str, datetime, tzinfo], datetime]
"""(typed, now, zone) → an aware moment; raises Invalid where it is not understood."""


@dataclass(frozen=True, slots=True)
class MacroKey:
    """One of the bank's own keys, as a row of the form."""

    id: int
    key: int
    """7, 8 or 9."""
    label: str
    digit: int
    """The digit whose status and outcome it sets."""
    reason: NoAnswer
    """For 0 only."""
    note: str
    beside: str = ""
    """What it leads to, in a few words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The form's content as typed."""

    digit: int | None = None
    """`0`–`6`; None while no outcome is chosen."""
    reason: NoAnswer = NoAnswer.NO_ANSWER
    """For 0 only."""
    when: str = ""
    product_id: int | None = None
    amount: str = ""
    note: str = ""
    macro_id: int | None = None
    """The macro that set digit and reason; its follow-up time counts where none is typed."""

    @property
    def blank(self) -> bool:
        """Whether nothing was entered."""
        return self == Draft()

    @property
    def outcome(self) -> Outcome | None:
        """The chosen outcome; None for 0 and for nothing chosen."""
        return Outcome(self.digit) if self.digit else None

    @property
    def wants_when(self) -> bool:
        """Whether the callback time must be there."""
        return self.outcome is Outcome.CALLBACK and self.macro_id is None

    @property
    def takes_when(self) -> bool:
        """Whether a time may be given: without one an interested customer returns by themselves."""
        return self.outcome in (Outcome.CALLBACK, Outcome.INTERESTED)

    @property
    def wants_sale(self) -> bool:
        """Whether product and amount are asked for."""
        return self.outcome is Outcome.CLOSED

    def content(self) -> Draft:
        """The part that is sent: what the chosen outcome does not ask for is left out."""
        return replace(
            self,
            when=self.when.strip() if self.takes_when else "",
            product_id=self.product_id if self.wants_sale else None,
            amount=self.amount.strip() if self.wants_sale else "",
            note=self.note.strip(),
        )

    def command(
        self,
        request_id: UUID,
        open_call_id: UUID,
        *,
        answered: bool,
        now: datetime,
        zone: tzinfo,
        parse_when: ParseWhen,
        ready_made: Collection[str] = (),
    ) -> LogCall:
        """The command that logs this call; `ready_made` are the notes of macros, which are nobody's words.

        The status is connected unless 0, or a wrong number before anybody answered. Raises Invalid with every
        field that is wrong: `outcome`, `callback_at`, `product_id`, `amount`, `note`.
        """
        wrong: dict[str, str] = {}
        callback_at, amount = None, None
        chosen = self.digit
        if chosen is None:
            wrong["outcome"] = "required"
        if not self.note.strip():
            wrong["note"] = "required"
        elif len(self.note) > NOTE_LIMIT:
            wrong["note"] = "too_long"
        if self.wants_when or (self.takes_when and self.when.strip()):
            try:
                callback_at = parse_when(self.when, now, zone)
            except Invalid as error:
                wrong["callback_at"] = next(iter(error.fields.values()), "required")
        if self.wants_sale:
            if self.product_id is None:
                wrong["product_id"] = "required"
            try:
                amount = parse_amount(self.amount)
            except Invalid as error:
                wrong.update(error.fields)
        if wrong or chosen is None:
            raise Invalid(wrong)
        reason = self.reason if chosen == NOT_ANSWERED else NoAnswer.NO_ANSWER
        meant = digit(chosen, answered=answered, reason=reason)
        return LogCall(
            request_id,
            open_call_id,
            meant.status,
            self.note.strip(),
            meant.reason,
            meant.outcome,
            callback_at,
            self.product_id if self.wants_sale else None,
            amount,
            canned=is_canned(self.note) or self.note.strip() in ready_made,
            macro_id=self.macro_id,
        )


def canned_note(reason: NoAnswer) -> str:
    """The one-key note for a call that nobody answered, in the language in use."""
    return _(CANNED[reason])


def is_canned(note: str) -> bool:
    """Whether the note is one of ours, in the language in use: another reason may replace it."""
    return note.strip() in {_(text) for text in CANNED.values()}
