"""The collector works again, whatever happens before the first paint."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from leadtui.cli import opening


@pytest.fixture
def frozen() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_a_program_that_never_paints_leaves_the_collector_on(
    end: type[BaseException], frozen: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def fails(work: object) -> int:
        held.append(gc.isenabled())
        raise end

    monkeypatch.setattr(opening, "speak", lambda: None)
    monkeypatch.setattr(opening, "guarded", fails)
    with pytest.raises(end):
        opening.main()
    assert held == [False]
    assert gc.isenabled()
