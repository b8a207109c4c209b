"""How an import goes: one file, one transaction, all or nothing.

Read → check → settle keys → write, or, with one reject, nothing but the record of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from leadtui.core.action import Job, audit_outside
from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.imports import demo_contact_queries, reader, stage
from leadtui.core.imports import run_queries as runs
from leadtui.core.imports import settle_queries as settle
from leadtui.core.imports.clean import clean, excerpt
from leadtui.core.imports.columns import BY_HEADER
from leadtui.core.imports.dto import (
    MAX_REPORTED,
    ImportFile,
    ImportReport,
    ImportStatus,
    OnProgress,
    Phase,
    Progress,
)
from leadtui.core.imports.layout import Layout, sniff, wrong
from leadtui.core.imports.run_queries import Counts, File
from leadtui.core.imports.store_queries import BULK_ROWS, Writer
from leadtui.core.leads.dto import Consent

SOURCE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """One import as it will be done."""

    command: ImportFile
    layout: Layout
    file: File
    synthetic: bool
    """Everybody in the file is made up (the demo)."""

    @property
    def made_up(self) -> bool:
        """Whether the leads are marked synthetic."""
        return self.synthetic or self.command.demo_contacts

    @property
    def options(self) -> dict[str, Any]:
        """What besides the file's bytes decides the result."""
        found: dict[str, Any] = {}
        if self.command.demo_contacts:
            found["demo_contacts"] = True
        if self.command.consent_source:
            found["consent_source"] = self.command.consent_source
        if self.synthetic:
            found["synthetic"] = True
        return found

    @property
    def effect(self) -> settle.Effect:
        """Which columns of a lead this import speaks of."""
        targets = {BY_HEADER[header].target for header in self.layout.columns}
        if self.command.demo_contacts:
            targets |= demo_contact_queries.TARGETS
        if self.command.consent_source or self.synthetic:
            targets.add("consent")
        return settle.Effect(frozenset(targets), bool(targets & {"city", "province"}))


@dataclass(slots=True)
class _Outcome:
    run_id: int | None
    status: ImportStatus
    counts: Counts
    found: stage.Found
    historical: int = 0
    unscored: int = 0


class _Undo(Exception):
    """Leave the transaction without a trace: rejects, or a dry run."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def run_import(job: Job, command: ImportFile, progress: OnProgress, *, synthetic: bool) -> ImportReport:
    """As `import_file`; `synthetic` marks everybody of the file as made up (the demo's way in)."""
    try:
        _check_command(command)
        layout = sniff(command.path)
        _check_contacts(command, layout)
        digest = reader.sha256(command.path, lambda n: progress(Progress(Phase.READ, n // 4, layout.size)))
        plan = Plan(command, layout, File(clean(command.path.name) or "?", digest, layout.size), synthetic)
        try:
            # the audit row waits for the end: a rejected import writes it in the second transaction
            with job.transaction(audit=True) as tx:
                team_id = _team(tx, command.team)
                outcome = _import(tx, team_id, plan, progress)
                _audit(tx, plan, outcome)
                if outcome.status is ImportStatus.COMMITTED:
                    tx.notify("leads", outcome.run_id or 0)
        except _Undo as undo:
            outcome = undo.outcome
            with job.transaction(audit=True) as tx:
                team_id = _team(tx, command.team)
                run = runs.start(tx.pg, team_id, tx.actor.user_id, plan.file, plan.options)
                runs.finish(tx.pg, run, outcome.status, outcome.counts)
                runs.keep_rejects(tx.pg, team_id, plan.file, outcome.found.rejects)
                outcome.run_id = run
                _audit(tx, plan, outcome)
    except (Invalid, NotFound, Conflict) as error:
        audit_outside(job.ctx, job.rule.audit or job.rule.name, "failed", code=error.code)
        raise
    return _report(plan, outcome)


def _check_command(command: ImportFile) -> None:
    source = command.consent_source
    if source is not None:
        if not clean(source):
            raise Invalid({"consent_source": "consent_source_blank"}, "consent_source_blank")
        if len(source) > SOURCE_LIMIT:
            raise Invalid(
                {"consent_source": "consent_source_long"}, "consent_source_long", limit=SOURCE_LIMIT
            )


def _check_contacts(command: ImportFile, layout: Layout) -> None:
    # A real person must never get the consent "demo", nor a made-up one a real name.
    if command.demo_contacts:
        own = [header for header in layout.columns if BY_HEADER[header].contact and header != "external_id"]
        if own:
            raise wrong("demo_contacts_given", columns=", ".join(own))


def _team(tx: Tx, code: str | None) -> int:
    if code is None:
        return tx.actor.team_id
    team_id = runs.team_id(tx.pg, code.strip().lower())
    if team_id is None or not (tx.actor.sees_all or team_id == tx.actor.team_id):
        raise NotFound("team_unknown", team=excerpt(code))
    return team_id


def _import(tx: Tx, team_id: int, plan: Plan, progress: OnProgress) -> _Outcome:
    pg, layout, size = tx.pg, plan.layout, plan.layout.size
    if not runs.lock(pg, team_id):
        raise Conflict("import_running")
    if not plan.command.dry_run:
        same = runs.same_as_last(pg, team_id, plan.file, plan.options)
        if same is not None:
            run = runs.start(pg, team_id, tx.actor.user_id, plan.file, plan.options)
            runs.finish(pg, run, ImportStatus.UNCHANGED, same)
            return _Outcome(run, ImportStatus.UNCHANGED, same, stage.Found([]))
    stage.create(pg, layout)
    rows, blank = stage.load(pg, layout, lambda n: progress(Progress(Phase.READ, (size + 3 * n) // 4, size)))
    if reader.sha256(plan.command.path) != plan.file.sha256:
        raise wrong("file_changed", path=plan.file.name)
    empty = stage.build_clean(pg, layout)
    found = stage.fix_odd(pg, layout, lambda n, of: progress(Progress(Phase.CHECK, n, of)))
    counts = Counts(read=rows + blank, skipped=blank + empty + found.blank)
    if "external_id" in layout.present:
        repeats = settle.drop_repeats(pg, found)
        counts = replace(counts, skipped=counts.skipped + repeats)
    else:
        settle.number_repeats(pg)
    status = ImportStatus.DRY_RUN if plan.command.dry_run else ImportStatus.REJECTED
    if found.total:
        # nothing is imported while a row is rejected: the good ones count as passed over
        rejected = Counts(counts.read, rejected=found.rows, skipped=counts.read - found.rows)
        raise _Undo(_Outcome(None, status, rejected, found))
    _complete(pg, plan)
    fresh = not settle.match_leads(pg, team_id, plan.effect)
    counts = _count(pg, counts)
    historical = settle.historical(pg)
    if plan.command.dry_run:
        raise _Undo(_Outcome(None, status, counts, found, historical, counts.added))
    run = runs.start(pg, team_id, tx.actor.user_id, plan.file, plan.options)
    writer = Writer(
        pg, team_id, run, fresh=fresh, synthetic=plan.made_up, consent_source=plan.command.consent_source
    )
    _write(tx, writer, plan, counts, progress)
    runs.finish(pg, run, ImportStatus.COMMITTED, counts)
    return _Outcome(
        run, ImportStatus.COMMITTED, counts, found, historical, counts.added + settle.unscored(pg)
    )


def _complete(pg: PgConnection, plan: Plan) -> None:
    """What the options say of every row; made-up people where they are asked for."""
    if plan.command.demo_contacts:
        demo_contact_queries.fill(pg)
    if plan.made_up:
        settle.set_consent(pg, Consent.DEMO, over_answers=True)
    elif plan.command.consent_source:
        settle.set_consent(pg, Consent.YES, over_answers=False)
    settle.place_rows(pg, write=not plan.command.dry_run)


def _count(pg: PgConnection, counts: Counts) -> Counts:
    rows, known, changed = settle.matches(pg)
    return replace(counts, added=rows - known, changed=changed, unchanged=known - changed)


def _write(tx: Tx, writer: Writer, plan: Plan, counts: Counts, progress: OnProgress) -> None:
    total = counts.added + counts.changed
    writer.block_numbers(tx.actor.user_id)
    if counts.added:
        writer.reserve_ids(counts.added)
        bulk = counts.added >= BULK_ROWS and writer.bulk_begin(counts.added)
        writer.add(lambda n: progress(Progress(Phase.WRITE, n, total)))
        if bulk:
            _index(writer, progress)
    writer.change(plan.effect)
    writer.mark_blocked()
    writer.count_words(plan.effect)
    progress(Progress(Phase.WRITE, total, total))


def _index(writer: Writer, progress: OnProgress) -> None:
    waiting = whole = writer.bulk_step() + 1
    while waiting:
        progress(Progress(Phase.INDEX, whole - waiting, whole))
        waiting = writer.bulk_step()
    progress(Progress(Phase.INDEX, whole, whole))


def _audit(tx: Tx, plan: Plan, outcome: _Outcome) -> None:
    counts = outcome.counts
    tx.audit(
        subject=f"import:{outcome.run_id}",
        status=outcome.status.value,
        sha256=plan.file.sha256.hex(),
        read=counts.read,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        skipped=counts.skipped,
        rejects=outcome.found.total,
        options=sorted(plan.options),
    )


def _report(plan: Plan, outcome: _Outcome) -> ImportReport:
    counts = outcome.counts
    rejects = sorted(outcome.found.rejects, key=lambda reject: (reject.line, reject.column))
    return ImportReport(
        run_id=outcome.run_id,
        status=outcome.status,
        file_name=plan.file.name,
        file_sha256=plan.file.sha256.hex(),
        read=counts.read,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=counts.rejected,
        skipped=counts.skipped,
        rejects=tuple(rejects[:MAX_REPORTED]),
        rejects_total=outcome.found.total,
        historical=outcome.historical,
        unscored=outcome.unscored,
    )
