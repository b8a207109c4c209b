"""The do-not-call list behind the gate: numbers and people, one by one or a whole list."""

from __future__ import annotations

from leadtui.core import phones
from leadtui.core.action import Job, action, job, query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Tx
from leadtui.core.dnc import change, queries
from leadtui.core.dnc.dto import (
    AddNumber,
    AddPerson,
    Blocked,
    Entry,
    ImportList,
    Lifted,
    ListReport,
    OnLines,
    RemoveNumber,
    RemovePerson,
)
from leadtui.core.errors import Invalid


@query(Permission.DNC_READ)
def listing(tx: Tx, prefix: str | None = None, limit: int = 1_000) -> tuple[Entry, ...]:
    """Entries of the actor's scope, newest first; `prefix` as people write a number's start (0812, +6281).

    Raises Invalid({"number": "phone_invalid"}).
    """
    digits = None
    if prefix is not None and prefix.strip():
        digits = phones.search_digits(prefix.strip())
        if digits is None:
            raise Invalid({"number": "phone_invalid"}, value=prefix[:40])
    return queries.entries(tx, digits, limit)


@query(Permission.DNC_READ)
def count(tx: Tx) -> int:
    """How many entries there are in the actor's scope."""
    return queries.total(tx)


@action(Permission.DNC_MANAGE, audit="dnc.added")
def add_number(tx: Tx, command: AddNumber) -> Blocked:
    """List a number: everybody it reaches leaves the queues, their tasks are cancelled, and who is on the
    phone with them hears of it. Listed already: nothing changes.

    Raises Invalid: number phone_invalid · reason too_long; NotFound("team_unknown").
    """
    return change.add_number(tx, command)


@action(Permission.DNC_MANAGE, audit="dnc.added")
def add_person(tx: Tx, command: AddPerson) -> Blocked:
    """List a customer with all their numbers, as their own word in a call would have.

    Raises Invalid({"reason": "too_long"}), NotFound("lead_unknown").
    """
    return change.add_person(tx, command)


@action(Permission.DNC_MANAGE, audit="dnc.removed")
def remove_number(tx: Tx, command: RemoveNumber) -> Lifted:
    """Take a number off the list; who is blocked by their own word or another number stays so.

    What the entry said, who took it off and why is kept. Raises Invalid: number phone_invalid · reason
    reason_needed, too_long; NotFound("dnc_unknown": number), NotFound("team_unknown").
    """
    return change.remove_number(tx, command)


@action(Permission.DNC_MANAGE, audit="dnc.removed")
def remove_person(tx: Tx, command: RemovePerson) -> Lifted:
    """Lift a customer's own "do not call", and the numbers that were listed because of it and of nobody else;
    `Lifted.blocking` names those that stay.

    Raises Invalid({"reason": …}), NotFound("lead_unknown"), NotFound("dnc_lead_unknown": lead_id).
    """
    return change.remove_person(tx, command)


@job(Permission.DNC_MANAGE, audit="dnc.imported")
def import_list(job: Job, command: ImportList, progress: OnLines | None = None) -> ListReport:
    """Bring a list of numbers in, in one transaction: all of it, or nothing where a line is no number
    (`skip_bad`: all but those).

    Raises Invalid: a file that cannot be read (`imports.codes.FILE_ERRORS`), "dnc_header": line · reason
    too_long; NotFound("team_unknown"), Conflict("list_running").
    """
    return change.import_list(job, command, progress or _silent)


def _silent(lines: int) -> None:
    """Nobody is watching."""
