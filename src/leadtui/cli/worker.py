"""`leadtui worker`, and `leadtui mail`: what it sends."""

from __future__ import annotations

import typer

from leadtui.i18n import N_, _, ngettext

_TOLD = {
    "ready": N_("Working. Ctrl+C ends it after what runs now."),
    "away": N_("The database cannot be reached; trying again."),
    "stopping": N_("Stopping after what runs now. Ctrl+C again stops at once."),
}


def add_to(app: typer.Typer) -> None:
    """Put both into the application."""
    app.command("worker", help=_("Send mail and do what a night has to do, until Ctrl+C."))(worker)
    group = typer.Typer(name="mail", help=_("Mail to the people who work here."), no_args_is_help=True)
    group.command("list", help=_("List what was mailed and what waits."))(list_mail)
    group.command("retry", help=_("Try again now: one mail, or all that failed."))(retry)
    group.command("test", help=_("Send a test mail now and say what happened."))(send_test)
    group.command("on", help=_("Have leadtui mail me."))(switch_on)
    group.command("off", help=_("Have leadtui mail me no more."))(switch_off)
    app.add_typer(group)


def worker(
    once: bool = typer.Option(False, "--once", help=_("Do what is due, and end.")),
    concurrency: int = typer.Option(
        2, "--concurrency", min=1, max=20, metavar="N", help=_("How many mails at a time.")
    ),
) -> None:
    """Send mail and do what a night has to do. Ends after what runs when told to (Ctrl+C, SIGTERM)."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import database
    from leadtui.core.outbox import smtp
    from leadtui.worker import serve

    def tell(state: str) -> None:
        if not once or state != "ready":
            say(_(_TOLD[state]))

    with database() as runtime:
        if not smtp.configured(runtime.settings):
            say(_("Mail is not set up (mail_host): only the rest is done."))
        serve.run(runtime, concurrency=concurrency, once=once, tell=tell)


def list_mail(
    state: str | None = typer.Option(
        None, "--state", metavar="queued|sending|sent|failed|suppressed", help=_("Only these.")
    ),
    limit: int = typer.Option(100, "--limit", min=1, max=10_000, metavar="N", help=_("How many at most.")),
    as_json: bool = typer.Option(False, "--json", help=_("Print one JSON array.")),
) -> None:
    """List mails, the newest first."""
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.outbox import service as outbox
    from leadtui.core.outbox.dto import Mail
    from leadtui.mail_words import code_sentence, kind_word, state_word

    with acting() as ctx:
        found = outbox.listing(ctx, state, limit)
    if as_json:
        out.array(
            {
                "id": mail.id,
                "kind": mail.kind,
                "state": mail.state,
                "user_id": mail.user_id,
                "to": mail.to,
                "created_at": mail.created_at,
                "after": mail.after,
                "tries": mail.tries,
                "code": mail.code,
                "settled_at": mail.settled_at,
            }
            for mail in found
        )
        return
    columns: list[out.Column[Mail]] = [
        out.Column(_("Id"), lambda mail: mail.id, right=True),
        out.Column(_("Queued"), lambda mail: f"{mail.created_at:%Y-%m-%d %H:%M}Z"),
        out.Column(_("To"), lambda mail: mail.to),
        out.Column(_("About"), lambda mail: kind_word(mail.kind)),
        out.Column(_("State"), lambda mail: state_word(mail.state)),
        out.Column(_("Tries"), lambda mail: mail.tries, right=True),
        out.Column(_("Why"), lambda mail: code_sentence(mail.code)),
    ]
    out.table(found, columns)


def retry(
    mail: str | None = typer.Argument(None, metavar="[ID]", help=_("As leadtui mail list shows it.")),
    failed: bool = typer.Option(False, "--failed", help=_("Every one that failed.")),
) -> None:
    """Try again now. The worker sends it."""
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.errors import Invalid
    from leadtui.core.outbox import service as outbox

    if (mail is None) == (not failed):
        raise Invalid({"ID": "mail_which"})
    if mail is not None and not (mail.isascii() and mail.isdigit() and len(mail) < 19):
        raise Invalid({"ID": "not_whole"})
    with acting() as ctx:
        found = outbox.retry(ctx, None if mail is None else int(mail))
    say(ngettext("{n} mail is tried again.", "{n} mails are tried again.", found).format(n=found))


def send_test(address: str = typer.Argument(..., metavar="ADDRESS", help=_("Where it goes."))) -> None:
    """Send a test mail with the settings in force; exit code 1 where it is not taken."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from leadtui.cli.errors import fail, say
    from leadtui.cli.session import prepared
    from leadtui.core.outbox import smtp
    from leadtui.mail_words import code_sentence

    where = smtp.server(prepared())
    place = f"{where.host}:{where.port} ({where.security})"
    say(_("Sending to {address} by {place} …").format(address=address, place=place))
    body = _("This is a test. leadtui can send mail from here.")
    try:
        mail = smtp.message(
            where, address, _("leadtui: a test"), body + "\n", datetime.now(UTC), f"test.{uuid4()}"
        )
        smtp.send(where, mail)
    except smtp.MailFailed as failed:
        why = code_sentence(failed.code)
        number = "" if failed.reply is None else " " + _("It answered {n}.").format(n=failed.reply)
        fail(why + number, _("leadtui config shows the settings in force."))
        raise typer.Exit(1) from failed
    say(_("The mail server took it. Whether it arrives is up to it."))


def switch_on() -> None:
    """Have leadtui mail me."""
    _switch(True)


def switch_off() -> None:
    """Have leadtui mail me no more."""
    _switch(False)


def _switch(on: bool) -> None:
    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.auth import service as auth
    from leadtui.core.auth.permissions import Role
    from leadtui.core.errors import NotAllowed
    from leadtui.core.outbox.dto import SWITCH

    with acting() as ctx:
        if auth.me(ctx).role is Role.SYSTEM:
            raise NotAllowed("mail_whose")
        auth.merge_preferences(ctx, {SWITCH: on})
    say(_("leadtui mails you.") if on else _("leadtui mails you no more, but for a new password."))
