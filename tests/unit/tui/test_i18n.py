"""Which language is spoken."""

from __future__ import annotations

import pytest

from leadtui import i18n
from leadtui.i18n import _, ngettext


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LEADTUI_LANG": "id"}, "id"),
        ({"LEADTUI_LANG": "id", "LANG": "en_US.UTF-8"}, "id"),
        ({"LEADTUI_LANG": "en", "LANG": "id_ID.UTF-8"}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "in_ID"}, "id"),
        ({"LC_ALL": "id_ID", "LANG": "en_GB"}, "id"),
        ({"LANGUAGE": "fr:id:en"}, "id"),
        ({"LEADTUI_LANG": "klingon", "LANG": "id_ID"}, "id"),
        ({"LEADTUI_LANG": "fr:in", "LANG": "en_GB"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
    ],
)
def test_the_environment_chooses(environ: dict[str, str], expected: str) -> None:
    assert i18n.detect(environ) == expected


def test_switching_at_run_time() -> None:
    i18n.use("id")
    assert _("not answered") == "tak diangkat"
    assert ngettext("{n} day", "{n} days", 1).format(n=1) == "1 hari"
    i18n.use("en")
    assert _("not answered") == "not answered"
    assert ngettext("{n} day", "{n} days", 1).format(n=1) == "1 day"
    assert ngettext("{n} day", "{n} days", 3).format(n=3) == "3 days"


def test_a_language_that_we_do_not_speak_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        i18n.use("fr")
