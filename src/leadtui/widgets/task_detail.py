"""The task under the cursor beside the list: who, the number, what was promised, what was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from textual import getters
from textual.app import ComposeResult
from textual.containers import Vertical

from leadtui.commands import key_of
from leadtui.core.leads.dto import Lead
from leadtui.core.tasks.dto import TaskKind, TaskRow
from leadtui.core.tasks.rules import snoozes
from leadtui.formats import clock_zone, day, due, overdue, percent, phone, weekday
from leadtui.i18n import _
from leadtui.text import MISSING, clean
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.heading import Heading
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import (
    AboutLine,
    Entries,
    Entry,
    FactLines,
    WhoLine,
    call_facts,
    shown_name,
    who_lines,
)
from leadtui.widgets.snooze_rows import SnoozeRows
from leadtui.widgets.timeline import Timeline
from leadtui.wording import task_word, verdict_word


class TaskDetail(Vertical):
    """Filled in two steps: the task at once, its customer when it has been loaded."""

    DEFAULT_CSS = """
    TaskDetail { width: 46; height: 1fr; padding: 1 2; border-left: solid $rule; }
    TaskDetail #phone { margin: 1 0; }
    TaskDetail #facts { margin: 1 0; }
    TaskDetail Notice { margin: 0 0 1 0; }
    TaskDetail #snooze { margin: 1 0 0 0; }
    TaskDetail.-empty > * { visibility: hidden; }
    """

    who = getters.query_one(WhoLine)
    digits = getters.query_one("#phone", BigDigits)
    about = getters.query_one(AboutLine)
    promise = getters.query_one("#promise", Heading)
    entry = getters.query_one(Entries)
    note = getters.query_one(Notice)
    timeline = getters.query_one(Timeline)

    def __init__(self, *, zone: tzinfo, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self.zone = zone
        self._now = now
        self.shown: TaskRow | None = None
        self.lead: Lead | None = None

    def compose(self) -> ComposeResult:
        """Name and chance, facts, phone, the promise with its note, the history."""
        yield WhoLine()
        yield AboutLine()
        yield BigDigits(id="phone")
        yield Heading(id="promise")
        yield Entries()
        yield Notice(indent=0)
        yield Heading(id="history")
        yield Timeline(zone=self.zone, now=self._now)
        yield FactLines(id="facts", limit=4)
        yield Heading(id="snooze")
        yield SnoozeRows(zone=self.zone, id="snoozes")

    def show_task(self, task: TaskRow | None) -> None:
        """Another task, or none."""
        same = task is not None and self.lead is not None and self.lead.row.id == task.lead_id
        self.shown = task
        if not same:
            self.lead = None
        self.relabel()

    def show(self, lead: Lead) -> None:
        """Its customer has come."""
        if self.shown is not None and lead.row.id == self.shown.lead_id:
            self.lead = lead
            self.relabel()

    def relabel(self) -> None:
        """Everything anew, in the language in use."""
        task, lead, now = self.shown, self.lead, self._now()
        self.set_class(task is None, "-empty")
        if task is None:
            return
        self.who.name_shown = shown_name(task.lead_name, task.lead_id)
        self.who.place = percent(task.rank_key / 1_000_000) if task.rank_key >= 0 else MISSING
        late = overdue(task.due_at, now)
        self.promise.label = _("promise") if task.kind is TaskKind.CALLBACK else _("task")
        self.promise.fact, self.promise.tone = due(task.due_at, now), "alert" if late else "muted"
        today = task.due_at.astimezone(self.zone).date() == now.astimezone(self.zone).date()
        there = task.due_at.astimezone(self.zone)
        at = clock_zone(task.due_at, self.zone)
        # the weekday short: the line holds the kind of the task too, in every language
        at = at if today else f"{weekday(there, short=True)} {day(there.date(), year=True)}, {at}"
        told = [Entry(task_word(task.kind), at, "strong")]
        if task.tries_of:
            of = _("{n} of {limit}").format(n=task.tries, limit=task.tries_of)
            told.append(Entry(_("Unanswered so far"), of))
        if task.owner_id is None:
            came = clean(task.released_from).strip()
            told.append(Entry(_("Anyone's"), _("was {name}'s").format(name=came) if came else ""))
        if task.blocked is not None:
            told.append(Entry(_("Not to be called"), verdict_word(task.blocked), "alert"))
        self.entry.entries = tuple(told)
        self.note.say("", clean(task.note).strip() or "–")
        first = next((number for number in lead.phones if not number.bad), None) if lead else None
        self.digits.value = phone(first.e164) if first else MISSING if lead else ""
        self.about.about = who_lines(lead) if lead else ()
        heading = self.query_one("#history", Heading)
        heading.label = _("history")
        self.timeline.zone = self.zone
        self.timeline.show(lead.calls if lead else (), lead.calls_total if lead else 0)
        facts = call_facts(lead, now, self.zone, None) if lead else ()
        self.query_one("#facts", FactLines).facts = tuple(fact for fact in facts if fact.mark in "×◇–")
        snooze, rows = self.query_one("#snooze", Heading), self.query_one("#snoozes", SnoozeRows)
        snooze.label, snooze.fact = _("snooze"), key_of("snooze_task")
        rows.zone, rows.times = self.zone, snoozes(task.due_at, now, self.zone)
