"""The outbox: taken off by the worker, looked after by an admin. `queue` is for other services."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from leadtui.core.action import Job, action, job, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.errors import Invalid, NotFound
from leadtui.core.outbox import queries, rules
from leadtui.core.outbox.dto import ALWAYS, STATES, Backlog, Letter, Mail, Settle, Settled
from leadtui.core.outbox.post import queue as queue

KEEP_DAYS: Final = 90
"""How long a mail that was sent, or never will be, can be looked up."""


@action(Permission.MAIL_SEND, audit="mail.taken")
def take(tx: Tx, outbox_id: int) -> Letter | None:
    """Take a mail for sending; None where it is not due, not there, taken by somebody, or not to be sent:
    the user switched mail off or is disabled, the address is made up, the digest has nothing to say."""
    row = queries.take(tx, outbox_id)
    tx.audit(f"mail:{outbox_id}", taken=row is not None)
    if row is None:
        return None
    letter = Letter(*(*row[:10], tx.now))
    mail_off, disabled, demo = row[10:]
    code = None
    if demo or rules.made_up(letter.email):
        code = "mail_demo"
    elif disabled:
        code = "mail_disabled"
    elif mail_off and letter.kind not in ALWAYS:
        code = "mail_off"
    elif letter.kind == "digest":
        letter, code = _digest(tx, letter)
    if code is not None:
        queries.settle(tx, outbox_id, "suppressed", code, None)
        tx.audit(suppressed=code)
        return None
    return letter


def _digest(tx: Tx, letter: Letter) -> tuple[Letter, str | None]:
    """What is due is looked up when it leaves: the night may have changed it."""
    zone = ZoneInfo(letter.zone)
    today = tx.now.astimezone(zone).date()
    if letter.created_at.astimezone(zone).date() != today:
        return letter, "mail_late"
    until = datetime.combine(today + timedelta(days=1), time(0), zone)
    due, first, overdue = queries.due_today(tx, letter.user_id, until)
    if not due:
        return letter, "mail_empty"
    facts = {"due": due, "overdue": overdue, "first_at": None if first is None else first.isoformat()}
    return Letter(
        letter.id, letter.kind, {**letter.params, **facts}, letter.created_at, letter.tries, letter.user_id,
        letter.email, letter.name, letter.locale, letter.zone, letter.now,
    ), None  # fmt: skip


@action(Permission.MAIL_SEND, audit="mail.settled")
def settle(tx: Tx, how: Settle, tries: int) -> Settled:
    """Write down how the `tries`-th try ended; what failed for now is tried again later (`rules.DELAYS`).

    Asked again after a lost reply it changes nothing. Raises nothing of its own.
    """
    again = None if how.code is None or how.permanent else rules.next_try(tries, tx.now)
    state = "sent" if how.code is None else "queued" if again is not None else "failed"
    done = queries.settle(tx, how.outbox_id, state, how.code, again)
    tx.audit(f"mail:{how.outbox_id}", state=state, code=how.code, tries=tries, changed=done)
    return Settled(state, again)


@job(Permission.MAIL_SEND, audit="mail.recovered")
def recover(work: Job) -> int:
    """Give mails a job again whose worker died, and those that have none for whatever reason; how many.

    A worker that died between the server's "accepted" and its own COMMIT has sent one already: it is sent
    once more with the same Message-ID.
    """
    with work.transaction() as tx:
        return queries.recover(tx)


@job(Permission.MAIL_SEND, audit="mail.digests")
def mornings(work: Job) -> int:
    """Queue the digest of everybody whose morning it is and who has something due today; how many."""
    with work.transaction() as tx:
        return sum(
            queue(tx, "digest", user, key=day.isoformat()) is not None
            for user, day in queries.mornings(tx, *rules.MORNING)
        )


@job(Permission.MAIL_SEND, audit="mail.forgotten")
def forget(work: Job) -> int:
    """Delete what was settled more than `KEEP_DAYS` ago; how many."""
    with work.transaction() as tx:
        return queries.forget(tx, KEEP_DAYS)


@query(Permission.MAIL_MANAGE)
def listing(tx: Tx, state: str | None = None, limit: int = 100) -> tuple[Mail, ...]:
    """The newest mails, all or of one state. Raises Invalid({"state": "unknown_value"})."""
    if state is not None and state not in STATES:
        raise Invalid({"state": "unknown_value"}, known=", ".join(STATES))
    return tuple(queries.listing(tx, state, limit))


@action(Permission.MAIL_MANAGE, audit="mail.retried")
def retry(tx: Tx, outbox_id: int | None) -> int:
    """Try one that failed or waits again now, or (None) all that failed; how many.

    Raises NotFound("mail").
    """
    found = queries.retry(tx, outbox_id)
    if outbox_id is not None and not found:
        raise NotFound("mail", outbox_id=outbox_id)
    tx.audit(None if outbox_id is None else f"mail:{outbox_id}", mails=found)
    return found


@query(Permission.MAIL_MANAGE)
def backlog(tx: Tx) -> Backlog:
    """What waits, what failed, and whether a worker is alive."""
    return queries.backlog(tx)
