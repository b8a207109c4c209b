"""Imports, bulk scores and upgrades that are killed in the middle: what is there adds up, the next works."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from bench import seed

from leadtui.core.db import embedded, paths
from leadtui.core.leads import service as leads
from leadtui.core.leads.dto import PageQuery
from leadtui.core.models import service as models
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.callfloor import NOON, Floor

chance = random.SystemRandom()
ROWS = 12_000
LEADS = 30_000

COMMAND = """
import sys
from pathlib import Path
from leadtui.core.db import paths
if folder := sys.argv[1]:
    paths.migrations = lambda: Path(folder)
sys.argv = ["leadtui", *sys.argv[2:]]
from leadtui.__main__ import main
main()
"""

INDEXES = """
select indexrelid::regclass::text, indisvalid and indisready from pg_index
where indrelid::regclass::text in ('lead', 'lead_phone', 'lead_queue') order by 1
"""
KEYS = "select conrelid::regclass::text, conname, convalidated from pg_constraint where contype in ('f', 'c')"


class Commands:
    """`leadtui …` in processes of their own, on one database."""

    def __init__(self, home: Path, url: str, admin_url: str, migrations: Path | None = None) -> None:
        self._folder = str(migrations or "")
        self._admin_url = admin_url
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LEADTUI_")},
            "LEADTUI_HOME": str(home),
            "LEADTUI_LANG": "en",
            "LEADTUI_DATABASE_URL": url,
            "LEADTUI_ADMIN_URL": admin_url,
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, self._folder, *arguments],
            env=self._env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, *arguments: str) -> tuple[int, str]:
        """Its exit code, and what it said."""
        with self.start(*arguments) as process:
            said, _ = process.communicate(timeout=90)
        return process.returncode, said

    def killed(self, *arguments: str, when: Callable[[], bool], after: float = 0) -> bool:
        """SIGKILL once `when` is so, `after` seconds later; False when it had ended before. Waits until the
        server has noticed."""
        with self.start(*arguments) as process:
            while process.poll() is None and not when():
                time.sleep(0.01)
            time.sleep(after)
            alive = process.poll() is None
            process.kill()
            said, _ = process.communicate()
        assert alive or process.returncode == 0, said
        self._noticed()
        return alive

    def _noticed(self) -> None:
        end = time.monotonic() + 10
        with psycopg.connect(self._admin_url, autocommit=True) as pg:
            while pg.execute(
                "select 1 from pg_stat_activity where datname = current_database() and backend_type = "
                "'client backend' and pid <> pg_backend_pid() and application_name like 'leadtui-%'"
            ).fetchone():
                assert time.monotonic() < end, "the server goes on for a client that is dead"
                time.sleep(0.05)


def test_an_import_that_is_killed_was_never_there(
    real_db: OwnDatabase, own_home: Path, tmp_path: Path
) -> None:
    floor = Floor(real_db)
    commands = Commands(own_home, real_db.url, real_db.admin_url)
    file = tmp_path / "customers.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write("external_id,name,phone,city,consent\n")
        out.writelines(f"K{n},Orang {n},08{n % 3 + 11}{n:08d},Bandung,yes\n" for n in range(ROWS))
    before = floor.sql(INDEXES), sorted(floor.sql(KEYS))
    assert all(valid for _, valid in before[0])

    def working() -> bool:
        return bool(
            floor.sql(
                "select 1 from pg_stat_activity where datname = current_database() "
                "and xact_start is not null and application_name like 'leadtui-%' and query ~ 'import_'"
            )
        )

    killed = 0
    for after in (0.0, 0.3, chance.uniform(0, 1.0)):
        killed += commands.killed("leads", "import", str(file), when=working, after=after)
        if floor.sql("select 1 from lead limit 1"):
            break  # it was faster than us: then it is whole, as below
        assert floor.sql("select count(*) from lead_phone") == [(0,)]
        assert floor.sql("select count(*) from import_run") == [(0,)]
        assert (floor.sql(INDEXES), sorted(floor.sql(KEYS))) == before
        assert floor.sql("select count(*) from bulk_load_object") == [(0,)]
        assert (
            floor.sql("select relname from pg_class where relname like 'import\\_%' and relpersistence = 't'")
            == []
        )
    assert killed
    code, said = commands.run("leads", "import", str(file))
    assert code == 0, said
    assert floor.sql("select count(*) from lead") == [(ROWS,)]
    assert floor.sql("select count(*) from lead_queue") == [(ROWS,)]
    assert floor.sql("select n_read, n_added + n_unchanged from import_run where status = 'committed' "
                     "order by id desc limit 1") == [(ROWS, ROWS)]  # fmt: skip
    assert (floor.sql(INDEXES), sorted(floor.sql(KEYS))) == before


RUN = "select id, n, finished_at is not null, model_id from score_run order by id"
UNLIKE = """
select count(*) from (
    select distinct on (lead_id) lead_id, rank_key, why, run_id from (
        select run_id, unnest(lead_ids) lead_id, unnest(rank_keys) rank_key, unnest(whys) why
        from prediction_batch) b
    order by lead_id, run_id desc) p
join lead_queue q using (lead_id)
where (q.rank_key, q.why, q.run_id) is distinct from (p.rank_key, p.why, p.run_id)
"""


def test_a_bulk_score_that_is_killed_adds_up(
    real_db: OwnDatabase, as_real_role: MakeCtx, own_home: Path
) -> None:
    floor = Floor(real_db)
    models.deploy_starter(as_real_role("system"))
    seed.seed(real_db.admin_url, LEADS)
    reader = as_real_role("agent")
    reader.now = NOON
    commands = Commands(own_home, real_db.url, real_db.admin_url)
    pages = 0

    def written() -> bool:
        nonlocal pages
        assert len(leads.page(reader, PageQuery()).rows) > 0  # readers never wait for it
        pages += 1
        return bool(floor.sql("select 1 from score_run where finished_at is null and n > 0"))

    assert commands.killed("leads", "score", "--all", when=written, after=chance.uniform(0, 0.2))
    assert pages > 3
    (run, n, finished, _model) = floor.sql(RUN)[0]
    assert (finished, 0 < n < LEADS) == (False, True)
    assert floor.sql("select sum(cardinality(lead_ids)) from prediction_batch") == [(n,)]
    assert floor.sql("select count(*) from lead_queue where run_id = %s", run) == [(n,)]
    assert floor.sql(UNLIKE) == [(0,)]

    code, said = commands.run("leads", "score", "--all")
    assert code == 0, said
    second = floor.sql(RUN)[-1]
    assert second[1:3] == (LEADS, True)
    assert floor.sql("select count(*) from lead_queue where run_id = %s", second[0]) == [(LEADS,)]
    assert floor.sql(UNLIKE) == [(0,)]
    ((anchors,),) = floor.sql("select count(*) from rank_anchor")
    assert anchors > 0


MIGRATION = '''
"""Planted by a test."""
from alembic import op
revision = "9001"
down_revision = "{last}"

def upgrade() -> None:
    driver = op.get_bind().connection.driver_connection
    driver.execute("alter table lead add column planted int not null default 7")
    driver.execute("create table planted (a int)")
    driver.execute("update lead set name = 'changed'")
    {work}
'''


def test_an_upgrade_that_is_killed_or_fails_leaves_the_old_schema_whole(
    real_db: OwnDatabase, own_home: Path, tmp_path: Path
) -> None:
    floor = Floor(real_db)
    floor.lead(1)
    folder = tmp_path / "migrations"
    shutil.copytree(paths.migrations(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = max(file.name.split("_")[0] for file in (folder / "versions").glob("[0-9]*.py"))
    planted = folder / "versions" / "9001_planted.py"
    commands = Commands(own_home, real_db.url, real_db.admin_url, folder)

    def as_before() -> None:
        assert floor.sql("select version_num from alembic_version") == [(last,)]
        assert floor.sql("select to_regclass('planted')") == [(None,)]
        assert (
            floor.sql("select column_name from information_schema.columns where column_name = 'planted'")
            == []
        )
        assert floor.sql("select count(*) from lead where name = 'changed'") == [(0,)]

    def asleep() -> bool:
        return bool(floor.sql("select 1 from pg_stat_activity where query = 'select pg_sleep(60)'"))

    planted.write_text(MIGRATION.format(last=last, work='driver.execute("select pg_sleep(60)")'))
    assert commands.killed("db", "upgrade", when=asleep)
    as_before()

    planted.write_text(
        MIGRATION.format(last=last, work='driver.execute("select 1 / (count(*) - 1) from lead")')
    )
    code, said = commands.run("db", "upgrade")
    assert code == 2
    assert (
        f"error: The upgrade failed and was taken back; the schema is still {last}: division by zero" in said
    )
    assert "hint: Nothing is lost." in said
    assert "Traceback" not in said
    as_before()

    planted.write_text(MIGRATION.format(last=last, work="pass"))
    code, said = commands.run("db", "upgrade")
    assert (code, f"from {last} to 9001" in said) == (0, True), said
    assert floor.sql("select planted, name from lead") == [(7, "changed")]
    # the app may read where it stands
    with psycopg.connect(real_db.url) as pg:
        assert pg.execute("select version_num from alembic_version").fetchone() == ("9001",)
    assert embedded.running_pid(own_home) is None
