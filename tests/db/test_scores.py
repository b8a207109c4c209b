"""Scores on the real database: one lead and all of them agree, runs add up, an account ends at its score."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from leadtui.core.action import query
from leadtui.core.auth.permissions import Permission
from leadtui.core.ctx import Ctx, Tx
from leadtui.core.errors import Conflict, NotFound
from leadtui.core.imports import run_queries
from leadtui.core.leads.dto import ScoreCard
from leadtui.core.models import service as models
from leadtui.core.scores import bulk, bulk_queries, cards, queries
from leadtui.core.scores import service as scores
from leadtui.core.scores.dto import ScoreAll
from leadtui.scoring import starter
from leadtui.scoring.features import Features
from leadtui.scoring.live.scorer import Scorer
from leadtui.scoring.reasons import unpack, whole_points
from tests.conftest import MakeCtx, OneConnection, OwnDatabase

AnyDb = OneConnection | OwnDatabase


@pytest.fixture(autouse=True)
def _registry_as_it_was() -> Iterator[None]:
    """The probe below is no service: it must not stay where tests walk every public function."""
    from leadtui.core import action as gate

    before = dict(gate.REGISTRY)
    yield
    gate.REGISTRY.clear()
    gate.REGISTRY.update(before)


def card_of(ctx: Ctx, lead_id: int) -> ScoreCard | None:
    """What `leads.get` does with it, in a hot service: the stricter of the two."""

    @query(Permission.LEADS_VIEW, hot=True)
    def probe(tx: Tx) -> ScoreCard | None:
        return cards.card(tx, queries.lead(tx, lead_id))

    return probe(ctx)


def add_leads(db: AnyDb, n: int, team: str = "main", **facts: Any) -> list[int]:
    """`n` leads with facts that vary with their number; the ids."""
    columns = {
        "age": "18 + i %% 70",
        "job": "nullif(i %% 12, 0)",
        "marital": "nullif(i %% 4, 0)",
        "education": "nullif(i %% 11, 0)",
        "housing": "case i %% 3 when 0 then null when 1 then true else false end",
        "loan": "case i %% 5 when 0 then null when 1 then true else false end",
        "contact": "nullif(i %% 3, 0)",
        "pdays": "case when i %% 9 = 0 then i %% 27 end",
        "previous": "(i %% 9 = 0)::int",
        "poutcome": "case when i %% 9 = 0 then 3 else 1 end",
        **{name: "null" if value is None else str(value) for name, value in facts.items()},
    }
    with db.owner() as pg:
        pg.execute("insert into team (code, name) values (%s, %s) on conflict do nothing", (team, team))
        rows = pg.execute(
            f"insert into lead (team_id, external_id, name, content_hash, {', '.join(columns)}) "  # noqa: S608
            f"select t.id, gen_random_uuid()::text, 'Lead ' || i, '', {', '.join(columns.values())} "
            "from team t, generate_series(1, %s) i where t.code = %s returning id",
            (n, team),
        ).fetchall()
        ids = [row[0] for row in rows]
        pg.execute(
            "insert into lead_queue (lead_id, team_id, consent_ok, phone_ok, ready) "
            "select id, team_id, true, true, true from lead where id = any(%s)",
            (ids,),
        )
    return ids


def queue(db: AnyDb, ids: list[int]) -> dict[int, tuple[int, int, int | None, int | None, int]]:
    """Lead → rank_key, why, model, run, version."""
    with db.owner() as pg:
        return {
            row[0]: row[1:]
            for row in pg.execute(
                "select lead_id, rank_key, why, model_id, run_id, version from lead_queue "
                "where lead_id = any(%s)",
                (ids,),
            ).fetchall()
        }


@pytest.fixture
def ctx(as_role: MakeCtx) -> Ctx:
    """The system actor, with the starter deployed."""
    made = as_role("system")
    models.deploy_starter(made)
    return made


def test_a_run_scores_every_lead_as_alone(db: OneConnection, ctx: Ctx) -> None:
    ids = add_leads(db, 2500)
    report = scores.score_all(ctx, ScoreAll())
    assert (report.leads, report.scored, report.skipped, report.gone) == (2500, 2500, 0, 0)
    assert report.historical == 0
    found = queue(db, ids)
    scorer = Scorer(starter.load())
    for place in (0, 8, 1233, 2499):
        i = place + 1
        alone = scorer.predict(
            Features(
                age=18 + i % 70,
                job=i % 12 or None,
                marital=i % 4 or None,
                education=i % 11 or None,
                housing=(None, True, False)[i % 3],
                loan=(None, True, False, False, False)[i % 5],
                contact=i % 3 or None,
                campaign=1,
                pdays=i % 27 if i % 9 == 0 else None,
                previous=int(i % 9 == 0),
                poutcome=3 if i % 9 == 0 else 1,
            )
        )
        assert abs(found[ids[place]][0] - round(alone * 1e6)) <= 1
    assert {(row[2], row[3], row[4]) for row in found.values()} == {(report.model_id, report.run_id, 1)}
    assert report.mean == pytest.approx(sum(row[0] for row in found.values()) / 2.5e9, abs=1e-6)


def test_a_run_is_kept_as_arrays_that_equal_the_queue(db: OneConnection, ctx: Ctx) -> None:
    ids = add_leads(db, 2300) + add_leads(db, 40, team="second")
    report = scores.score_all(ctx, ScoreAll())
    with db.owner() as pg:
        n, finished, team, pool = pg.execute(
            "select n, finished_at is not null, team_id, pool from score_run where id = %s", (report.run_id,)
        ).fetchone()
        sizes = pg.execute(
            "select cardinality(lead_ids) from prediction_batch where run_id = %s order by chunk",
            (report.run_id,),
        ).fetchall()
        stored = pg.execute(
            "select unnest(lead_ids), unnest(rank_keys), unnest(whys) from prediction_batch "
            "where run_id = %s",
            (report.run_id,),
        ).fetchall()
    assert (n, finished, team, pool["n"]) == (2340, True, None, 2340)
    assert [size for (size,) in sizes] == [1000, 1000, 300, 40]
    assert {row[0]: row[1:] for row in stored} == {lead: row[:2] for lead, row in queue(db, ids).items()}


def test_reasons_are_relative_to_the_pool(db: OneConnection, ctx: Ctx) -> None:
    ids = add_leads(db, 900)
    scores.score_all(ctx, ScoreAll())
    deltas: dict[int, float] = {}
    for _rank, why, *_ in queue(db, ids).values():
        reasons = unpack(why)
        assert len(reasons) <= 3
        for reason in reasons:
            assert abs(reason.delta) >= 0.0999
            deltas[reason.group] = deltas.get(reason.group, 0) + reason.delta
    assert any(unpack(row[1]) for row in queue(db, ids).values())
    alike = add_leads(db, 50, team="alike", age=40, job=1, marital=1, education=7, housing=None, loan=None,
                      contact=1, pdays=None, previous=0, poutcome=1)  # fmt: skip
    scores.score_all(ctx, ScoreAll(team="alike"))
    assert {row[1] for row in queue(db, alike).values()} == {0}  # all the same, so nothing sets one apart


def test_one_team_only_and_the_unscored_only(db: OneConnection, ctx: Ctx) -> None:
    main, second = add_leads(db, 30), add_leads(db, 20, team="second")
    report = scores.score_all(ctx, ScoreAll(team="SECOND"))
    assert (report.leads, report.scored) == (20, 20)
    assert {row[0] for row in queue(db, main).values()} == {-1}
    first_run = scores.score_all(ctx, ScoreAll(only_unscored=True))
    assert (first_run.leads, first_run.scored, first_run.skipped) == (50, 30, 20)
    nothing = scores.score_all(ctx, ScoreAll(only_unscored=True))
    assert (nothing.run_id, nothing.scored, nothing.skipped, nothing.mean) == (None, 0, 50, None)
    assert {row[3] for row in queue(db, second).values()} == {report.run_id}
    with pytest.raises(NotFound) as caught:
        scores.score_all(ctx, ScoreAll(team="nowhere"))
    assert caught.value.code == "team_unknown"


def test_a_report_adds_up_where_leads_come_between_counting_and_reading(
    db: OneConnection, ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_leads(db, 30)
    scores.score_all(ctx, ScoreAll())
    add_leads(db, 12)
    counted = bulk_queries.count

    def five_too_early(*arguments: Any) -> tuple[int, int]:
        total, to_do = counted(*arguments)
        return total - 5, to_do - 5

    monkeypatch.setattr(bulk_queries, "count", five_too_early)
    report = scores.score_all(ctx, ScoreAll(only_unscored=True))
    assert (report.leads, report.scored, report.skipped, report.gone) == (42, 12, 30, 0)


def test_historical_leads_are_counted_and_their_calendar_is_no_input(db: OneConnection, ctx: Ctx) -> None:
    plain = add_leads(db, 1, age=41)
    old = add_leads(db, 1, age=41, y=True, duration=900, month=10, euribor3m=0.6, file_campaign=7)
    report = scores.score_all(ctx, ScoreAll())
    assert (report.scored, report.historical) == (2, 1)
    found = queue(db, plain + old)
    assert found[plain[0]][0] == found[old[0]][0]


def test_attempts_of_this_campaign_are_an_input(db: OneConnection, ctx: Ctx) -> None:
    fresh, tried = add_leads(db, 1), add_leads(db, 1)
    with db.owner() as pg:
        pg.execute("update lead_queue set attempts = 6 where lead_id = %s", (tried[0],))
    scores.score_all(ctx, ScoreAll())
    found = queue(db, fresh + tried)
    assert found[tried[0]][0] < found[fresh[0]][0]


def test_what_the_model_has_not_seen_is_missing_and_counted(db: OneConnection, ctx: Ctx) -> None:
    strange = add_leads(db, 3, education=10)  # "tertiary" is a word of the other file
    missing = add_leads(db, 3, education=None)
    report = scores.score_all(ctx, ScoreAll())
    assert report.unseen == {"education": 3}
    found = queue(db, strange + missing)
    assert [found[i][0] for i in strange] == [found[i][0] for i in missing]
    assert card_of(ctx, strange[0]).unseen == ("education",)  # type: ignore[union-attr]


def test_no_model_and_an_empty_database(db: OneConnection, as_role: MakeCtx) -> None:
    ctx = as_role("admin")
    with pytest.raises(Conflict) as caught:
        scores.score_all(ctx, ScoreAll())
    assert caught.value.code == "no_model"
    models.deploy_starter(ctx)
    assert scores.score_all(ctx, ScoreAll()).scored == 0


def test_rescoring_one_lead(db: OneConnection, ctx: Ctx, as_role: MakeCtx) -> None:
    ids = add_leads(db, 300)
    run = scores.score_all(ctx, ScoreAll()).run_id
    before = queue(db, ids)
    agent = as_role("agent")
    with db.owner() as pg:
        pg.execute("update lead_queue set attempts = 5 where lead_id = %s", (ids[8],))
    made = scores.rescore(agent, ids[8])
    after = queue(db, ids)
    assert made.rank_key < before[ids[8]][0]
    assert after[ids[8]] == (made.rank_key, after[ids[8]][1], made.model_id, run, 1)
    assert [reason.group for reason in unpack(after[ids[8]][1])] == [r.group for r in made.reasons]
    assert {i: row for i, row in after.items() if i != ids[8]} == {
        i: row for i, row in before.items() if i != ids[8]
    }
    with db.owner() as pg:
        row = pg.execute("select cause, rank_key, features, run_id from prediction").fetchall()
    ((cause, rank_key, features, run_id),) = row
    assert (cause, rank_key, run_id) == ("single", made.rank_key, run)
    assert features["campaign"] == 6
    assert features["age"] == 27


def test_a_lead_of_another_team_is_not_found(db: OneConnection, ctx: Ctx, as_role: MakeCtx) -> None:
    ids = add_leads(db, 1, team="second")
    for ask in (ids[0], 999_999_999):
        with pytest.raises(NotFound) as caught:
            scores.rescore(as_role("agent"), ask)
        assert caught.value.code == "lead_unknown"
    assert card_of(as_role("agent"), ids[0]) is None


def adds_up(card: ScoreCard) -> None:
    assert whole_points(card.pool_mean) + sum(line.points or 0 for line in card.lines) == whole_points(
        card.probability
    )


def test_the_account_ends_at_the_score_of_the_list(db: OneConnection, ctx: Ctx) -> None:
    ids = add_leads(db, 200)
    assert card_of(ctx, ids[0]) is None
    report = scores.score_all(ctx, ScoreAll())
    found = queue(db, ids)
    for lead_id in ids[:60]:
        card = card_of(ctx, lead_id)
        assert card is not None
        assert card.probability == found[lead_id][0] / 1e6
        assert (card.model_id, card.model_name) == (report.model_id, "starter")
        adds_up(card)
        said = {line.group for line in card.lines}
        assert {reason.group for reason in unpack(found[lead_id][1])} <= said
        assert card.like_n is not None
        assert card.like_n >= 50
        assert (card.like_low or 0) <= (card.like_bought or 0) / card.like_n <= (card.like_high or 1)


def test_the_account_stays_true_when_facts_change_after_the_score(db: OneConnection, ctx: Ctx) -> None:
    (lead_id, *_rest) = add_leads(db, 50)
    scores.score_all(ctx, ScoreAll())
    before = card_of(ctx, lead_id)
    with db.owner() as pg:
        pg.execute("update lead_queue set attempts = 1 where lead_id = %s", (lead_id,))
    assert card_of(ctx, lead_id) == before  # made again from the attempts it was scored with
    with db.owner() as pg:
        pg.execute("update lead set age = 62, job = 6 where id = %s", (lead_id,))
    changed = card_of(ctx, lead_id)
    assert changed is not None
    assert before is not None
    assert changed.probability == before.probability
    adds_up(changed)


def test_one_bulk_job_at_a_time(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    ctx = as_real_role("system")
    models.deploy_starter(ctx)
    with psycopg.connect(real_db.url, autocommit=True) as other:
        assert bulk.bulk_queries.try_lock(other)
        with pytest.raises(Conflict) as caught:
            scores.score_all(ctx, ScoreAll())
        assert caught.value.code == "job_running"
        bulk.bulk_queries.unlock(other)
    add_leads(real_db, 5)
    assert scores.score_all(ctx, ScoreAll()).scored == 5
    assert scores.score_all(ctx, ScoreAll()).scored == 5  # given back at the end


def test_stopped_on_the_way_it_leaves_whole_commits(
    real_db: OwnDatabase, as_real_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "COMMIT", 100)
    monkeypatch.setattr(bulk, "BATCH", 50)
    ctx = as_real_role("system")
    models.deploy_starter(ctx)
    ids = add_leads(real_db, 350)

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "write" and done == 200:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scores.score_all(ctx, ScoreAll(), stop)
    found = queue(real_db, ids)
    assert sum(row[0] >= 0 for row in found.values()) == 200
    with real_db.owner() as pg:
        assert pg.execute("select n, finished_at from score_run").fetchall() == [(200, None)]
        (detail,) = pg.execute("select detail from audit where action = 'leads.scored'").fetchone()
    assert (detail["n"], detail["of"], detail["stopped"]) == (200, 350, True)
    scored = next(i for i, row in found.items() if row[0] >= 0)
    assert card_of(ctx, scored) is not None
    rest = scores.score_all(ctx, ScoreAll(only_unscored=True))
    assert (rest.scored, rest.skipped) == (150, 200)


def test_readers_go_on_and_hear_of_it_once(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    ctx = as_real_role("system")
    models.deploy_starter(ctx)
    add_leads(real_db, 400)
    heard: list[str] = []
    with psycopg.connect(real_db.url, autocommit=True) as listener:
        listener.execute("listen leadtui")
        done = threading.Event()

        def read() -> None:
            # a reader's transaction that is open all the while neither waits nor is waited for
            with psycopg.connect(real_db.admin_url) as reader:
                while not done.is_set():
                    reader.execute("select count(*) from lead_queue where rank_key >= 0").fetchone()

        thread = threading.Thread(target=read)
        thread.start()
        try:
            report = scores.score_all(ctx, ScoreAll())
        finally:
            done.set()
            thread.join()
        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=2)]
    assert heard == [f"run:{report.run_id}:0"]


def test_no_import_and_no_scoring_of_a_team_at_once(real_db: OwnDatabase, as_real_role: MakeCtx) -> None:
    ctx = as_real_role("system")
    models.deploy_starter(ctx)
    add_leads(real_db, 5)
    key = run_queries.LOCK
    take = "select pg_try_advisory_xact_lock(%s, id) from team"
    with psycopg.connect(real_db.url) as importing:
        importing.execute(take, (key,))
        with pytest.raises(Conflict) as caught:
            scores.score_all(ctx, ScoreAll())
        assert caught.value.code == "job_running"
        importing.rollback()

        def during(stage: str, done: int, total: int) -> None:
            if stage == "write":
                row = importing.execute(
                    "select pg_try_advisory_xact_lock(%s, id) from team", (key,)
                ).fetchone()
                importing.rollback()
                assert row == (False,)

        assert scores.score_all(ctx, ScoreAll(), during).scored == 5
        row = importing.execute(take, (key,)).fetchone()
        assert row == (True,)
