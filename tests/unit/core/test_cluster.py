"""What the embedded server is given."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from leadtui.core.db import cluster
from leadtui.core.db.cluster import buffers

GB = 1 << 30


@pytest.mark.parametrize(
    ("memory", "megabytes"), [(GB // 4, 128), (GB, 256), (2 * GB, 512), (4 * GB, 1024), (512 * GB, 1024)]
)
def test_a_quarter_of_the_memory_within_bounds(memory: int, megabytes: int) -> None:
    assert buffers(memory) == megabytes


def test_the_memory_is_the_containers_whichever_file_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "memory.max", tmp_path / "memory.limit_in_bytes"
    monkeypatch.setattr(cluster, "_LIMITS", (new, old))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=8 * GB))
    assert cluster._memory() == 8 * GB
    new.write_text("max\n")
    old.write_text("9223372036854771712\n")
    assert cluster._memory() == 8 * GB
    old.write_text(f"{GB // 2}\n")
    assert cluster._memory() == GB // 2
    new.write_text(f"{GB // 4}\n")
    assert cluster._memory() == GB // 4


def test_a_system_that_does_not_say_gets_what_a_small_one_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise PermissionError

    monkeypatch.setattr(cluster, "_LIMITS", (tmp_path,))
    monkeypatch.setattr(psutil, "virtual_memory", unreadable)
    assert buffers(cluster._memory()) == 256
