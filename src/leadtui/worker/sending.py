"""One mail of the outbox, from taking it to writing down how it ended."""

from __future__ import annotations

from typing import Final

from leadtui import logs
from leadtui.core.outbox import service as outbox
from leadtui.core.outbox import smtp
from leadtui.core.outbox.dto import Settle
from leadtui.worker import letters
from leadtui.worker.acting import Acting

TAKE_SECONDS: Final = 30.0
SETTLE_SECONDS: Final = 300.0
"""How long a mail that is out is held in hand until the database can be told."""


def send(acting: Acting, where: smtp.MailServer, outbox_id: int) -> str | None:
    """Send it, if it is due and to be sent at all; the state it has then, None where nothing was sent.

    Raises Unavailable where the database stays away: the mail gets another job (`outbox.recover`).
    """
    letter = acting.patiently(TAKE_SECONDS, outbox.take, outbox_id)
    if letter is None:
        return None
    reply: int | None = None
    try:
        subject, body = letters.written(letter)
        # of the row, not of the try: whoever gets it twice sees one
        ident = f"outbox.{letter.id}.{round(letter.created_at.timestamp() * 1000)}"
        smtp.send(where, smtp.message(where, letter.email, subject, body, letter.now, ident))
        how = Settle(outbox_id)
    except smtp.MailFailed as failed:
        how, reply = Settle(outbox_id, failed.code, failed.permanent), failed.reply
    settled = acting.patiently(SETTLE_SECONDS, outbox.settle, how, letter.tries)
    logs.event("mail", outbox=outbox_id, state=settled.state, code=how.code, reply=reply, tries=letter.tries)
    return settled.state
