"""Mail through a real SMTP server: what arrives, how often, and what a refusal leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leadtui.core.ctx import Ctx
from leadtui.core.errors import Invalid
from leadtui.core.outbox import service as outbox
from tests.conftest import MakeCtx, OwnDatabase
from tests.db.test_outbox import me
from tests.worker.conftest import Post, Work
from tests.worker.mailbox import PASSWORD, USER, MailBox, certificate, free_port, mailbox

States = Callable[[], list[tuple[str, int, str | None]]]

DUE = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def speak(db: OwnDatabase, agent: Ctx, locale: str) -> None:
    with db.owner() as connection:
        connection.execute("update app_user set locale = %s where id = %s", (locale, me(agent)))


def email_of(db: OwnDatabase, ctx: Ctx) -> str:
    with db.owner() as connection:
        row = connection.execute("select email from app_user where id = %s", (me(ctx),)).fetchone()
    assert row
    return str(row[0])


def test_it_arrives_once_and_says_what_happened(
    real_db: OwnDatabase, agent: Ctx, post: Post, work: Work, box: MailBox, states: States
) -> None:
    post("task_assigned", due_at=DUE, task_id=5)
    work(box.port)
    work(box.port)
    [mail] = box.letters.taken
    assert box.letters.to == [email_of(real_db, agent)]
    assert mail["To"] == email_of(real_db, agent)
    assert mail["From"] == "leadtui <leadtui@bank.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Subject"] == "leadtui: a task for you, Monday 23 Nov 2026, 10:00 WIB"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines()[:3] == [
        "Hello Rina Kusuma,",
        "",
        "Budi Hartono gave you a task for lead 4711, due Monday 23 Nov 2026, 10:00 WIB.",
    ]
    assert states() == [("sent", 1, None)]


@pytest.mark.parametrize("kind", ["task_assigned", "lead_handed_over", "callback_released", "password_reset"])
def test_every_kind_is_written_in_the_receivers_language(
    real_db: OwnDatabase, agent: Ctx, post: Post, work: Work, box: MailBox, kind: str, manager: Ctx
) -> None:
    from leadtui.core.outbox.dto import KINDS
    from tests.db.test_outbox import writing

    to = me(agent)
    given = {"lead_id": 4711, "task_id": 5, "due_at": DUE, "by_name": "Budi"}
    bodies = []
    for locale in ("en", "id"):
        speak(real_db, agent, locale)
        with writing(manager) as tx:
            outbox.queue(tx, kind, to, {name: given[name] for name in KINDS[kind]})
        work(box.port)
        mail = box.letters.taken[-1]
        bodies.append(mail.get_content())
        assert "{" not in mail["Subject"] + bodies[-1]
        assert "\u2013" not in bodies[-1]
    assert len(box.letters.taken) == 2
    assert bodies[0].startswith("Hello ")
    assert bodies[1].startswith("Halo ")
    assert not set(bodies[0].splitlines()[2:]) & set(bodies[1].splitlines()[2:]) - {""}


def test_a_name_cannot_write_headers_or_lines(post: Post, work: Work, box: MailBox, states: States) -> None:
    post(by_name="Budi\r\nBcc: everybody@bank.test\r\n\r\nHello\x1b]0;x\x07")
    work(box.port)
    [mail] = box.letters.taken
    assert mail["Bcc"] is None
    assert len(box.letters.to) == 1
    text = mail.get_content()
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if line.startswith("Bcc")]
    assert states() == [("sent", 1, None)]


def test_refused_for_now_then_taken(
    real_db: OwnDatabase, as_real_role: MakeCtx, post: Post, work: Work, box: MailBox, states: States
) -> None:
    ident = post()
    box.letters.answers.append("451 come back later")
    work(box.port)
    assert states() == [("queued", 1, "mail_refused")]
    work(box.port)  # not before its time
    assert (states(), box.letters.taken) == ([("queued", 1, "mail_refused")], [])
    outbox.retry(as_real_role("admin"), ident)
    work(box.port)
    assert states() == [("sent", 1, None)]
    assert len(box.letters.taken) == 1


def test_refused_for_good(post: Post, work: Work, box: MailBox, states: States) -> None:
    post()
    box.letters.answers.append("550 no such user")
    work(box.port)
    work(box.port)
    assert states() == [("failed", 1, "mail_refused")]
    assert box.letters.taken == []


def test_nobody_listens_and_then_somebody_does(
    as_real_role: MakeCtx, post: Post, work: Work, states: States
) -> None:
    ident, port = post(), free_port()
    work(port)
    assert states() == [("queued", 1, "mail_unreachable")]
    with mailbox(port=port) as box:
        outbox.retry(as_real_role("admin"), ident)
        work(port)
        assert len(box.letters.taken) == 1
    assert states() == [("sent", 1, None)]


def test_taken_and_never_heard_of_is_sent_again_under_the_same_id(
    as_real_role: MakeCtx, post: Post, work: Work, box: MailBox, states: States
) -> None:
    ident = post()
    box.letters.answers.append("250 cut")
    work(box.port)
    assert states() == [("queued", 1, "mail_unreachable")]
    outbox.retry(as_real_role("admin"), ident)
    work(box.port)
    assert states() == [("sent", 1, None)]
    first, second = box.letters.ids()
    assert first == second


def test_one_id_a_mail(post: Post, work: Work, box: MailBox) -> None:
    for lead in range(5):
        post(lead_id=lead)
    work(box.port)
    assert len(set(box.letters.ids())) == len(box.letters.taken) == 5


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_signed_in(
    post: Post, work: Work, tmp_path: Path, states: States, security: str
) -> None:
    own = certificate(tmp_path)
    tls = {"starttls" if security == "starttls" else "tls": own.server()}
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD + "\n")
    with mailbox(**tls, sign_in=True) as box:
        post()
        work(box.port, mail_security=security, mail_ca=own.file, mail_user=USER, mail_password_file=secret)
        assert box.letters.signed_in == [USER]
        assert len(box.letters.taken) == 1
    assert states() == [("sent", 1, None)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("name", ["127.0.0.1", "mail.bank.test"])
def test_a_certificate_that_proves_nothing_gets_no_mail(
    post: Post, work: Work, tmp_path: Path, states: States, security: str, name: str
) -> None:
    own = certificate(tmp_path, name)
    # somebody unknown; or somebody known under another name
    trusted = {} if name == "127.0.0.1" else {"mail_ca": own.file}
    with mailbox(**{security: own.server()}) as box:
        post()
        work(box.port, mail_security=security, **trusted)
        assert box.letters.taken == []
    assert states() == [("queued", 1, "mail_tls")]


def test_a_server_without_starttls_gets_no_mail(post: Post, work: Work, box: MailBox, states: States) -> None:
    post()
    work(box.port, mail_security="starttls")
    assert states() == [("queued", 1, "mail_unsupported")]
    assert box.letters.taken == []


def test_a_wrong_password_waits_for_somebody_to_put_it_right(post: Post, work: Work, states: States) -> None:
    with mailbox(sign_in=True) as box:
        post()
        work(box.port, mail_user=USER, mail_password="wrong")
        assert box.letters.taken == []
    assert states() == [("queued", 1, "mail_auth")]


def test_a_password_never_leaves_this_machine_in_the_clear(post: Post, work: Work, states: States) -> None:
    post()
    with pytest.raises(Invalid) as caught:
        work(25, mail_host="mail.bank.test", mail_user=USER, mail_password="x")
    assert caught.value.fields == {"mail_security": "mail_open"}
    assert states() == [("queued", 0, None)]


def test_a_digest_says_what_is_due(
    real_db: OwnDatabase, agent: Ctx, as_real_role: MakeCtx, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leadtui.worker import letters
    from tests.db.make_leads import Made, put

    morning = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    [lead] = put(real_db, Made())
    with real_db.owner() as connection:
        for due in (morning + timedelta(hours=3), morning - timedelta(days=1), morning + timedelta(hours=1)):
            connection.execute(
                "insert into task (team_id, lead_id, owner_id, kind, due_at, created_by, created_at)"
                " select team_id, %s, id, 2, %s, id, %s from app_user where id = %s",
                (lead.id, due, morning, me(agent)),
            )
    system = as_real_role("system")
    system.now = morning
    assert outbox.mornings(system) == 1
    with real_db.owner() as connection:
        row = connection.execute("select id from outbox").fetchone()
    assert row
    letter = outbox.take(system, row[0])
    assert letter is not None
    subject, body = letters.written(letter)
    assert subject == "leadtui: 3 tasks today"
    said = body.split("\n\n")[1].splitlines()
    assert said == [
        "Tuesday 3 Mar 2026: 3 tasks are waiting for you.", "The next one is at 07:30 WIB.", "1 is late.",
    ]  # fmt: skip
