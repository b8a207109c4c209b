"""Score every lead in commits of 20,000 that no reader waits for. Command line and worker only: numpy."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray

from leadtui.core.action import Job
from leadtui.core.ctx import Tx
from leadtui.core.db.database import Database
from leadtui.core.errors import Conflict, NotFound, Unavailable
from leadtui.core.leads.upkeep_queries import rebuild_anchors
from leadtui.core.models.rules import as_core_error
from leadtui.core.scores import bulk_queries, engine, queries
from leadtui.core.scores.dto import Progress, ScoreAll, ScoreReport
from leadtui.core.users.queries import team_id as team_of
from leadtui.scoring.bulk import BulkScorer, pack_all
from leadtui.scoring.errors import ScoringError
from leadtui.scoring.live.check import check_scorer
from leadtui.scoring.live.scorer import Scorer
from leadtui.scoring.pool import PoolMean, pool_from_json
from leadtui.scoring.reasons import Group

READ: Final = 50_000
"""Leads predicted at a time."""
COMMIT: Final = 20_000
"""Leads a transaction: readers' p95 stays under 2 ms (DATA-PATH)."""
BATCH: Final = 1_000
"""Leads a stored array."""
_TRIES: Final = 3
_THREADS: Final = min(4, os.cpu_count() or 1)

_FIELDS: Final = [part for name, kind in bulk_queries.COLUMNS for part in ((f"_{name}", ">i4"), (name, kind))]
_ROW: Final = np.dtype([("_n", ">i2"), *_FIELDS])
"""A row of binary COPY: the number of fields, then each with its length before it."""
_HEADER: Final = 19
"""Signature, flags and length of the extension (PostgreSQL manual, COPY, binary format)."""


@dataclasses.dataclass(slots=True)
class _Scores:
    """What the first pass leaves in memory: about 60 bytes a lead."""

    lead_ids: NDArray[np.int64]
    team_ids: NDArray[np.int32]
    rank_keys: NDArray[np.int32]
    shares: NDArray[np.float32]
    """Contributions by group, not yet relative to the pool."""
    pool: PoolMean
    historical: int
    mean: float | None
    unseen: dict[str, int]

    def __len__(self) -> int:
        return len(self.lead_ids)


@contextmanager
def alone(db: Database) -> Iterator[None]:
    """One bulk job at a time on a database. Raises Conflict("job_running")."""
    with db.connection() as holder:
        if not bulk_queries.try_lock(holder):
            raise Conflict("job_running")
        try:
            yield
        finally:
            # a connection that is gone holds no lock; what ended the work is the error to tell
            if not holder.closed and not holder.broken:
                with contextlib.suppress(psycopg.OperationalError):
                    bulk_queries.unlock(holder)


def run(work: Job, command: ScoreAll, progress: Progress) -> ScoreReport:
    """What `scores.service.score_all` promises."""
    with alone(work.ctx.db):
        team, model, total, to_do, scores = _predict(work, command, progress)
        skipped = total - to_do
        report = ScoreReport(
            run_id=None,
            model_id=model.id,
            model_name=model.name,
            # as read: a lead may have come or gone since they were counted
            leads=skipped + len(scores),
            scored=0,
            skipped=skipped,
            gone=0,
            historical=scores.historical,
            mean=scores.mean,
            unseen=scores.unseen,
        )
        if not len(scores):
            with work.transaction(audit=True) as tx:
                tx.audit(f"model:{model.id}", n=0, skipped=report.skipped)
            return report
        with work.transaction() as tx:
            options = {"only_unscored": command.only_unscored, "unseen": scores.unseen}
            run_id = bulk_queries.open_run(tx, team, model.id, scores.pool.as_json(), options)
        written = 0
        stopped = True
        try:
            for done in _write(work, run_id, model.id, scores):
                written = done.written
                progress("write", done.seen, len(scores))
            stopped = False
        finally:
            # Stopped on the way (Ctrl+C, a lost connection): what is committed is whole, each lead has one
            # model's score and its run; the places are made new so that the list is right about them.
            _close(work, run_id, model.id, scores, stopped)
        return dataclasses.replace(report, run_id=run_id, scored=written, gone=len(scores) - written)


def _predict(
    work: Job, command: ScoreAll, progress: Progress
) -> tuple[int | None, queries.ModelRef, int, int, _Scores]:
    with work.transaction(read_only=True) as tx:
        team = _team(tx, command.team)
        model = queries.deployed(tx)
        if model is None:
            raise Conflict("no_model")
        scorer = _scorer(engine.artefact(tx, model))
        total, to_do = bulk_queries.count(tx, team, model.id, command.only_unscored)
        # Reasons of some leads are relative to all of them: the last run's pool, where there is one.
        last = queries.last_run(tx, model.id, team) if to_do < total else None
        pool = None if last is None else pool_from_json(last.pool)
        progress("read", 0, to_do)
        # closed before the transaction ends: Ctrl+C leaves no COPY open for the rollback to wait behind
        with contextlib.closing(bulk_queries.read(tx, team, model.id, command.only_unscored)) as blocks:
            try:
                scores = _score(scorer, _parts(blocks), pool, to_do, progress)
            except ScoringError as error:
                raise as_core_error(error) from error
    return team, model, total, to_do, scores


def _team(tx: Tx, code: str | None) -> int | None:
    if code is None:
        return None
    found = team_of(tx, code)
    if found is None:
        raise NotFound("team_unknown", team=code)
    return found


def _scorer(artefact: Any) -> BulkScorer:
    try:
        check_scorer(Scorer(artefact))
        return BulkScorer(artefact, threads=_THREADS)
    except ScoringError as error:
        raise as_core_error(error) from error


def _parts(blocks: Iterator[bytes]) -> Iterator[NDArray[np.void]]:
    """The rows of a binary COPY in arrays of about READ rows."""
    buffer = bytearray()
    skip = _HEADER
    for block in blocks:
        buffer += block
        if skip and len(buffer) >= skip:
            del buffer[:skip]
            skip = 0
        if len(buffer) >= READ * _ROW.itemsize:
            whole = len(buffer) // _ROW.itemsize * _ROW.itemsize
            yield np.frombuffer(bytes(buffer[:whole]), dtype=_ROW)
            del buffer[:whole]
    # what is left is some rows and the trailer, a lone field count of -1
    whole = len(buffer) // _ROW.itemsize * _ROW.itemsize
    rows = np.frombuffer(bytes(buffer[:whole]), dtype=_ROW)
    if len(rows):
        yield rows


def _score(
    scorer: BulkScorer, parts: Iterator[NDArray[np.void]], pool: PoolMean | None, n: int, progress: Progress
) -> _Scores:
    lead_ids, team_ids, rank_keys, shares = [], [], [], []
    sums = np.zeros(len(Group))
    total = 0.0
    done = historical = 0
    unseen: dict[str, int] = {}
    for rows in parts:
        matrix = scorer.encode({name: _column(rows[name]) for name in bulk_queries.FACTS})
        p = scorer.probabilities(matrix)
        share = scorer.contributions(matrix)
        for name, count in matrix.unseen.items():
            unseen[name] = unseen.get(name, 0) + count
        sums += share.sum(axis=0)
        total += float(p.sum())
        historical += int(rows["historical"].sum())
        lead_ids.append(rows["lead_id"].astype(np.int64))
        team_ids.append(rows["team_id"].astype(np.int32))
        rank_keys.append(np.rint(p * 1e6).astype(np.int32))
        shares.append(share.astype(np.float32))
        done += len(rows)
        progress("read", done, max(n, done))
    if not done:
        empty = np.empty(0, dtype=np.int32)
        none = np.empty((0, len(Group)), dtype=np.float32)
        return _Scores(empty.astype(np.int64), empty, empty, none, scorer.artefact.pool, 0, None, unseen)
    mean = dataclasses.replace(scorer.pool_of((sums / done)[None, :]), n=done)
    return _Scores(
        np.concatenate(lead_ids),
        np.concatenate(team_ids),
        np.concatenate(rank_keys),
        np.concatenate(shares),
        mean if pool is None else pool,
        historical,
        total / done,
        unseen,
    )


def _column(values: NDArray[Any]) -> NDArray[np.float64]:
    column = values.astype(np.float64)
    if values.dtype.kind == "i":
        column[column < 0] = np.nan
    return column


@dataclasses.dataclass(frozen=True, slots=True)
class _Done:
    seen: int
    written: int


def _write(work: Job, run_id: int, model_id: int, scores: _Scores) -> Iterator[_Done]:
    means = np.array(scores.pool.contributions)
    # by team, because a stored array belongs to one
    edges = np.flatnonzero(np.diff(scores.team_ids)) + 1
    seen = written = chunk = 0
    for start, end in zip([0, *edges.tolist()], [*edges.tolist(), len(scores)], strict=True):
        for first in range(start, end, COMMIT):
            last = min(first + COMMIT, end)
            batches: list[bulk_queries.Batch] = []
            for low in range(first, last, BATCH):
                high = min(low + BATCH, last)
                why = pack_all(scores.shares[low:high].astype(np.float64) - means)
                batches.append(
                    (
                        chunk,
                        _array(scores.lead_ids[low:high]),
                        _array(scores.rank_keys[low:high]),
                        _array(why),
                    )
                )
                chunk += 1
            written += _commit(work, run_id, int(scores.team_ids[first]), model_id, batches)
            seen += last - first
            yield _Done(seen, written)


def _commit(work: Job, run_id: int, team_id: int, model_id: int, batches: list[bulk_queries.Batch]) -> int:
    for last_try in range(_TRIES):
        try:
            with work.transaction() as tx:
                return bulk_queries.write(tx, run_id, team_id, model_id, batches)
        except Exception as error:
            # a call that is being logged right now holds one of the rows
            cause = error.__cause__ if isinstance(error, Unavailable) else error
            if cause is None or not bulk_queries.is_retryable(cause) or last_try == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _array(values: NDArray[Any]) -> str:
    # PostgreSQL's own text form: four times faster to make than a list that the driver dumps by element
    return "{" + ",".join(map(str, values.tolist())) + "}"


def _close(work: Job, run_id: int, model_id: int, scores: _Scores, stopped: bool) -> None:
    for team_id in np.unique(scores.team_ids).tolist():
        with work.transaction() as tx:
            rebuild_anchors(tx, int(team_id))
    with work.transaction(audit=True) as tx:
        if not stopped:
            bulk_queries.finish_run(tx, run_id)
        written = bulk_queries.written(tx, run_id)
        tx.audit(f"run:{run_id}", n=written, of=len(scores), model=model_id, stopped=stopped)
        tx.notify("run", run_id)
