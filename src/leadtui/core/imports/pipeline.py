"""How an import goes: one file, one transaction, all or nothing.

Read → check → settle keys → write, or, with one reject, nothing but the record of it (`skip_bad`: all rows
but the rejected ones).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from leadtui.core.action import Job, audit_outside
from leadtui.core.ctx import Tx
from leadtui.core.db.database import PgConnection
from leadtui.core.errors import Conflict, Invalid, NotFound
from leadtui.core.imports import bad_queries as bad
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
    OnDuplicate,
    OnProgress,
    Phase,
    Progress,
    Reject,
    RejectSink,
)
from leadtui.core.imports.layout import Layout, sniff, wrong
from leadtui.core.imports.run_queries import Counts, File
from leadtui.core.imports.store_queries import BULK_ROWS, Writer
from leadtui.core.leads.dto import Consent
from leadtui.core.leads.upkeep_queries import rebuild_anchors

SOURCE_LIMIT: Final = 200
WAIT: Final = 3.0
"""Seconds to wait for another import of the team."""


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
        found: dict[str, Any] = {"on_duplicate": self.command.on_duplicate.value}
        if self.command.skip_bad:
            found["skip_bad"] = True
        if self.command.encoding:
            found["encoding"] = self.layout.encoding
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
    rejects: list[Reject] = field(default_factory=list)
    """The first of them by line."""
    rejects_total: int = 0
    historical: int = 0
    unscored: int = 0
    shared: tuple[int, tuple[int, ...]] = (0, ())
    refusals: int = 0


class _Undo(Exception):
    """Leave the transaction without a trace: rejects, or a dry run."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def run_import(
    job: Job,
    command: ImportFile,
    progress: OnProgress,
    sink: RejectSink | None = None,
    *,
    synthetic: bool = False,
) -> ImportReport:
    """As `import_file`; `synthetic` marks everybody of the file as made up (the demo's way in)."""
    try:
        _check_command(command)
        layout = sniff(command.path, command.encoding)
        _check_contacts(command, layout)
        digest = reader.sha256(command.path, lambda n: progress(Progress(Phase.READ, n // 4, layout.size)))
        plan = Plan(command, layout, File(clean(command.path.name) or "?", digest, layout.size), synthetic)
        try:
            # the audit row waits for the end: a rejected import writes it in the second transaction
            with job.transaction(audit=True) as tx:
                team_id = _team(tx, command.team)
                outcome = _import(tx, team_id, plan, progress, sink)
                _audit(tx, plan, outcome)
                if outcome.status is ImportStatus.COMMITTED:
                    tx.notify("run", outcome.run_id or 0)
                progress(Progress(Phase.COMMIT, 1, 1))
        except _Undo as undo:
            outcome = undo.outcome
            with job.transaction(audit=True) as tx:
                team_id = _team(tx, command.team)
                run = runs.start(tx.pg, team_id, tx.actor.user_id, plan.file, plan.options)
                runs.finish(tx.pg, run, outcome.status, outcome.counts, outcome.shared[0])
                runs.keep_rejects(tx.pg, team_id, plan.file, outcome.rejects)
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


def _import(tx: Tx, team_id: int, plan: Plan, progress: OnProgress, sink: RejectSink | None) -> _Outcome:
    pg, layout, command = tx.pg, plan.layout, plan.command
    if not runs.lock(pg, team_id, WAIT):
        raise Conflict("import_running")
    if not command.dry_run and command.on_duplicate is not OnDuplicate.ERROR:
        same = _same(tx, team_id, plan)
        if same is not None:
            return same
    counts = _read(pg, plan, progress)
    if command.on_duplicate is not OnDuplicate.UPDATE:
        known = bad.take_known(pg, team_id, settle.KEY, command.on_duplicate)
        if command.on_duplicate is OnDuplicate.SKIP:
            counts = replace(counts, skipped=counts.skipped + known)
    total, rejected = bad.totals(pg)
    rejects = bad.first(pg) if total else []
    if total and sink is not None:
        bad.hand_over(pg, layout, sink)
    if total and not command.skip_bad:
        # nothing is imported while a row is rejected: the good ones count as passed over
        status = ImportStatus.DRY_RUN if command.dry_run else ImportStatus.REJECTED
        counts = Counts(counts.read, rejected=rejected, skipped=counts.read - rejected)
        raise _Undo(_Outcome(None, status, counts, rejects, total))
    bad.free_texts(pg)
    refusals = _complete(pg, team_id, plan)
    fresh = not settle.match_leads(pg, team_id, plan.effect)
    found = settle.settled(pg)
    counts = replace(
        counts, rejected=rejected, added=found.rows - found.known, changed=found.changed,
        unchanged=found.known - found.changed,
    )  # fmt: skip
    outcome = _Outcome(
        None, ImportStatus.DRY_RUN, counts, rejects, total, found.historical, counts.added,
        settle.shared_phones(pg, team_id, fresh=fresh), refusals,
    )  # fmt: skip
    progress(Progress(Phase.MATCH, 1, 1))
    if command.dry_run:
        raise _Undo(outcome)
    run = runs.start(pg, team_id, tx.actor.user_id, plan.file, plan.options)
    writer = Writer(
        pg, team_id, run, found, fresh=fresh, synthetic=plan.made_up, consent_source=command.consent_source,
        actor_id=tx.actor.user_id,
    )  # fmt: skip
    _write(tx, writer, plan, counts, progress)
    if settle.rescored(pg):
        rebuild_anchors(tx, team_id)  # new leads stand last, but these have left their places
    bad.keep(pg, team_id, plan.file.sha256)
    runs.finish(pg, run, ImportStatus.COMMITTED, counts, outcome.shared[0])
    outcome.run_id, outcome.status = run, ImportStatus.COMMITTED
    outcome.unscored += settle.unscored(pg)
    return outcome


def _same(tx: Tx, team_id: int, plan: Plan) -> _Outcome | None:
    """What there is to say of a file that was the last one; None where it has to be read."""
    same = runs.same_as_last(tx.pg, team_id, plan.file, plan.options)
    if same is None:
        return None
    counts, shared = same
    if plan.command.on_duplicate is OnDuplicate.SKIP:
        counts = Counts(counts.read, skipped=counts.read)
    run = runs.start(tx.pg, team_id, tx.actor.user_id, plan.file, plan.options)
    runs.finish(tx.pg, run, ImportStatus.UNCHANGED, counts, shared)
    return _Outcome(run, ImportStatus.UNCHANGED, counts, shared=(shared, ()))


def _read(pg: PgConnection, plan: Plan, progress: OnProgress) -> Counts:
    """The file into `import_clean`, what cannot come in into `import_bad`: what was read and skipped."""
    layout, size = plan.layout, plan.layout.size

    def loaded(done: int) -> None:
        progress(Progress(Phase.READ, min(size, (size + 3 * done) // 4), size))

    stage.create(pg, layout)
    rows, blank = stage.load(pg, layout, loaded, skip_bad=plan.command.skip_bad)
    if reader.sha256(plan.command.path) != plan.file.sha256:
        raise wrong("file_changed", path=plan.file.name)
    read = rows + blank

    blank += stage.build_clean(pg, layout, rows, lambda n: progress(Progress(Phase.CHECK, n, rows)))
    blank += stage.fix_odd(pg, layout, lambda n, of: progress(Progress(Phase.ONE_BY_ONE, n, of)))
    progress(Progress(Phase.MATCH, 0, 1))
    counts = Counts(read, skipped=blank)
    if "external_id" in layout.present:
        counts = replace(counts, skipped=blank + settle.drop_repeats(pg))
    else:
        settle.number_repeats(pg)
    return counts


def _complete(pg: PgConnection, team_id: int, plan: Plan) -> int:
    """What the options say of every row; made-up people where they are asked for. How many leads said no
    before and stay at it."""
    refusals = 0
    if plan.command.demo_contacts:
        demo_contact_queries.fill(pg)
    if plan.made_up:
        settle.set_consent(pg, Consent.DEMO, over_answers=True)
    elif plan.command.consent_source:
        refusals = settle.keep_refusals(pg, team_id)
        settle.set_consent(pg, Consent.YES, over_answers=False)
    settle.place_rows(pg, write=not plan.command.dry_run)
    return refusals


def _write(tx: Tx, writer: Writer, plan: Plan, counts: Counts, progress: OnProgress) -> None:
    total = counts.added + counts.changed
    writer.block_numbers()
    if counts.added:
        writer.reserve_ids(counts.added)
        bulk = counts.added >= BULK_ROWS and writer.bulk_begin(counts.added)
        writer.add(lambda n: progress(Progress(Phase.WRITE, n, total)))
        if bulk:
            _index(writer, progress)
    writer.change(plan.effect)
    writer.mark_blocked()
    for lead_id in writer.withdrawn():
        tx.notify("stop", lead_id)
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
        rejects=outcome.rejects_total,
        options=sorted(plan.options),
    )


def _report(plan: Plan, outcome: _Outcome) -> ImportReport:
    counts = outcome.counts
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
        rejects=tuple(outcome.rejects[:MAX_REPORTED]),
        rejects_total=outcome.rejects_total,
        historical=outcome.historical,
        unscored=outcome.unscored,
        shared_phones=outcome.shared[0],
        shared_phone_lines=outcome.shared[1],
        on_duplicate=plan.command.on_duplicate,
        refusals_kept=outcome.refusals,
    )
