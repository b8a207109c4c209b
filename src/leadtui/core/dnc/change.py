"""How numbers and people get on the do-not-call list and off it, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from leadtui.core import phones
from leadtui.core.action import Job, audit_outside
from leadtui.core.ctx import Tx
from leadtui.core.dnc import queries, rules
from leadtui.core.dnc.dto import (
    ASKED,
    MAX_BAD,
    AddNumber,
    AddPerson,
    BadLine,
    Blocked,
    ImportList,
    Lifted,
    ListReport,
    OnLines,
    RemoveNumber,
    RemovePerson,
)
from leadtui.core.errors import Conflict, Invalid, LeadtuiError, NotFound
from leadtui.core.imports import small
from leadtui.core.imports.clean import clean, excerpt

TOLD: Final = 500
"""More leads than this are one event."""
_STEP: Final = 10_000


def add_number(tx: Tx, command: AddNumber) -> Blocked:
    """As `service.add_number`."""
    number = _number(command.number)
    _check_reason(command.reason, needed=False)
    found = _block(tx, [number], _teams(tx, command.team), _text(command.reason), None, None)
    tx.audit(None, numbers=found.numbers, leads=found.leads)
    return found


def add_person(tx: Tx, command: AddPerson) -> Blocked:
    """As `service.add_person`."""
    _check_reason(command.reason, needed=False)
    found = queries.person(tx, command.lead_id)
    if found is None:
        raise NotFound("lead_unknown", lead_id=command.lead_id)
    queries.mark_person(tx, command.lead_id, blocked=True)
    own = queries.block_person(tx, command.lead_id)
    _stop(tx, own)
    reason = _text(command.reason) or ASKED
    others = _block(tx, found[1], _teams(tx, None), reason, None, command.lead_id)
    tx.audit(f"lead:{command.lead_id}", numbers=others.numbers, leads=others.leads + len(own))
    return Blocked(others.numbers, others.leads + len(own))


def remove_number(tx: Tx, command: RemoveNumber) -> Lifted:
    """As `service.remove_number`."""
    number = _number(command.number)
    _check_reason(command.reason, needed=True)
    teams = _teams(tx, command.team)
    queries.give(tx, [number])
    queries.hit(tx, teams)
    gone = queries.remove_given(tx, teams, clean(command.reason), None)
    if not gone:
        raise NotFound("dnc_unknown", number=phones.display(number))
    freed, still = queries.lift(tx)
    _tell(tx, freed)
    tx.audit(None, numbers=gone, leads=len(freed), still=still)
    return Lifted(gone, len(freed), still)


def remove_person(tx: Tx, command: RemovePerson) -> Lifted:
    """As `service.remove_person`."""
    _check_reason(command.reason, needed=True)
    found = queries.person(tx, command.lead_id)
    if found is None:
        raise NotFound("lead_unknown", lead_id=command.lead_id)
    said_no, numbers = found
    if not said_no:
        raise NotFound("dnc_lead_unknown", lead_id=command.lead_id)
    queries.mark_person(tx, command.lead_id, blocked=False)
    queries.note_person(tx, command.lead_id, clean(command.reason))
    teams = _teams(tx, None)
    queries.give(tx, queries.person_entries(tx, command.lead_id, numbers))
    queries.hit(tx, teams)
    queries.hit_also(tx, command.lead_id)
    gone = queries.remove_given(tx, teams, clean(command.reason), command.lead_id)
    freed, still = queries.lift(tx)
    _tell(tx, freed)
    tx.audit(f"lead:{command.lead_id}", numbers=gone, leads=len(freed), still=still)
    return Lifted(gone, len(freed), still, queries.listed_of(tx, command.lead_id))


def import_list(job: Job, command: ImportList, progress: OnLines) -> ListReport:
    """As `service.import_list`."""
    try:
        _check_reason(command.reason, needed=False)
        with job.transaction(audit=True) as tx:
            queries.patient(tx)
            report = _import(tx, command, progress)
            tx.audit(
                None,
                read=report.read,
                new=report.new,
                rejected=report.rejected,
                leads=report.leads,
                imported=report.imported,
            )
            return report
    except LeadtuiError as error:
        if isinstance(error, Invalid | NotFound | Conflict):
            audit_outside(job.ctx, job.rule.audit or job.rule.name, "failed", code=error.code)
        raise


def _import(tx: Tx, command: ImportList, progress: OnLines) -> ListReport:
    teams = _teams(tx, command.team)
    if not queries.try_alone(tx):
        raise Conflict("list_running")
    reading = _Reading(command, progress)
    different = queries.give(tx, reading.numbers())
    name = excerpt(clean(command.path.name)) or "?"
    if not reading.read:
        raise small.wrong("file_no_rows", path=name)
    rejected = reading.rejected
    if rejected and not command.skip_bad:
        return ListReport(name, False, reading.read, 0, 0, 0, rejected, 0, tuple(reading.bad))
    _entries, new = queries.add_given(tx, teams, _text(command.reason), name, None)
    leads = _blocked(tx, teams)
    repeated = reading.read - rejected - different
    return ListReport(
        name, True, reading.read, new, different - new, repeated, rejected, leads, tuple(reading.bad)
    )


class _Reading:
    """The numbers of a file as E.164, and what is none."""

    def __init__(self, command: ImportList, progress: OnLines) -> None:
        self._command = command
        self._progress = progress
        self.read = 0
        self.rejected = 0
        self.bad: list[BadLine] = []

    def numbers(self) -> Iterator[str]:
        """In the order of lines. Raises Invalid for a file that is no list of numbers."""
        place: int | None = None
        for line, cells in small.rows(self._command.path, self._command.encoding):
            if place is None:
                found = rules.column(cells)
                if found is None:
                    raise Invalid({"file": "dnc_header"}, "dnc_header", line=line)
                place, header = found
                if header:
                    continue
            self.read += 1
            if self.read % _STEP == 0:
                self._progress(self.read)
            written = cells[place] if place < len(cells) else ""
            number = phones.to_e164(written.strip().lstrip("'"))
            if number is not None:
                yield number
                continue
            self.rejected += 1
            if len(self.bad) < MAX_BAD:
                self.bad.append(BadLine(line, excerpt(written)))


def _block(
    tx: Tx, numbers: list[str], teams: list[int], reason: str | None, source: str | None, lead_id: int | None
) -> Blocked:
    queries.give(tx, numbers)
    entries, _new = queries.add_given(tx, teams, reason, source, lead_id)
    return Blocked(entries, _blocked(tx, teams))


def _blocked(tx: Tx, teams: list[int]) -> int:
    """Take everybody whom the given numbers reach out of the queues; how many."""
    queries.hit(tx, teams)
    hit = queries.block(tx)
    _stop(tx, hit)
    return len(hit)


def _stop(tx: Tx, hit: list[tuple[int, int]]) -> None:
    lead_ids = [lead_id for lead_id, _version in hit]
    for owner in queries.cancel_tasks(tx, lead_ids):
        tx.notify("task", owner)
    # who is on the phone with them hears of it at once; their call is theirs to log
    for lead_id in queries.on_the_phone(tx, lead_ids):
        tx.notify("stop", lead_id)
    _tell(tx, hit)


def _tell(tx: Tx, leads: list[tuple[int, int]]) -> None:
    if len(leads) > TOLD:
        tx.notify("run", 0)
        return
    for lead_id, version in leads:
        tx.notify("lead", lead_id, version)


def _number(written: str) -> str:
    number = phones.to_e164(written.strip())
    if number is None:
        raise Invalid({"number": "phone_invalid"}, value=excerpt(written))
    return number


def _check_reason(reason: str | None, *, needed: bool) -> None:
    if code := rules.reason_code(None if reason is None else clean(reason), needed=needed):
        raise Invalid({"reason": code}, limit=rules.REASON_LIMIT)


def _text(reason: str | None) -> str | None:
    return (clean(reason) or None) if reason is not None else None


def _teams(tx: Tx, code: str | None) -> list[int]:
    found = queries.teams(tx, code)
    if not found:
        raise NotFound("team_unknown", team=code)
    return found
