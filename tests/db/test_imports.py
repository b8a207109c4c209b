"""`leads import` on the real database: all or nothing, counts that add up, and nothing lost or invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid, NotAllowed, NotFound
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus, Progress
from leadtui.core.imports.service import import_file
from tests.conftest import MakeCtx, OneConnection, OwnDatabase

HEADER = "external_id;name;phone;email;city;province;consent;do_not_call"
MODEL = "age;job;marital;education;default;housing;loan;contact;campaign;pdays;previous;poutcome"
SARI = "1;Sari Dewi;0812-3456-7890;sari@example.com;Bandung;Jabar;yes;no"
BUDI = "2;Budi;081234567891;;;;;"

Import = Callable[..., ImportReport]


@pytest.fixture
def ctx(as_role: MakeCtx) -> Ctx:
    return as_role("admin")


@pytest.fixture
def bring(ctx: Ctx, tmp_path: Path) -> Import:
    """`bring("line", …, header=…, **options)`: import a file of these lines."""

    def run(*lines: str, header: str = HEADER, name: str = "leads.csv", **options: Any) -> ImportReport:
        path = tmp_path / name
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8", newline="")
        report = import_file(ctx, ImportFile(path, **options))
        counted = report.added + report.changed + report.unchanged + report.rejected + report.skipped
        assert report.read == counted
        return report

    return run


def rows(db: OneConnection | OwnDatabase, statement: str, *params: Any) -> list[tuple[Any, ...]]:
    with db.owner() as connection:
        return connection.execute(statement, params).fetchall()


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rejected, report.skipped


def test_a_lead_comes_in_whole(db: OneConnection, bring: Import) -> None:
    report = bring(SARI)
    assert report.status is ImportStatus.COMMITTED
    assert counts(report) == (1, 0, 0, 0, 0)
    assert report.unscored == 1
    (lead,) = rows(
        db,
        "select external_id, external_given, name, name_fold, email, city, province, zone, consent,"
        " do_not_call, synthetic, import_id, version from lead",
    )
    assert lead == (
        "1", True, "Sari Dewi", "sari dewi", "sari@example.com", "Bandung", "Jawa Barat", 1, 1, False, False,
        report.run_id, 1,
    )  # fmt: skip
    assert rows(db, "select e164, digits, preferred, bad from lead_phone") == [
        ("+6281234567890", "6281234567890", True, False)
    ]
    assert rows(
        db, "select rank_key, state, consent_ok, phone_ok, dnc, ready, zone, name_fold from lead_queue"
    ) == [(-1, 0, True, True, False, True, 1, "sari dewi")]
    assert rows(db, "select word, n from word order by 1") == [("dewi", 1), ("sari", 1)]
    assert rows(db, "select c.name from lead_queue q join city c on c.id = q.city_id") == [("Bandung",)]


def test_the_run_and_one_audit_row_are_kept(db: OneConnection, bring: Import, ctx: Ctx) -> None:
    report = bring(SARI, BUDI)
    (run,) = rows(
        db,
        "select id, status, encode(file_sha256, 'hex'), n_read, n_added, actor_id, finished_at"
        " from import_run",
    )
    assert ctx.actor is not None
    assert run[:6] == (report.run_id, "committed", report.file_sha256, 2, 2, ctx.actor.user_id)
    assert run[6] is not None
    audit = rows(db, "select subject, outcome, detail ->> 'added' from audit where action = 'leads.import'")
    assert audit == [(f"import:{report.run_id}", "ok", "2")]


def test_without_consent_or_phone_a_lead_is_not_ready(db: OneConnection, bring: Import) -> None:
    bring(BUDI, "3;Cici;;;;;ya;", "4;Dodi;081234567892;;;;tidak;")
    assert rows(db, "select consent_ok, phone_ok, ready from lead_queue order by lead_id") == [
        (False, True, False),
        (True, False, False),
        (False, True, False),
    ]
    assert rows(db, "select consent from lead order by id") == [(None,), (1,), (0,)]


def test_consent_source_speaks_for_the_whole_file_but_not_over_a_no(db: OneConnection, bring: Import) -> None:
    bring(SARI, BUDI, "4;Dodi;081234567892;;;;no;", consent_source="branch form 7/2024")
    assert rows(db, "select consent, consent_source from lead order by id") == [
        (1, "branch form 7/2024"),
        (1, "branch form 7/2024"),
        (0, "branch form 7/2024"),
    ]


def test_one_reject_and_nothing_is_imported(db: OneConnection, bring: Import) -> None:
    report = bring(SARI, "2;Budi;12;not mail;;;perhaps;", BUDI.replace("2;", "3;"))
    assert report.status is ImportStatus.REJECTED
    assert counts(report) == (0, 0, 0, 1, 2)
    assert [(r.line, r.column, r.code, r.value) for r in report.rejects] == [
        (3, "consent", "yes_no", "perhaps"),
        (3, "email", "email_invalid", "not mail"),
        (3, "phone", "phone_invalid", "12"),
    ]
    assert rows(db, "select count(*) from lead") == [(0,)]
    assert rows(db, "select count(*) from city") == [(0,)]
    assert rows(db, "select status, n_rejected, n_skipped from import_run") == [("rejected", 1, 2)]
    assert rows(db, "select line, col, reason, value from import_reject order by col") == [
        (3, "consent", "yes_no", "perhaps"),
        (3, "email", "email_invalid", "not mail"),
        (3, "phone", "phone_invalid", "12"),
    ]
    assert rows(db, "select count(*) from audit where action = 'leads.import'") == [(1,)]


def test_the_same_rejects_are_kept_once(db: OneConnection, bring: Import) -> None:
    bring("2;Budi;12;;;;;")
    bring("2;Budi;12;;;;;")
    assert rows(db, "select count(*) from import_run") == [(2,)]
    assert rows(db, "select count(*) from import_reject") == [(1,)]


def test_a_dry_run_changes_nothing_and_says_what_would_be(db: OneConnection, bring: Import) -> None:
    report = bring(SARI, BUDI, dry_run=True)
    assert report.status is ImportStatus.DRY_RUN
    assert counts(report) == (2, 0, 0, 0, 0)
    assert rows(db, "select count(*) from lead") == [(0,)]
    assert rows(db, "select status from import_run") == [("dry_run",)]
    bad = bring(SARI, "2;;12;;;;;", dry_run=True)
    assert (bad.status, bad.ok, bad.rejected) == (ImportStatus.DRY_RUN, False, 1)


def test_blank_lines_and_repeated_rows_are_skipped(bring: Import) -> None:
    report = bring(SARI, "", BUDI, ";;;;;;;", SARI, " ; ;;;;;;", "")
    assert counts(report) == (2, 0, 0, 0, 5)


def test_one_id_with_two_contents_is_rejected_with_both_lines(db: OneConnection, bring: Import) -> None:
    report = bring(SARI, BUDI, SARI.replace("Bandung", "Bogor"), "", BUDI)
    assert counts(report) == (0, 0, 0, 2, 3)
    assert [(r.line, r.code, r.lines) for r in report.rejects] == [
        (2, "two_contents", (2, 4)),
        (4, "two_contents", (2, 4)),
    ]
    assert "2, 4" in report.rejects[0].value
    assert rows(db, "select count(*) from lead") == [(0,)]


def test_lines_are_the_files_own_with_breaks_in_quotes(bring: Import) -> None:
    report = bring('1;"Sari\nDewi";081234567890;;;;;', "", "2;Budi;12;;;;;")
    assert [r.line for r in report.rejects] == [5]


def test_without_an_id_the_content_is_the_key_and_equal_rows_stay_apart(
    db: OneConnection, bring: Import
) -> None:
    header = MODEL + ";duration;y"
    row = "56;housemaid;married;basic.4y;no;no;no;telephone;1;999;0;nonexistent"
    first = bring(f"{row};261;no", f"{row};261;no", f"{row.replace('56', '57')};1;no", header=header)
    assert counts(first) == (3, 0, 0, 0, 0)
    assert first.historical == 3
    keys = rows(db, "select external_id, external_given from lead order by id")
    assert len({key for key, _ in keys}) == 3
    assert keys[0][0].removesuffix("-1") == keys[1][0].removesuffix("-2")
    assert not any(given for _, given in keys)
    # duration and y are no part of the key: the same three people, one answer changed
    again = bring(f"{row};300;yes", f"{row};261;no", f"{row.replace('56', '57')};1;no", header=header)
    assert counts(again) == (0, 1, 2, 0, 0)


def test_header_order_case_delimiter_and_mark_do_not_matter_for_the_key(
    db: OneConnection, bring: Import, ctx: Ctx, tmp_path: Path
) -> None:
    row = "56;housemaid;married;basic.4y;no;no;no;telephone;1;999;0;nonexistent"
    bring(row, header=MODEL)
    names, cells = MODEL.split(";"), row.split(";")
    path = tmp_path / "other.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + (",".join(f'"{n.upper()}"' for n in reversed(names)) + "\r\n").encode()
        + (",".join(reversed(cells)) + "\r\n").encode()
    )  # fmt: skip
    report = import_file(ctx, ImportFile(path))
    assert counts(report) == (0, 0, 1, 0, 0)
    assert rows(db, "select count(*) from lead") == [(1,)]


def test_what_changed_is_updated_and_the_rest_kept(db: OneConnection, bring: Import) -> None:
    bring(SARI, BUDI)
    with db.owner() as connection:
        connection.execute("update lead_queue set rank_key = 500000")
    report = bring(SARI.replace("Sari Dewi", "Sari Dewi Lestari").replace("7890", "7899"), BUDI)
    assert counts(report) == (0, 1, 1, 0, 0)
    assert rows(db, "select name, name_fold, version, import_id from lead order by id") == [
        ("Sari Dewi Lestari", "sari dewi lestari", 2, report.run_id),
        ("Budi", "budi", 1, report.run_id - 1 if report.run_id else None),
    ]
    assert rows(db, "select e164, preferred from lead_phone order by e164") == [
        ("+6281234567890", False),
        ("+6281234567891", True),
        ("+6281234567899", True),
    ]
    assert rows(db, "select word, n from word order by 1") == [
        ("budi", 1), ("dewi", 1), ("lestari", 1), ("sari", 1),
    ]  # fmt: skip
    # a new name is no new fact for the model: the score stands
    assert rows(db, "select rank_key, name_fold from lead_queue order by lead_id") == [
        (500000, "sari dewi lestari"),
        (500000, "budi"),
    ]


def test_new_facts_make_the_old_score_void(db: OneConnection, bring: Import) -> None:
    header = "external_id;" + MODEL
    row = "56;housemaid;married;basic.4y;no;no;no;telephone;1;999;0;nonexistent"
    bring("1;" + row, "2;" + row, header=header)
    with db.owner() as connection:
        connection.execute("update lead_queue set rank_key = 500000, why = 5")
    bring("1;" + row.replace("56", "57"), "2;" + row, header=header)
    assert rows(db, "select rank_key, why, age from lead_queue order by lead_id") == [
        (-1, 0, 57),
        (500000, 5, 56),
    ]


def test_columns_that_a_file_does_not_have_keep_their_values(db: OneConnection, bring: Import) -> None:
    bring(SARI)
    report = bring("1;Sari Dewi;081234567890", header="external_id;name;phone")
    assert counts(report) == (0, 0, 1, 0, 0)
    bring("1;Sari;081234567890", header="external_id;name;phone")
    assert rows(db, "select name, city, province, email, consent from lead") == [
        ("Sari", "Bandung", "Jawa Barat", "sari@example.com", 1)
    ]


def test_do_not_call_holds_for_good_and_by_number(db: OneConnection, bring: Import) -> None:
    bring(SARI, BUDI)
    bring("9;Suami Sari;081234567890;;;;yes;yes")
    state = "select l.external_id, q.state, q.dnc, q.ready from lead_queue q join lead l on l.id = q.lead_id"
    assert rows(db, state + " order by 1") == [
        ("1", 0, True, False),  # the same number
        ("2", 0, False, False),  # no consent
        ("9", 5, True, False),
    ]
    assert rows(db, "select e164, reason from dnc_number") == [("+6281234567890", "import")]
    # a later file that does not say so changes nothing, and a new lead with that number is marked at once
    bring("9;Suami Sari;081234567890;;;;yes;no", "10;Anak Sari;0812 3456 7890;;;;yes;no")
    assert rows(db, "select external_id, do_not_call from lead where external_id = '9'") == [("9", True)]
    assert rows(db, state + " where l.external_id = '10'") == [("10", 0, True, False)]


def test_a_corrected_number_brings_a_lead_back(db: OneConnection, bring: Import) -> None:
    bring(SARI)
    with db.owner() as connection:
        connection.execute("update lead_phone set bad = true")
        connection.execute("update lead_queue set state = 6, phone_ok = false")
    bring(SARI.replace("7890", "7899"))
    assert rows(db, "select state, phone_ok, ready from lead_queue") == [(0, True, True)]


def test_a_wrong_number_stays_wrong_when_the_file_says_it_again(db: OneConnection, bring: Import) -> None:
    bring(SARI)
    with db.owner() as connection:
        connection.execute("update lead_phone set bad = true")
        connection.execute("update lead_queue set state = 6, phone_ok = false")
    assert counts(bring(SARI, BUDI)) == (1, 0, 1, 0, 0)
    assert counts(bring(SARI.replace("Sari Dewi", "Sari D"), BUDI)) == (0, 1, 1, 0, 0)
    assert rows(db, "select bad from lead_phone order by lead_id") == [(True,), (False,)]
    assert rows(db, "select state, phone_ok, ready from lead_queue order by lead_id limit 1") == [
        (6, False, False)
    ]


def test_two_teams_may_have_the_same_customer(db: OneConnection, bring: Import) -> None:
    with db.owner() as connection:
        connection.execute("insert into team (code, name) values ('east', 'East')")
    bring(SARI)
    report = bring(SARI, team="east")
    assert counts(report) == (1, 0, 0, 0, 0)
    assert rows(db, "select t.code from lead l join team t on t.id = l.team_id order by 1") == [
        ("east",),
        ("main",),
    ]
    with pytest.raises(NotFound):
        bring(SARI, team="nowhere")


def test_controls_never_reach_the_database(db: OneConnection, bring: Import) -> None:
    bring("1;Siti \x1b[31mAminah\u202e;081234567890;;Ban\x80dung;;yes;", "2;\x07;081234567891;;;;;")
    assert rows(db, "select name, city from lead order by id") == [("Siti Aminah", "Bandung"), (None, None)]
    report = bring("3;A;\x1b]0,evil\x07;;;;;")
    stored = rows(db, "select value from import_reject")
    assert report.rejected == 1
    assert all(value is None or value.isprintable() for (value,) in stored)


def test_accents_fold_and_unknown_places_stay_unknown(db: OneConnection, bring: Import) -> None:
    bring("1;José Çelik;+44 20 7946 0958;;Córdoba;Andalucía;yes;", "2;Ma'ruf;0812 3456 7891;;Solo;;yes;")
    assert rows(db, "select name, name_fold, province, zone from lead order by id") == [
        ("José Çelik", "jose celik", "Andalucía", None),
        ("Ma'ruf", "maruf", None, 1),
    ]
    assert rows(db, "select e164 from lead_phone order by lead_id") == [
        ("+442079460958",),
        ("+6281234567891",),
    ]


def test_files_that_cannot_be_read_leave_an_audit_row_only(db: OneConnection, bring: Import) -> None:
    with pytest.raises(Invalid) as caught:
        bring(SARI, "2;Budi")
    assert (caught.value.code, caught.value.data["line"]) == ("row_short", 3)
    assert rows(db, "select count(*) from import_run") == [(0,)]
    assert rows(db, "select outcome, detail ->> 'code' from audit where action = 'leads.import'") == [
        ("failed", "row_short")
    ]


def test_demo_contacts_are_marked_and_stay_the_same(db: OneConnection, bring: Import) -> None:
    row = "56;housemaid;married;basic.4y;no;no;no;telephone;1;999;0;nonexistent"
    report = bring(row, row, header=MODEL, demo_contacts=True)
    assert counts(report) == (2, 0, 0, 0, 0)
    people = rows(
        db, "select name, name_fold, email, province, zone, synthetic, consent, source from lead order by id"
    )
    assert len({name for name, *_ in people}) == 2
    for name, folded, email, province, zone, synthetic, consent, source in people:
        assert folded == name.lower()
        assert email.endswith("@example.com")
        assert province
        assert zone in (1, 2, 3)
        assert (synthetic, consent, source) == (True, 2, "demo")
    assert rows(db, "select count(distinct e164) from lead_phone") == [(2,)]
    assert rows(db, "select count(*) from lead_queue where ready") == [(2,)]
    with db.owner() as connection:
        connection.execute("update import_run set file_sha256 = sha256('another')")
    assert counts(bring(row, row, header=MODEL, demo_contacts=True)) == (0, 0, 2, 0, 0)


def test_real_people_never_get_made_up_contacts(bring: Import) -> None:
    with pytest.raises(Invalid) as caught:
        bring(SARI, demo_contacts=True)
    assert caught.value.code == "demo_contacts_given"


def test_only_admins_import(as_role: MakeCtx, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name;phone\nA;081234567890\n")
    for role in ("agent", "manager"):
        with pytest.raises(NotAllowed):
            import_file(as_role(role), ImportFile(path))


def test_progress_is_told_in_order(ctx: Ctx, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("name;phone\n" + "".join(f"Ñame {n};0812345{n:05d}\n" for n in range(3_000)))
    told: list[Progress] = []
    import_file(ctx, ImportFile(path), told.append)
    assert [p.phase.value for p in told] == sorted(
        (p.phase.value for p in told), key=["read", "check", "one_by_one", "match", "write", "commit"].index
    )
    for phase in ("read", "check", "one_by_one", "match", "write", "commit"):
        mine = [p for p in told if p.phase == phase]
        assert mine
        assert [p.done for p in mine] == sorted(p.done for p in mine)
        assert mine[-1].done == mine[-1].total
