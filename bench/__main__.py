"""`make bench`: every figure as a ratio against a floor of the same run; a table and bench/out/bench.json.

python -m bench [MODULE …]        only these, e.g. `python -m bench scoring`
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODULES = ("scoring", "lists", "calls", "import_", "keys")
OUT = Path(__file__).parent / "out" / "bench.json"


def _met(row: dict[str, Any]) -> str:
    value, must, aim = row.get("value"), row.get("must"), row.get("aim")
    if value is None or must is None:
        return ""
    better = (lambda limit: value >= limit) if row.get("higher_is_better") else (lambda limit: value <= limit)
    if aim is not None and better(aim):
        return "aim"
    return "must" if better(must) else "MISSED"


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _prepare(wanted: Sequence[str]) -> None:
    """All that is not timed, at once and on both cores: the seeded house, trained models, files to import."""
    from bench import ahead, server

    before = time.perf_counter()
    if "scoring" in wanted:
        ahead.cards()
    if "import_" in wanted:
        ahead.files()
    if {"scoring", "lists", "calls", "keys", "flat", "agents", "eligible"} & set(wanted):
        server.million()
    ahead.wait()
    print(f"prepared in {time.perf_counter() - before:.0f} s", file=sys.stderr, flush=True)


def main(wanted: list[str]) -> int:
    rows: list[dict[str, Any]] = []
    failed = False
    started = time.perf_counter()
    _prepare(wanted or MODULES)
    for name in wanted or MODULES:
        print(f"{name} …", file=sys.stderr, flush=True)
        before = time.perf_counter()
        try:
            found = importlib.import_module(f"bench.{name}").run()
        except Exception:
            traceback.print_exc()
            failed = True
            continue
        rows += [{"module": name, **row, "met": _met(row)} for row in found]
        print(f"{name} took {time.perf_counter() - before:.0f} s", file=sys.stderr, flush=True)
    print("| figure | measured | must | aim | met | note |\n|---|---|---|---|---|---|")
    for row in rows:
        cells = (row["figure"], _cell(row.get("value")), _cell(row.get("must")), _cell(row.get("aim")))
        unit = f" {row['unit']}" if row.get("unit") else ""
        note = row.get("note", "")
        print(f"| {cells[0]} | {cells[1]}{unit} | {cells[2]} | {cells[3]} | {row['met']} | {note} |")
    OUT.parent.mkdir(exist_ok=True)
    facts = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "seconds": time.perf_counter() - started,
    }
    OUT.write_text(json.dumps({"machine": facts, "rows": rows}, indent=1, default=str))
    print(f"{time.perf_counter() - started:.0f} s; {OUT}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
