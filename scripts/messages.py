"""Keep the catalogues: collect msgids, take translations in, compile.

    python scripts/messages.py                         collect, update both .po, compile both .mo
    python scripts/messages.py missing                 msgids without an Indonesian translation, as JSON
    python scripts/messages.py translate FILE|-        take {"English": "Indonesia"} in, then update
    python scripts/messages.py prune                   also forget what no source uses any more

Safe to run by several people at once in one working tree: it holds a lock and replaces files whole. A
translation may arrive before its msgid is in the source: it waits as obsolete (`#~`) until then. A plural
is {"{n} day": "{n} hari"} under its singular; a msgid with a context is "context\\u0004msgid".
"""

from __future__ import annotations

import ast
import fcntl
import json
import os
import struct
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "leadtui"
LANGUAGES = ("id", "en")
KEYWORDS = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2}
"""Functions that take msgids, and how many."""
PLURALS = {"id": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}


def po_path(language: str) -> Path:
    """Where a catalogue lies."""
    return SOURCE / "locale" / language / "LC_MESSAGES" / "leadtui.po"


def collect(source: Path = SOURCE) -> Catalog:
    """Every msgid of the source, without places (they change with every line).

    Reads the syntax tree: a tokenizer does not see the calls inside an f-string.
    """
    found = Catalog()
    for path in sorted(source.rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        except SyntaxError as wrong:  # somebody is in the middle of it; what it had stays as obsolete
            sys.stderr.write(f"passed over: {wrong}\n")
            continue
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in KEYWORDS:
                continue
            words = [
                part.value
                for part in node.args
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if len(words) < KEYWORDS[node.func.id]:
                continue  # a variable: its msgids are marked with N_ where they are written
            if node.func.id == "ngettext":
                found.add((words[0], words[1]))
            elif node.func.id == "pgettext":
                found.add(words[1], context=words[0])
            else:
                found.add(words[0])
    return found


def read(language: str, path: Path | None = None) -> Catalog:
    """A committed catalogue; an empty one where there is none yet."""
    path = path or po_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def _name(message: Message) -> str:
    msgid, context = _key(message)
    return f"{context}\x04{msgid}" if context else msgid


def _filled(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(strings)


def merge(language: str, template: Catalog, old: Catalog, taken: dict[str, str], prune: bool) -> Catalog:
    """The new catalogue: the template's msgids, with the words that the old one or `taken` has for them."""
    known = {_key(m): m for m in (*old.obsolete.values(), *old) if m.id}
    fresh = read_po(BytesIO(_header(language)), locale=language)
    wanted = set()
    for message in template:
        if not message.id:
            continue
        key = _key(message)
        wanted.add(key)
        count = fresh.num_plurals if isinstance(message.id, tuple) else 0
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        name = _name(message)
        string: str | tuple[str, ...]
        if language == "en":
            string = tuple(ids[:count]) if count else ids[0]
        elif name in taken:
            string = (taken[name],) * count if count else taken[name]
        elif key in known and _filled(known[key]):
            before = known[key].string
            first = before if isinstance(before, str) else before[0]
            string = (first,) * count if count else first
        else:
            string = ("",) * count if count else ""
        fresh.add(message.id, string, context=message.context)
    if not prune and language != "en":
        waiting = {_key(m): m for m in known.values() if _filled(m) and _key(m) not in wanted}
        for name, words in taken.items():
            context, _sep, msgid = name.rpartition("\x04")
            if (msgid, context or None) not in wanted:
                waiting[msgid, context or None] = Message(msgid, words, context=context or None)
        for (msgid, context), message in sorted(waiting.items(), key=lambda item: item[0][0]):
            fresh.obsolete[f"{context}\x04{msgid}" if context else msgid] = message
    return fresh


def po_bytes(catalog: Catalog, language: str) -> bytes:
    """The .po file: sorted, no places, no dates, so that it changes only where words do."""
    out = BytesIO()
    write_po(out, catalog, width=0, sort_output=True, no_location=True, omit_header=True)
    return _header(language) + b"\n" + out.getvalue().lstrip(b"\n")


def _header(language: str) -> bytes:
    lines = (
        "Project-Id-Version: leadtui",
        f"Language: {language}",
        f"Plural-Forms: {PLURALS[language]}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)).encode()


def mo_bytes(path: Path, language: str) -> bytes:
    """The .mo file of a .po file: only what is translated, and a header without dates.

    Format: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html (no hash table).
    """
    entries = {"": f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {PLURALS[language]}\n"}
    for message in read(language, path):
        if message.id and _filled(message):
            ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
            strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            context = f"{message.context}\x04" if message.context else ""
            entries[context + "\0".join(ids)] = "\0".join(map(str, strings))
    pairs = [(key.encode(), entries[key].encode()) for key in sorted(entries, key=str.encode)]
    place = 28 + 16 * len(pairs)
    tables: list[list[int]] = [[], []]
    for column in (0, 1):
        for pair in pairs:
            tables[column] += [len(pair[column]), place]
            place += len(pair[column]) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    index = struct.pack(f"<{4 * len(pairs)}I", *tables[0], *tables[1])
    return head + index + b"".join(pair[column] + b"\0" for column in (0, 1) for pair in pairs)


def replace(path: Path, content: bytes) -> bool:
    """Write `content` in one step where it differs."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(content)
    os.replace(draft, path)
    return True


def update(taken: dict[str, str], prune: bool = False) -> dict[str, list[str]]:
    """Bring both catalogues up to the source. Returns what each still misses."""
    missing = {}
    lock = os.open(SOURCE / "locale", os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = collect()
        for language in LANGUAGES:
            path = po_path(language)
            catalog = merge(language, template, read(language), taken if language == "id" else {}, prune)
            replace(path, po_bytes(catalog, language))
            replace(path.with_suffix(".mo"), mo_bytes(path, language))
            missing[language] = [_name(m) for m in catalog if m.id and not _filled(m)]
    finally:
        os.close(lock)
    return missing


def main(arguments: list[str]) -> int:
    what = arguments[0] if arguments else "update"
    if what == "translate" and len(arguments) == 2:
        text = sys.stdin.read() if arguments[1] == "-" else Path(arguments[1]).read_text(encoding="utf-8")
        missing = update(json.loads(text))
    elif what in ("update", "missing", "prune") and len(arguments) <= 1:
        missing = update({}, prune=what == "prune")
    else:
        sys.stderr.write(__doc__ or "")
        return 1
    if what == "missing":
        sys.stdout.write(json.dumps(dict.fromkeys(missing["id"], ""), ensure_ascii=False, indent=1) + "\n")
    else:
        for language, msgids in missing.items():
            sys.stderr.write(f"{language}: {len(msgids)} without words\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
