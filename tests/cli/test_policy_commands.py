"""`leadtui settings`, `holidays`, `dnc`, `consent` on the real database, which other tests share: what a test
changes it takes back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run

_numbers = itertools.count(1)


def phone() -> str:
    return f"08137000{next(_numbers):04d}"


def lead(run: Run, **fields: str) -> int:
    given = {"name": "Siti Aminah", "phone": phone(), **fields}
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    (added,) = json.loads(run("leads", "add", *options, "--json").out)
    return int(added["id"])


def standing(run: Run, lead_id: int) -> list[str]:
    (shown,) = json.loads(run("leads", "show", str(lead_id), "--json").out)
    return list(shown["not_callable"])


# settings ---------------------------------------------------------------------------------------------


@pytest.fixture
def restored(run: Run) -> Iterator[None]:
    yield
    for key in ("window.from", "window.to", "window.days", "cool_off.days"):
        assert run("settings", "reset", key).code == 0


def test_settings_for_people_and_programs(run: Run, restored: None) -> None:
    listed = run("settings", "list")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out.splitlines()[0].split() == [
        "Setting",
        "Team",
        "Value",
        "Default",
        "Changed",
        "by",
        "When",
    ]
    assert any(line.split()[:3] == ["window.days", "all", "Mon–Sat"] for line in listed.out.splitlines())
    objects = json.loads(run("settings", "list", "--json").out)
    assert {one["key"]: one["value"] for one in objects}["cool_off.days"] == "1,7,30"
    got = run("settings", "get", "window.days")
    assert (got.code, got.out) == (0, "mon-sat\n")
    assert "The days of the week on which customers are called." in got.err


def test_a_setting_as_people_write_it(run: Run, restored: None) -> None:
    done = run("settings", "set", "window.from", "8.30")
    assert (done.code, done.out, done.err) == (0, "", "window.from is 08:30 now; it was 08:00.\n")
    assert run("settings", "set", "window.from", "08:30").err == "window.from is 08:30, as before.\n"
    assert (
        run("settings", "set", "window.days", "sen-jum").err
        == "window.days is Mon–Fri now; it was Mon–Sat.\n"
    )
    assert run("settings", "get", "window.days").out == "mon-fri\n"
    assert run("settings", "reset", "window.from").err == "window.from is 08:00 now; it was 08:30.\n"


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (("set", "window.from", "25:00"), "window.from: It is not a time of day.", "For example 08:00."),
        (("set", "window.to", "7"), "window.to: Calling would begin at 08:00 and end at 07:00.", ""),
        (("set", "attempts.per_day", "0"), "attempts.per_day: It must be from 1 to 50.", ""),
        (("set", "window.days", "\x1b[31mmon"), "window.days: These are not days of the week.",
         "For example mon-sat."),
        (("set", "consent.required", "maybe"), "consent.required: It is neither on nor off.", "on or off"),
        (("set", "windw.form", "8"), "There is no setting “windw.form”.", "Did you mean “window.from”?"),
        (("get", "colour"), "There is no setting “colour”.", "leadtui settings list"),
        (("set", "window.from", "9", "--team", "mars"), "There is no team “mars”.", ""),
    ],
)  # fmt: skip
def test_nonsense_is_a_sentence(run: Run, arguments: tuple[str, ...], error: str, hint: str) -> None:
    done = run("settings", *arguments)
    assert (done.code, done.out, done.errors) == (1, "", [f"error: {error}"])
    if hint:
        assert f"hint: {hint}" in done.hints


# holidays ---------------------------------------------------------------------------------------------


def test_the_country_came_with_the_database(run: Run) -> None:
    listed = run("holidays", "list", "--json")
    found = json.loads(listed.out)
    assert {"national", "joint_leave"} <= {one["kind"] for one in found}
    assert len({one["date"][:4] for one in found}) == 3
    again = run("holidays", "update")
    assert again.code == 0
    assert "Added                       0" in again.out
    assert "Holidays are known until" in run("doctor").out


def test_a_holiday_comes_and_goes(run: Run) -> None:
    added = run("holidays", "add", "2031-02-03", "Ulang tahun bank", "--zone", "wita")
    assert (added.code, added.err) == (0, "Nobody is called on Monday 3 Feb 2031: Ulang tahun bank.\n")
    line = next(line for line in run("holidays", "list", "2031").out.splitlines() if "Ulang tahun" in line)
    assert line.split()[-4:] == ["bank's", "WITA", "yes", "system"]
    missed = run("holidays", "remove", "3/2/2031")
    assert (missed.code, missed.errors) == (1, ["error: 2031-02-03 is no holiday here."])
    removed = run("holidays", "remove", "3/2/2031", "--zone", "WITA")
    assert removed.code == 0
    assert run("holidays", "list", "2031").err.startswith("No holidays are known for then.")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("add", "2031-02-30", "X"), "DATE: It is not a date."),
        (("add", "tomorrow", "X"), "DATE: It is not a date."),
        (("add", "2031-02-03", " "), "name: Needed."),
        (("add", "2031-02-03", "X", "--zone", "CET"), "--zone: It is none of WIB, WITA, WIT."),
        (("update", "--years", "soon"), "--years: Name years from 2000 to 2100, at most 20 of them."),
        (("update", "--years", "2028-2026"), "years: Name years from 2000 to 2100, at most 20 of them."),
    ],
)
def test_holidays_that_are_none(run: Run, arguments: tuple[str, ...], error: str) -> None:
    done = run("holidays", *arguments)
    assert (done.code, done.errors) == (1, [f"error: {error}"])


def test_a_file_of_holidays_names_its_wrong_lines(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "libur.csv"
    file.write_text("\ufefftanggal;nama\r\n2032-01-05;Rapat\r\n2032-13-05;Rapat\r\n;Rapat\r\n")
    done = run("holidays", "import", str(file))
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines() == [
        "line 3: “2032-13-05” is not a date (2026-12-31 or 31/12/2026)",
        "line 4: the date is missing",
        "error: 2 lines are wrong, so nothing was imported.",
    ]
    file.write_text("2032-01-05;Rapat\r\n")
    done = run("holidays", "import", str(file))
    assert (done.code, done.out.splitlines()[0].split()) == (0, ["Added", "1"])
    assert run("holidays", "remove", "2032-01-05").code == 0


# do-not-call ------------------------------------------------------------------------------------------


def test_a_number_and_back(run: Run) -> None:
    number = phone()
    somebody = lead(run, phone=number, consent="yes")
    assert "do_not_call" not in standing(run, somebody)
    added = run("dnc", "add", number, "--reason", "telepon ke cabang")
    assert (added.code, added.err) == (
        0,
        "This number is not called any more.\n1 customer leaves the queues.\n",
    )
    assert "do_not_call" in standing(run, somebody)
    assert run("dnc", "add", number).err.startswith("This number was on the list before.\n")
    (entry,) = json.loads(run("dnc", "list", "--number", number, "--json").out)
    assert (entry["number"], entry["reason"]) == ("+62" + number[1:], "telepon ke cabang")
    assert "telepon ke cabang" in run("dnc", "list", "--number", number).out
    refused = run("dnc", "remove", number)
    assert refused.code == 1
    assert "--reason" in refused.err
    removed = run("dnc", "remove", number, "--reason", "salah catat")
    assert removed.err == "This number is off the list.\n1 customer may be called again.\n"
    assert "do_not_call" not in standing(run, somebody)
    gone = run("dnc", "remove", number, "--reason", "salah catat")
    assert (gone.code, gone.hints) == (1, ["hint: leadtui dnc list"])


def test_a_customer_and_back(run: Run) -> None:
    number = phone()
    somebody = lead(run, phone=number, consent="yes")
    assert run("dnc", "add", number).code == 0
    assert run("dnc", "add", "--lead", str(somebody)).err.startswith(
        f"Customer {somebody} is not called any more.\n"
    )
    removed = run("dnc", "remove", "--lead", str(somebody), "--reason", "surat pencabutan")
    assert removed.code == 0
    assert f"Customer {somebody} is off the list.\n0 customers may be called again." in removed.err
    assert removed.hints[0].endswith(f"is still listed: leadtui dnc remove +62{number[1:]} --reason …")
    assert run("dnc", "remove", f"+62{number[1:]}", "--reason", "surat pencabutan").code == 0
    assert "do_not_call" not in standing(run, somebody)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("add",), "Name one number, or one customer with --lead."),
        (("add", "0812", "--lead", "1"), "Name one number, or one customer with --lead."),
        (("add", "budi"), "number: It is not a telephone number."),
        (("add", "--lead", "99999999"), "There is no lead 99999999."),
        (("remove", "081370009999", "--reason", "!"), "reason: Say why, in a few words."),
        (("list", "--number", "budi"), "number: It is not a telephone number."),
    ],
)
def test_what_is_no_number(run: Run, arguments: tuple[str, ...], error: str) -> None:
    done = run("dnc", *arguments)
    assert (done.code, done.errors) == (1, [f"error: {error}"])


def test_a_list(run: Run, tmp_path: Path) -> None:
    one, two = phone(), phone()
    file = tmp_path / "daftar.txt"
    file.write_text(f"{one}\n+62 {two[1:]}\n{one}\nbudi\x1b[31m\n")
    refused = run("dnc", "import", str(file))
    assert refused.code == 1
    assert refused.err.splitlines() == [
        "line 4: “budi” is not a telephone number",
        "error: 1 line is no telephone number, so nothing was imported.",
        "hint: --skip-bad leaves such lines out.",
    ]
    done = run("dnc", "import", str(file), "--skip-bad", "--reason", "daftar regulator")
    assert done.code == 0
    assert [line.split()[-1] for line in done.out.splitlines()] == [
        "daftar.txt",
        "4",
        "2",
        "0",
        "1",
        "1",
        "0",
    ]
    found = json.loads(run("dnc", "list", "--number", "08137000", "--json").out)
    assert {("+62" + number[1:], "daftar.txt", "daftar regulator") for number in (one, two)} <= {
        (entry["number"], entry["source"], entry["reason"]) for entry in found
    }
    missing = run("dnc", "import", str(tmp_path / "no.txt"))
    assert (missing.code, missing.errors) == (1, ["error: There is no file no.txt."])


# consent ----------------------------------------------------------------------------------------------


def test_yes_and_no_with_their_evidence(run: Run) -> None:
    somebody = lead(run)
    assert "consent" in standing(run, somebody)
    said = run("consent", "set", str(somebody), "ya", "--source", "formulir cabang 12")
    assert (said.code, said.err) == (0, f"Customer {somebody} has agreed to be called.\n")
    assert "consent" not in standing(run, somebody)
    said = run("consent", "set", str(somebody), "no", "--source", "telepon ke cabang")
    assert said.err == f"Customer {somebody} is not called any more: they said no.\n"
    shown = run("consent", "show", str(somebody))
    assert shown.out.index("telepon ke cabang") < shown.out.index("formulir cabang 12")
    answers = json.loads(run("consent", "show", str(somebody), "--json").out)
    assert [(one["consent"], one["by"]) for one in answers] == [("no", "system"), ("yes", "system")]


def test_nobody_asked_is_not_a_yes(run: Run) -> None:
    shown = run("consent", "show", str(lead(run)))
    assert shown.err == "Nobody has asked this customer yet: that is not a yes.\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("set", "1", "perhaps", "--source", "surat"), "yes|no: It is neither yes nor no."),
        (("set", "99999999", "yes", "--source", "surat"), "There is no lead 99999999."),
        (("set", "1", "yes", "--source", " . "), "source: Say where they said so, in a few words."),
        (("show", "99999999"), "There is no lead 99999999."),
    ],
)
def test_consent_that_is_none(run: Run, arguments: tuple[str, ...], error: str) -> None:
    done = run("consent", *arguments)
    assert (done.code, done.errors) == (1, [f"error: {error}"])


def test_help_loads_nothing_heavy(spawn: Run) -> None:
    for group in ("settings", "holidays", "dnc", "consent"):
        done = spawn(group, "--help")
        assert done.code == 0
        assert "Commands:" in done.out
