"""`leadtui leads score`: a bulk run with its progress, and what it did."""

from __future__ import annotations

from leadtui.cli.errors import say
from leadtui.cli.progress import Bar, bar
from leadtui.cli.session import system
from leadtui.core.scores.dto import ScoreAll, ScoreReport
from leadtui.formats import number, percent
from leadtui.i18n import _


def run(*, everything: bool) -> None:
    """Score, and say how many; Ctrl+C says how far it came."""
    from leadtui.core.scores import service as scores

    labels = {"read": _("Scoring"), "write": _("Storing")}
    with system() as ctx, bar() as shown:
        try:
            report = scores.score_all(
                ctx,
                ScoreAll(only_unscored=not everything),
                lambda stage, done, total: shown.update(labels[stage], done, total),
            )
        except KeyboardInterrupt:
            shown.close()
            _stopped(shown, labels["write"])
            raise
    _print(report)


def _stopped(shown: Bar, writing: str) -> None:
    done = shown.done if shown.stage == writing else 0
    say(_("{done} leads have their new score; all others keep the one they had.").format(done=number(done)))
    say("hint: " + _("leadtui leads score goes on with those that have none of this model"))


def _print(report: ScoreReport) -> None:
    from leadtui.cli import out

    out.facts(
        [
            (_("Model"), f"{report.model_id} · {report.model_name}"),
            (_("Leads"), number(report.leads)),
            (_("Scored"), number(report.scored)),
            (_("Scored before"), number(report.skipped)),
            (_("Gone meanwhile"), number(report.gone)),
            (_("Mean probability"), percent(report.mean, 1)),
        ]
    )
    if report.historical:
        say(
            _(
                "{n} of them are historical: their row holds the answer, and the model may have seen it."
            ).format(n=number(report.historical))
        )
    for column, n in report.unseen.items():
        say(
            _("{column}: {n} leads have a value that the model has not seen; it went in as missing.").format(
                column=column, n=number(n)
            )
        )
    if report.leads == 0:
        say("hint: leadtui leads import FILE")
    elif report.scored == 0:
        say("hint: " + _("leadtui leads score --all scores every lead again"))
