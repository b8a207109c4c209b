"""`leadtui leads import`: one import with its progress, its counts, and every reject in words."""

from __future__ import annotations

from leadtui.cli import out
from leadtui.cli.errors import INPUT, OK, fail, say
from leadtui.cli.progress import bar
from leadtui.cli.session import system
from leadtui.core.imports import codes
from leadtui.core.imports.columns import known_values
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus, Phase, Progress, Reject
from leadtui.formats import number
from leadtui.i18n import _
from leadtui.text import clean


def run(command: ImportFile) -> int:
    """Import, print what it did; 1 where a row was rejected and so nothing was imported."""
    from leadtui.core.imports import service as imports

    labels = {
        Phase.READ: _("Reading"),
        Phase.CHECK: _("Checking"),
        Phase.WRITE: _("Writing"),
        Phase.INDEX: _("Indexing"),
    }

    with system() as ctx, bar() as shown:

        def told(progress: Progress) -> None:
            shown.update(labels[progress.phase], progress.done, progress.total)

        report = imports.import_file(ctx, command, told)
    print_report(report)
    return OK if report.ok else INPUT


def print_report(report: ImportReport) -> None:
    """Counts on stdout; rejects, sentences and hints on stderr."""
    # one sentence names all the lines of an external_id with two contents, and each of them is rejected
    for sentence in dict.fromkeys(map(reject_line, report.rejects)):
        say(sentence)
    if report.rejects_total > len(report.rejects):
        more = report.rejects_total - len(report.rejects)
        say(_("… and {n} more.").format(n=number(more)))
    out.facts(
        [
            (_("File"), report.file_name),
            ("SHA-256", report.file_sha256),
            (_("Run"), report.run_id),
            (_("Read"), number(report.read)),
            (_("Added"), number(report.added)),
            (_("Changed"), number(report.changed)),
            (_("Unchanged"), number(report.unchanged)),
            (_("Rejected"), number(report.rejected)),
            (_("Skipped"), number(report.skipped)),
        ]
    )
    _conclusion(report)


def _conclusion(report: ImportReport) -> None:
    if report.status is ImportStatus.REJECTED:
        fail(_("{n} rows cannot come in, so nothing was imported.").format(n=number(report.rejected)))
        for hint in _hints(report.rejects):
            say(f"hint: {hint}")
        return
    if report.status is ImportStatus.DRY_RUN:
        say(_("Dry run: nothing was imported."))
        return
    if report.status is ImportStatus.UNCHANGED:
        say(_("This very file was imported before, and nothing has changed since."))
    if report.historical:
        say(
            _("{n} rows hold the answer of an old call: their leads are marked historical.").format(
                n=number(report.historical)
            )
        )
    if report.unscored:
        say("hint: " + _("leadtui leads score --all gives them a score; until then they stand last"))


def reject_line(reject: Reject) -> str:
    """`line 1200, age: “abc” is not a number`; a line's number as editors write it."""
    if reject.lines:
        where = _("lines {lines}").format(lines=", ".join(map(str, reject.lines)))
    else:
        where = _("line {line}").format(line=reject.line)
    what = _(codes.REJECTS[reject.code]) if reject.code in codes.REJECTS else clean(reject.code)
    value = f"“{clean(reject.value)}” " if reject.value else ""
    return f"{where}, {clean(reject.column)}: {value}{what}"


def _hints(rejects: tuple[Reject, ...]) -> list[str]:
    """What to try, each once, in the order of the lines."""
    found: dict[str, None] = {}
    for reject in rejects:
        if reject.code not in codes.REJECT_HINTS:
            continue
        text = _(codes.REJECT_HINTS[reject.code])
        if "{known}" in text:
            text = f"{reject.column}: " + text.format(known=", ".join(known_values(reject.column)))
        found.setdefault(text)
    return list(found)
