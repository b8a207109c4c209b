"""Cycles a second flat out (list, next lead, open, dial, log), against the same statements as bare SQL.

Both are run by the same number of client processes on the same two cores as the server, in turns.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from bench import agents, server

CLIENTS = 4
SECONDS = 12.0
TURNS = 3


def _turn(mode: str, emails: list[str]) -> tuple[float, float]:
    """(cycles a second of all clients, statements a cycle)."""
    start = time.time() + 8
    url = server.million().app_url
    clients = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bench.flat_client",
                url,
                email,
                server.PASSWORD,
                mode,
                str(start),
                str(SECONDS),
            ],
            stdout=subprocess.PIPE,
        )
        for email in emails
    ]
    found = []
    for client in clients:
        told, _ = client.communicate(timeout=SECONDS + 120)
        if client.returncode:
            raise RuntimeError(f"a client of {mode} failed")
        found.append(json.loads(told))
    return sum(one["cycles"] / one["seconds"] for one in found), found[0]["statements"]


def run() -> list[dict[str, Any]]:
    """The figure."""
    emails = agents.people(server.million().admin_url, CLIENTS)
    rates: dict[str, list[float]] = {"service": [], "bare": []}
    statements = 0.0
    for _ in range(TURNS):
        for mode, found in rates.items():
            rate, statements = _turn(mode, emails)
            found.append(rate)
    ours, floor = (statistics.median(rates[mode]) for mode in ("service", "bare"))
    return [
        {
            "figure": "cycles a second flat out (list, next, open, dial, log) ÷ the same statements as bare SQL",
            "value": ours / floor, "must": 0.3, "aim": 0.6, "higher_is_better": True, "unit": "×",
            "note": f"{ours:.0f} ÷ {floor:.0f} cycles/s, {CLIENTS} clients, {statements:.0f} statements a cycle",
        }
    ]  # fmt: skip
