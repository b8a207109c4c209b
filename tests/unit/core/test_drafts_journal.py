"""What is typed, sealed and on the disk: what comes back, what does not open, who sees what."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadtui.core.drafts import seal
from leadtui.core.drafts.dto import Entry
from leadtui.core.drafts.files import FOLDER, KEPT, Folder
from leadtui.core.drafts.journal import Journal

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
NOW = datetime.now(UTC)
NOTE = "Istri ikut memutuskan. Telepon lagi 🌱"


def entry(ident: str = "a", *, age: timedelta = timedelta(0), note: str = NOTE) -> Entry:
    return Entry("call", ident, NOW - age, {"note": note, "digit": 4})


def files(home: Path) -> list[Path]:
    return sorted((home / FOLDER).iterdir())


def leave(home: Path, *entries: Entry, key: bytes = KEY) -> Path:
    """What a program of this key had on the disk when it was killed."""
    folder = Folder(home, key)
    folder.write(entries, NOW)
    folder.close()
    return next(path for path in files(home) if path.name.startswith(seal.name(key)))


def test_what_is_sealed_comes_back_and_says_nothing_to_who_reads_the_file() -> None:
    sealed = seal.seal(KEY, [entry()])
    assert seal.unseal(KEY, sealed) == (entry(),)
    assert b"Istri" not in sealed
    assert b"note" not in sealed
    assert seal.seal(KEY, [entry()]) != sealed


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_comes_back(note: str, ident: str) -> None:
    assert seal.unseal(KEY, seal.seal(KEY, [entry(ident, note=note)]))[0] == entry(ident, note=note)


def test_cut_at_every_byte_altered_at_every_byte_or_with_another_key_it_does_not_open() -> None:
    sealed = seal.seal(KEY, [entry()])
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        for bad in (sealed[:place], bytes(altered)):
            with pytest.raises(seal.Damaged):
                seal.unseal(KEY, bad)
    for key, bad in ((OTHER, sealed), (KEY, sealed + b"x"), (KEY, b""), (KEY, seal.MAGIC)):
        with pytest.raises(seal.Damaged):
            seal.unseal(key, bad)


def test_a_program_that_ended_leaves_its_drafts_to_the_same_user_only(tmp_path: Path) -> None:
    leave(tmp_path, entry())
    stranger = Folder(tmp_path, OTHER)
    assert stranger.adopt(NOW).entries == ()
    stranger.close()
    mine = Folder(tmp_path, KEY)
    assert mine.adopt(NOW).entries == (entry(),)
    mine.write([entry("b")], NOW)
    assert len(files(tmp_path)) == 1  # what was taken over stands in ours
    mine.close()


def test_folder_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = leave(tmp_path, entry())
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_running_program_keeps_its_own_and_the_newest_of_two_counts(tmp_path: Path) -> None:
    leave(tmp_path, entry(age=timedelta(hours=1), note="older"))
    leave(tmp_path, entry(note="newer"), entry("b"))
    running = Folder(tmp_path, KEY)
    running.write([entry("held")], NOW)
    second = Folder(tmp_path, KEY)
    found = second.adopt(NOW)
    assert {(one.ident, one.data["note"]) for one in found.entries} == {("a", "newer"), ("b", NOTE)}
    second.write(found.entries, NOW)
    running.close()
    second.close()
    third = Folder(tmp_path, KEY)
    assert {one.ident for one in third.adopt(NOW).entries} == {"a", "b", "held"}
    third.close()


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time; from datetime import *; from pathlib import Path\n"
        "from leadtui.core.drafts.files import Folder; from leadtui.core.drafts.dto import Entry\n"
        "f = Folder(Path(sys.argv[1]), bytes(range(32)))\n"
        "f.write([Entry('call', 'x', datetime.now(UTC), {})], datetime.now(UTC))\n"
        "print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        mine = Folder(tmp_path, KEY)
        assert mine.adopt(datetime.now(UTC)).entries == ()
        other.kill()
        other.wait()
        assert [one.ident for one in mine.adopt(datetime.now(UTC)).entries] == ["x"]
        mine.close()
    finally:
        other.kill()
        other.wait()
        if other.stdout is not None:
            other.stdout.close()


def test_nothing_is_kept_longer_than_a_week(tmp_path: Path) -> None:
    leave(tmp_path, entry("old", age=KEPT + timedelta(minutes=1)), entry("new", age=KEPT / 2))
    strangers = leave(tmp_path, entry(), key=OTHER)
    folder = Folder(tmp_path, KEY)
    assert [one.ident for one in folder.adopt(NOW).entries] == ["new"]
    folder.close()
    long_ago = NOW.timestamp() - KEPT.total_seconds() - 60
    os.utime(strangers, (long_ago, long_ago))
    folder = Folder(tmp_path, KEY)
    folder.adopt(NOW)
    assert strangers not in files(tmp_path)
    folder.close()


def test_a_damaged_file_is_set_aside_once_and_the_others_come_back(tmp_path: Path) -> None:
    path = leave(tmp_path, entry())
    path.write_bytes(path.read_bytes()[:-3])
    leave(tmp_path, entry("b"))
    (tmp_path / FOLDER / f"{seal.name(KEY)}-1-x.draft").symlink_to("/etc/hostname")
    folder = Folder(tmp_path, KEY)
    found = folder.adopt(NOW)
    assert ([one.ident for one in found.entries], found.damaged) == (["b"], 1)
    assert path.with_suffix(".damaged") in files(tmp_path)
    folder.close()
    again = Folder(tmp_path, KEY)
    assert again.adopt(NOW).damaged == 0
    again.close()


def test_a_disk_that_refuses_leaves_what_was_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    troubles: list[OSError | None] = []
    journal = Journal(tmp_path, trouble=troubles.append)
    journal.open(KEY)
    journal.put("call", "a", {"note": "first"})
    assert journal.flush()

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        journal.put("call", "a", {"note": "second"})
        assert not journal.flush()
        assert journal.failing
    assert not list((tmp_path / FOLDER).glob("*.tmp"))
    journal.put("call", "b", {"note": "third"})
    assert journal.flush()
    assert [error is None for error in troubles] == [False, True]
    journal.close()
    folder = Folder(tmp_path, KEY)
    assert {one.ident: one.data["note"] for one in folder.adopt(datetime.now(UTC)).entries} == {
        "a": "second", "b": "third"
    }  # fmt: skip
    folder.close()


def test_the_journal_writes_by_itself_even_while_somebody_types(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.put("call", "before", {"note": "typed before the key came"})
    journal.open(KEY)
    stop = time.monotonic() + 20
    typed = 0
    stored = {"a": ""}
    while len(stored.get("a", "")) <= 5:  # nobody pauses: it writes all the same
        assert time.monotonic() < stop
        typed += 1
        journal.put("call", "a", {"note": "x" * typed})
        time.sleep(0.02)
        path = next((tmp_path / FOLDER).glob("*.draft"))
        stored = {one.ident: one.data["note"] for one in seal.unseal(KEY, path.read_bytes())}
    assert stored["before"] == "typed before the key came"
    journal.drop("call", "a")
    journal.drop("call", "before")
    assert journal.flush()
    assert files(tmp_path) == []  # nothing to keep, nothing there
    journal.close()


def test_signed_out_and_in_again_what_was_typed_meanwhile_is_the_newer(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.open(KEY)
    journal.put("call", "a", {"note": "one"})
    journal.close()
    assert not journal.is_open
    journal.put("call", "a", {"note": "two"})
    journal.open(KEY)
    assert journal.get("call", "a") == {"note": "two"}
    journal.close()
    other = Journal(tmp_path)
    other.open(KEY)
    assert [one.data["note"] for one in other.entries("call")] == ["two"]
    other.close()


def test_a_session_that_ends_while_its_journal_opens_waits_for_it(tmp_path: Path) -> None:
    journal, wrong = Journal(tmp_path), []
    done = threading.Event()

    def ends() -> None:
        while not done.is_set():
            try:
                journal.close(timeout=0)
            except RuntimeError as error:  # it joined a thread that had not begun
                wrong.append(error)

    closer = threading.Thread(target=ends)
    closer.start()
    for _ in range(30):
        journal.open(KEY)
    done.set()
    closer.join()
    journal.close()
    assert wrong == []
    assert not journal.is_open
