"""Another language for a block of one thread: everybody else goes on in theirs."""

from __future__ import annotations

import threading

import pytest

from leadtui import i18n
from leadtui.i18n import _, language, speaking


def test_only_this_block_of_this_thread_speaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "en")
    inside, go_on = threading.Event(), threading.Event()
    heard: list[str] = []

    def other() -> None:
        with speaking("id"):
            inside.set()
            assert go_on.wait(30)
            heard.append(_("New password"))

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(30)
    assert (language(), _("New password")) == ("en", "New password")
    go_on.set()
    thread.join()
    assert heard == ["Sandi baru"]
    with speaking("id"):
        with speaking("en"):
            assert language() == "en"
        assert language() == "id"
    assert language() == "en"


def test_a_language_that_nobody_speaks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "id")
    with speaking("tlh"):
        assert language() == "id"
