"""The catalogues: complete in both languages, with the same placeholders, and compiled as committed."""

from __future__ import annotations

import functools
import importlib.util
import string
import sys
from pathlib import Path
from types import ModuleType

import pytest

from leadtui import i18n

ROOT = Path(__file__).resolve().parent.parent.parent


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("leadtui_messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


messages = _tool()
# reading the whole source takes seconds, and nobody changes it meanwhile
_collected = functools.cache(messages.collect)
_read = functools.cache(messages.read)


def _strings(message: object) -> list[str]:
    words = message.string  # type: ignore[attr-defined]
    return list(words) if isinstance(words, (tuple, list)) else [words]


def _placeholders(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_msgid_of_the_source_has_words(language: str) -> None:
    catalogue = {messages._key(m): m for m in _read(language) if m.id}
    wanted = {messages._key(m) for m in _collected() if m.id}
    empty = sorted(key[0] for key in wanted if key not in catalogue or not all(_strings(catalogue[key])))
    assert not empty, (
        f"{len(empty)} msgids have no words, the first: {empty[:5]} (scripts/messages.py translate)"
    )
    assert set(catalogue) == wanted, "run scripts/messages.py"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_placeholders_are_the_same_and_nothing_is_fuzzy(language: str) -> None:
    for message in _read(language):
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        for words in _strings(message):
            assert not words or _placeholders(words) == _placeholders(ids[-1]), message.id


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_compiled_catalogue_is_the_committed_one(language: str) -> None:
    po = messages.po_path(language)
    assert po.with_suffix(".mo").read_bytes() == messages.mo_bytes(po, language), "run scripts/messages.py"


def test_english_says_what_the_source_says() -> None:
    for message in _read("en"):
        if message.id:
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            assert _strings(message) == list(ids)


def test_calls_inside_f_strings_are_collected(tmp_path: Path) -> None:
    source = """
x = f"{_('inside')} {ngettext('{n} day', '{n} days', 2)}"
y = pgettext("verb", "open")
z = _(name)
"""
    (tmp_path / "one.py").write_text(source)
    found = {messages._key(m) for m in messages.collect(tmp_path) if m.id}
    assert found == {("inside", None), ("{n} day", None), ("open", "verb")}


def test_a_translation_may_come_before_its_msgid_and_is_kept(tmp_path: Path) -> None:
    early = messages.merge("id", messages.Catalog(), messages.Catalog(locale="id"), {"Hello": "Halo"}, False)
    waiting = tmp_path / "id.po"
    waiting.write_bytes(messages.po_bytes(early, "id"))
    assert b'#~ msgstr "Halo"' in waiting.read_bytes()
    template = messages.Catalog()
    template.add("Hello")
    later = messages.merge("id", template, messages.read("id", waiting), {}, False)
    assert later["Hello"].string == "Halo"
    assert not later.obsolete


def test_a_compiled_catalogue_reads_back(tmp_path: Path) -> None:
    import gettext

    catalogue = messages.Catalog(locale="id")
    catalogue.add(("{n} day", "{n} days"), ("{n} hari",))
    catalogue.add("open", "membuka", context="verb")
    po = tmp_path / "x.po"
    po.write_bytes(messages.po_bytes(catalogue, "id"))
    mo = tmp_path / "x.mo"
    mo.write_bytes(messages.mo_bytes(po, "id"))
    with mo.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.ngettext("{n} day", "{n} days", 3) == "{n} hari"
    assert read.pgettext("verb", "open") == "membuka"
    assert read.gettext("unknown to it") == "unknown to it"
