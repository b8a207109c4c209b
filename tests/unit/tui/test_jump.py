"""Codes of jump mode, and what the focused part says of itself."""

from __future__ import annotations

import pytest

from leadtui import i18n
from leadtui.jump import LETTERS, codes
from leadtui.parts import PARTS, section


@pytest.mark.parametrize("n", [0, 1, 7, 26, 27, 51, 52, 60, 120, 400, 676, 900])
def test_no_code_is_the_beginning_of_another(n: int) -> None:
    made = codes(n)
    assert len(made) == min(n, 26 * 26)
    assert len(set(made)) == len(made)
    single = {code for code in made if len(code) == 1}
    assert not any(code[0] in single for code in made if len(code) == 2)
    assert max(map(len, made), default=1) == (1 if n <= 26 else 2)
    assert "".join(single) == "" or set(single) <= set(LETTERS)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_part_is_worded(language: str) -> None:
    i18n.use(language)
    for part in PARTS.values():
        name, lines = section(part)
        assert name
        assert lines[0].label.endswith(".")
        assert all(hint.key and hint.label for hint in lines[1:])
    if language == "id":
        assert section(PARTS["NoteArea"])[0] == "catatan"
