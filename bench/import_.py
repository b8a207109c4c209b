"""Import of a million rows ÷ raw COPY of the same file, and the same file again.

Raw COPY: the same bytes into a plain table of text columns, on the same server, in the same run. The import
is everything a person waits for: reading, digest, validation, keys, leads with numbers and queue rows, all
indexes, word counts, run and audit, commit.
"""

from __future__ import annotations

import itertools
import random
import time
from pathlib import Path
from typing import Any

import psycopg

from bench import ahead, server
from leadtui.core import phones
from leadtui.core.auth import service as auth
from leadtui.core.ctx import Ctx, Origin
from leadtui.core.db.database import Database
from leadtui.core.demo.population import COLUMNS, Population
from leadtui.core.imports.columns import MARKET
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus
from leadtui.core.imports.service import import_file

ROWS = server.LEADS
MORE = max(1_000, ROWS // 10)
HEADER = (*COLUMNS, *MARKET, "duration", "y")


def write_file(path: Path, n: int, *, first: int, seed: int) -> Path:
    """A file of the shape of bank-additional-full with every contact column."""
    rng = random.Random(seed)  # noqa: S311
    people = []
    for person in Population(seed).rows(min(n, 20_000)):
        person["consent"] = "yes"
        market = (
            rng.choice(["may", "jun", "jul", "aug", "nov"]), rng.choice(["mon", "tue", "wed", "thu", "fri"]),
            "1.1", "93.994", "-36.4", rng.choice(["4.857", "4.961", "1.299"]), "5191",
        )  # fmt: skip
        cells = [
            *(person[name] for name in COLUMNS),
            *market,
            str(rng.randint(5, 900)),
            rng.choice(["yes", "no"]),
        ]
        people.append((cells[1], ";".join(cells[4:])))
    numbers = phones.synthetic(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(";".join(HEADER) + "\n")
        # an e-mail of its own: an index over a million equal ones would be another figure
        file.writelines(
            f"C{number:08d};{name};0{next(numbers)[3:]};c{number}@example.com;{rest}\n"
            for number, (name, rest) in zip(range(first, first + n), itertools.cycle(people), strict=False)
        )
    return path


def raw_copy(admin_url: str, path: Path, times: int) -> float:
    """Seconds of the fastest COPY of the file's rows into an empty table of text columns."""
    columns = ", ".join(f"c{n} text" for n in range(len(HEADER)))
    found = []
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for _ in range(times):
            connection.execute("drop table if exists raw")
            connection.execute(f"create table raw ({columns})")
            with path.open("rb") as file:
                file.readline()
                start = time.perf_counter()
                with connection.cursor().copy("copy raw from stdin (format csv, delimiter ';')") as copy:
                    while block := file.read(1 << 18):
                        copy.write(block)
                found.append(time.perf_counter() - start)
        connection.execute("drop table raw")
    return min(found)


def _timed(ctx: Ctx, path: Path) -> tuple[float, ImportReport]:
    start = time.perf_counter()
    report = import_file(ctx, ImportFile(path))
    return time.perf_counter() - start, report


def run() -> list[dict[str, Any]]:
    """The rows of the bench table."""
    admin_url, app_url = server.own_database("import")
    app, owner = Database(app_url), Database(admin_url, pool_max=1)
    ctx = auth.system_ctx(app, owner, Origin.CLI)
    owner.close()
    made = ahead.files()
    ahead.wait()
    path, more = (file.result() for file in made)
    size = path.stat().st_size / 1e6
    floor = raw_copy(admin_url, path, 3)
    took, report = _timed(ctx, path)
    assert (report.added, report.status) == (ROWS, ImportStatus.COMMITTED)
    again = []
    for _ in range(3):
        seconds, second = _timed(ctx, path)
        assert (second.unchanged, second.status) == (ROWS, ImportStatus.UNCHANGED)
        again.append(seconds)
    floor_more = raw_copy(admin_url, more, 3)
    took_more, third = _timed(ctx, more)
    assert third.added == MORE
    auth.sign_out(ctx)
    app.close()
    return [
        {
            "figure": f"import of {ROWS:,} rows, indexes, validation, audit ÷ raw COPY of the same file",
            "value": took / floor,
            "must": 18,
            "aim": 10,
            "note": f"{took:.1f} s ÷ {floor:.2f} s; {len(HEADER)} columns, {size:.0f} MB, empty house",
        },
        {
            "figure": "the same file again ÷ raw COPY",
            "value": min(again) / floor,
            "must": 0.5,
            "aim": 0.1,
            "note": f"{min(again):.2f} s",
        },
        {
            "figure": f"{MORE:,} more rows into the full house ÷ raw COPY of their file",
            "value": took_more / floor_more,
            "note": f"{took_more:.1f} s ÷ {floor_more:.2f} s; into every index row by row, nobody waits",
        },
    ]
