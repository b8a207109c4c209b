"""What the embedded server is given."""

from __future__ import annotations

import pytest

from leadtui.core.db.cluster import buffers

GB = 1 << 30


@pytest.mark.parametrize(
    ("memory", "megabytes"), [(GB // 4, 128), (GB, 256), (2 * GB, 512), (4 * GB, 1024), (512 * GB, 1024)]
)
def test_a_quarter_of_the_memory_within_bounds(memory: int, megabytes: int) -> None:
    assert buffers(memory) == megabytes
