"""Keys, first paint and memory of the real program on a real pty, beside the smallest Textual app."""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from bench import server
from bench.terminal import Terminal, percentile

SIZE = {"cols": 120, "rows": 36}
KEYS = 200
STARTS = 7
QUIET = 0.35
"""Seconds without a paint. Two clocks tick every second, up to half a second apart: more may never come, and
each wait would last to its end."""


def _environment(home: Path) -> dict[str, str]:
    return {
        "LEADTUI_DATABASE_URL": server.million().app_url,
        "LEADTUI_HOME": str(home),
        "LEADTUI_LANG": "en",
        "LEADTUI_ENV": "dev",
        "TEXTUAL_ANIMATIONS": "none",
    }


def _leadtui(home: Path) -> Terminal:
    return Terminal([sys.executable, "-m", "leadtui"], env=_environment(home), **SIZE)


def _floor() -> Terminal:
    return Terminal([sys.executable, "-m", "bench.floor"], env=dict(os.environ), **SIZE)


def _sign_in(app: Terminal) -> None:
    if app.wait(rb"leadtui") is None:
        raise RuntimeError("no first paint")
    app.drain(1.5, 20)
    for text in (server.AGENT, "\t", server.PASSWORD, "\r"):
        os.write(app.fd, text.encode())
        app.drain(0.3, 5)
    app.buffer = b""
    app.drain(2.0, 30)


def _presses(app: Terminal, key: bytes, n: int = KEYS) -> list[float | None]:
    return [app.key(key) for _ in range(n)]


def _echo(app: Terminal, n: int) -> list[float | None]:
    """Letters into the note, each until it is painted."""
    return [app.key(b"abcdefghij"[i % 10 : i % 10 + 1]) for i in range(n)]


def _backends() -> list[int]:
    """The server processes behind the program's connections."""
    with psycopg.connect(server.million().admin_url, autocommit=True) as connection:
        found = connection.execute(
            "select pid from pg_stat_activity where usename = 'leadtui_app' and backend_type = 'client backend'"
        ).fetchall()
    return [row[0] for row in found]


def _stalled(home: Path) -> dict[str, Any]:
    """Echo in the note while every connection of the program hangs in the server: a save, the heartbeat and
    the journal go on behind it."""
    app = _leadtui(home)
    stopped: list[int] = []
    idle: list[float | None] = []
    stalled: list[float | None] = []
    try:
        _sign_in(app)
        for key in (b"n", b"4"):
            app.key(key)
            app.drain(QUIET, 15)
        _echo(app, 20)
        for _ in range(4):
            idle += _echo(app, 50)
            # connections come and go with use: a save first, that hangs from then on
            for pid in _backends():
                os.kill(pid, signal.SIGSTOP)
                stopped.append(pid)
            app.buffer = b""
            os.write(app.fd, b"\x1b[20~")  # f9: save and stay
            if not stopped or app.wait(rb"saving", 10) is None:
                raise RuntimeError("nothing hangs: this would measure an idle program")
            app.drain(QUIET, 3)
            stalled += _echo(app, 50)
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
            stopped = []
            app.drain(QUIET, 5)
            for key in (b"n", b"4"):  # saved by now: the next customer
                app.key(key)
                app.drain(QUIET, 10)
            _echo(app, 5)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
        app.kill()
    ratio = percentile(stalled, 95) / percentile(idle, 95)
    lost = sum(value is None for value in idle + stalled)
    return {
        "figure": "key echo in the note while the database is stalled, p95 ÷ idle",
        "value": ratio,
        "must": 2,
        "aim": 1.2,
        "note": f"p95 {percentile(stalled, 95):.1f} ÷ {percentile(idle, 95):.1f} ms; "
        f"p50 {percentile(stalled, 50):.1f} ÷ {percentile(idle, 50):.1f}; unanswered {lost}",
    }


def run() -> list[dict[str, Any]]:
    home = Path(tempfile.mkdtemp(prefix="ltk"))
    try:
        server.million()
        return _run(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(home: Path) -> list[dict[str, Any]]:
    paints: dict[str, list[float]] = {"floor": [], "leadtui": []}
    for _ in range(STARTS):
        for name, start, shown in (
            ("floor", _floor, rb"floor"),
            ("leadtui", lambda: _leadtui(home), rb"leadtui"),
        ):
            app = start()
            painted = app.wait(shown)
            if painted is None:
                raise RuntimeError(f"{name} painted nothing: {app.log[-500:]!r}")
            paints[name].append((painted - app.started) * 1000)
            app.kill()
    ours, floor = _leadtui(home), _floor()
    try:
        _sign_in(ours)
        floor.wait(rb"floor")
        floor.drain(1.0)
        _presses(ours, b"j", 10), _presses(floor, b"j", 10)
        keys: dict[str, list[float | None]] = {"floor": [], "leadtui": []}
        for _ in range(KEYS // 20):
            keys["floor"] += _presses(floor, b"j", 20)
            keys["leadtui"] += _presses(ours, b"j", 20)
        pages = _presses(ours, b"\x1b[6~", 100)
        ends = [value for _ in range(15) for value in (ours.key(b"G"), ours.key(b"g"))]
        _presses(ours, b"\x1b[6~", 50)
        memory = ours.private_mb()
    finally:
        ours.kill()
        floor.kill()
    stalled = _stalled(home)
    ratio = percentile(keys["leadtui"], 95) / percentile(keys["floor"], 95)
    paint = statistics.median(paints["leadtui"]) / statistics.median(paints["floor"])
    lost = sum(value is None for value in keys["leadtui"])
    return [
        {
            "figure": f"`j` on {server.LEADS:,} leads, p95 ÷ an empty Textual app's key p95",
            "value": ratio,
            "must": 3,
            "aim": 2,
            "note": f"p95 {percentile(keys['leadtui'], 95):.1f} ms ÷ {percentile(keys['floor'], 95):.1f} ms; "
            f"p50 {percentile(keys['leadtui'], 50):.1f} ÷ {percentile(keys['floor'], 50):.1f}; unanswered {lost}",
        },
        {
            "figure": "login painted ÷ a minimal Textual app painted (p50)",
            "value": paint,
            "must": 1.6,
            "aim": 1.3,
            "note": f"{statistics.median(paints['leadtui']):.0f} ms ÷ {statistics.median(paints['floor']):.0f} ms",
        },
        {
            "figure": f"private memory of an agent after browsing {server.LEADS:,}",
            "value": memory,
            "unit": "MB",
            "must": 80,
            "aim": 55,
        },
        {
            "figure": f"PageDown on {server.LEADS:,}, p95",
            "value": percentile(pages, 95),
            "unit": "ms",
            "note": "M2's figure: ≤ 80 ms",
        },
        {
            "figure": f"End and Home on {server.LEADS:,}, p95",
            "value": percentile(ends, 95),
            "unit": "ms",
            "note": "M2's figure: ≤ 150 ms",
        },
        stalled,
    ]
