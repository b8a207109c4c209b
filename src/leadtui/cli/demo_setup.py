"""What `leadtui demo` does: fill the embedded database where it is empty, say who signs in, open the app."""

from __future__ import annotations

import os
import sys
from typing import Final

from leadtui import i18n
from leadtui.cli import out
from leadtui.cli.errors import OK, say
from leadtui.cli.progress import bar
from leadtui.cli.session import prepared
from leadtui.core.demo.dto import DEFAULT_LEADS, DemoReport, FillDemo
from leadtui.core.errors import Invalid
from leadtui.formats import number
from leadtui.i18n import N_, _
from leadtui.wording import role_word

STAGES: Final[dict[str, str]] = {
    "server": N_("Starting the database"),
    "users": N_("Making three users"),
    "people": N_("Making up customers"),
    "import": N_("Bringing them in"),
    "score": N_("Scoring them"),
    "calls": N_("Yesterday's calls"),
    "colleagues": N_("Making colleagues"),
}


def run(*, reset: bool, setup_only: bool, leads: int | None, lang: str | None, colleagues: int = 0) -> int:
    """Set up and open. Raises Invalid("demo_language"), Invalid("no_terminal"), and what the demo raises."""
    if lang is not None:
        if lang not in i18n.LANGUAGES:
            known = ", ".join(i18n.LANGUAGES)
            raise Invalid({"--lang": "demo_language"}, "demo_language", value=lang, known=known)
        i18n.use(lang)
        # the app reads it again, and whoever it starts
        os.environ["LEADTUI_LANG"] = lang
    from leadtui.core.demo import setup
    from leadtui.core.demo.colleagues import logins

    # refusals come before the home is touched
    from leadtui.core.settings import load

    setup.check(load())
    # too many are too many also for who only sets up, and gets none
    working = 0 if (asked := len(logins(colleagues))) and setup_only else asked
    if not setup_only and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Invalid({"terminal": "no_terminal"}, "demo_no_terminal")
    settings = prepared()
    command = FillDemo(leads=leads or DEFAULT_LEADS, language=i18n.language())
    with bar() as shown:
        try:
            report = setup.prepare(
                settings,
                command,
                reset=reset,
                progress=lambda stage, done, total: shown.update(_(STAGES.get(stage, stage)), done, total),
                with_colleagues=working,
            )
        except KeyboardInterrupt:
            shown.close()
            say("hint: " + _("leadtui demo --reset starts over"))
            raise
    if not report.filled and leads is not None and leads != report.leads:
        say(_("The demo is there already, with {n} customers.").format(n=number(report.leads)))
        say("hint: " + _("leadtui demo --reset makes it anew"))
    if setup_only:
        _print(report)
        return OK
    from leadtui.app import run as open_app
    from leadtui.cli.demo_floor import beside

    with beside(working):
        return open_app(settings)


def _print(report: DemoReport) -> None:
    out.facts([(_("Customers"), number(report.leads)), (_("Calls of yesterday"), number(report.calls))])
    out.line()
    columns: list[out.Column[tuple[int, str, str, str]]] = [
        out.Column("", lambda login: login[0], right=True),
        out.Column(_("E-mail"), lambda login: login[1]),
        out.Column(_("Password"), lambda login: login[2]),
        out.Column(_("Role"), lambda login: login[3]),
    ]
    rows = [
        (place, login.email, login.password, role_word(login.role))
        for place, login in enumerate(report.logins, start=1)
    ]
    out.table(rows, columns)
    say("hint: " + _("leadtui opens the program; 1, 2 or 3 signs in"))
