"""`leadtui leads import`: one import with its progress, its counts, and every reject in words."""

from __future__ import annotations

from pathlib import Path

from leadtui.cli import out
from leadtui.cli.errors import INPUT, OK, fail, say
from leadtui.cli.progress import BYTES, ROWS, bar
from leadtui.cli.rejects_file import RejectsFile
from leadtui.cli.session import system
from leadtui.cli.stopping import stoppable
from leadtui.core.imports import codes
from leadtui.core.imports.columns import known_range, known_values
from leadtui.core.imports.dto import ImportFile, ImportReport, ImportStatus, Phase, Progress, Reject
from leadtui.formats import number
from leadtui.i18n import _, ngettext
from leadtui.text import clean


def run(command: ImportFile, rejects: Path | None) -> int:
    """Import, print what it did; 1 where a row was rejected and so nothing was imported."""
    from leadtui.core.imports import service as imports

    labels = {
        Phase.READ: (_("Reading"), BYTES),
        Phase.CHECK: (_("Checking"), ROWS),
        Phase.ONE_BY_ONE: (_("Checking one by one"), ROWS),
        Phase.MATCH: (_("Matching"), ""),
        Phase.WRITE: (_("Writing"), ROWS),
        Phase.INDEX: (_("Indexing"), ""),
    }
    file = RejectsFile(command.path, rejects) if command.skip_bad or rejects is not None else None
    with stoppable() as stop:
        try:
            with system() as ctx, bar() as shown:

                def told(progress: Progress) -> None:
                    if progress.phase is Phase.COMMIT:
                        stop.ignore()
                        return
                    label, unit = labels[progress.phase]
                    shown.update(label, progress.done, progress.total, unit)

                report = imports.import_file(ctx, command, told, file)
        except KeyboardInterrupt:
            _withdraw(file)
            say("")
            fail(_("Stopped: nothing was imported."))
            return INPUT
        except BaseException:
            _withdraw(file)
            raise
    print_report(report, None if file is None else file.path)
    return OK if report.ok or report.status is ImportStatus.COMMITTED else INPUT


def _withdraw(file: RejectsFile | None) -> None:
    if file is not None:
        file.withdraw()


def print_report(report: ImportReport, rejects: Path | None = None) -> None:
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
            (_("Shared numbers"), _shared(report)),
        ]
    )
    if rejects is not None:
        say(_("Rejected rows, to be mended and imported again: {path}").format(path=rejects))
    _conclusion(report)


def _shared(report: ImportReport) -> str:
    """How many rows have a number that others have too, and where the first of them stand."""
    found = number(report.shared_phones)
    if report.shared_phone_lines:
        lines = ", ".join(map(str, report.shared_phone_lines))
        more = " …" if report.shared_phones > len(report.shared_phone_lines) else ""
        found += " " + _("(lines {lines})").format(lines=lines + more)
    return found


def _conclusion(report: ImportReport) -> None:
    if report.status is ImportStatus.REJECTED:
        said = ngettext(
            "{n} row cannot come in, so nothing was imported.",
            "{n} rows cannot come in, so nothing was imported.",
            report.rejected,
        )
        fail(said.format(n=number(report.rejected)))
        for hint in _hints(report.rejects):
            say(f"hint: {hint}")
        if good := report.read - report.rejected:
            say(
                "hint: "
                + _("--skip-bad imports the other {n} and writes these to a CSV file, to be mended").format(
                    n=number(good)
                )
            )
        return
    if report.rejected and report.status is ImportStatus.COMMITTED:
        said = ngettext(
            "{n} row was rejected, all others were imported.",
            "{n} rows were rejected, all others were imported.",
            report.rejected,
        )
        say(said.format(n=number(report.rejected)))
        for hint in _hints(report.rejects):
            say(f"hint: {hint}")
    if report.status is ImportStatus.DRY_RUN:
        say(_("Dry run: nothing was imported."))
        return
    if report.status is ImportStatus.UNCHANGED:
        say(_("This very file was imported before, and nothing has changed since."))
    if report.refusals_kept:
        said = ngettext(
            "{n} customer had said no before and stays at it, whatever --consent-source says.",
            "{n} customers had said no before and stay at it, whatever --consent-source says.",
            report.refusals_kept,
        )
        say(said.format(n=number(report.refusals_kept)))
    if report.historical:
        said = ngettext(
            "{n} row holds the answer of an old call: its lead is marked historical.",
            "{n} rows hold the answer of an old call: their leads are marked historical.",
            report.historical,
        )
        say(said.format(n=number(report.historical)))
    if report.unscored:
        say("hint: " + _("leadtui leads score --all gives them a score; until then they stand last"))


def reject_line(reject: Reject) -> str:
    """`line 1200, age: “abc” is not a number`; a line's number as editors write it."""
    if reject.lines:
        where = _("lines {lines}").format(lines=", ".join(map(str, reject.lines)))
    else:
        where = _("line {line}").format(line=reject.line)
    return f"{where}, {reject_words(reject)}" if reject.column else f"{where}: {reject_words(reject)}"


def reject_words(reject: Reject) -> str:
    """`age: “abc” is not a number`, without its line."""
    what = _(codes.REJECTS[reject.code]) if reject.code in codes.REJECTS else clean(reject.code)
    if reject.code == "out_of_range" and (span := range_words(reject.column)):
        what += f" ({span})"
    value = f"“{clean(reject.value)}” " if reject.value else ""
    column = f"{clean(reject.column)}: " if reject.column else ""
    return f"{column}{value}{what}"


def range_words(column: str) -> str:
    """`0 to 130`, or the empty string where a column takes no numbers."""
    found = known_range(column)
    if found is None:
        return ""
    low, high = (number(int(end)) for end in found)
    return _("{low} to {high}").format(low=low, high=high)


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
