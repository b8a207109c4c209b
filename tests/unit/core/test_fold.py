"""One folding for data and query."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Budi Santoso", "budi santoso"),
        ("  Budi\u00a0  SANTOSO ", "budi santoso"),
        ("Ma'ruf", "maruf"),
        ("Ma’ruf", "maruf"),
        ("Drs. H. Joko-Widodo, S.Kom", "drs h joko widodo s kom"),
        ("José Çelik Łódź", "jose celik lodz"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁne Ｆｕｌｌ", "fine full"),
        ("Нина", "нина"),
        ("[@click=app.quit]x[/]", "click app quit x"),
        ("", ""),
        ("—", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold.fold(text) == folded


@given(st.text(max_size=40))
def test_fold_is_stable_and_holds_words_only(text: str) -> None:
    folded = fold.fold(text)
    assert fold.fold(folded) == folded
    assert all(part.isalnum() for part in folded.split(" ") if part)
    assert folded == " ".join(folded.split())
    assert not re.search(r"[A-Z]", folded)


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=40))
def test_the_ascii_path_agrees_with_the_general_one(text: str) -> None:
    # An accented word of its own forces the general path.
    assert fold.fold(text + " é") == (fold.fold(text) + " e").strip()


def test_words() -> None:
    assert fold.words("Siti Nur, Siti") == ("siti", "nur", "siti")
