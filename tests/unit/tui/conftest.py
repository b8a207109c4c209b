"""Each test leaves the language as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leadtui import i18n


@pytest.fixture(autouse=True)
def _language_as_before() -> Iterator[None]:
    before = i18n.language()
    yield
    i18n.use(before)
