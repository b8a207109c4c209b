"""`leadtui tasks`: list, add, done, snooze, reassign; times in words as in the program."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leadtui.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from leadtui.core.ctx import Ctx
    from leadtui.core.tasks.dto import TaskRow

ID_MAX: Final = 2**63 - 1


class Kind(enum.StrEnum):
    """What a task asks for, as it is typed."""

    CALLBACK = "callback"
    FOLLOW_UP = "follow_up"
    MEETING = "meeting"


def build() -> typer.Typer:
    """The group."""
    app = typer.Typer(name="tasks", help=_("Tasks and callbacks of who is signed in."), no_args_is_help=True)
    app.command("list", help=_("List open tasks, the earliest first."))(list_tasks)
    app.command("add", help=_("Plan a task on a customer."))(add)
    app.command("done", help=_("Mark a task as done."))(done)
    app.command("snooze", help=_("Put a task off."))(snooze)
    app.command("reassign", help=_("Give a task to a colleague, to anyone, or take it."))(reassign)
    return app


_TASK = typer.Argument(metavar="TASK", min=1, max=ID_MAX, help=_("Its number in the list."))
_WHEN = typer.Argument(metavar="WHEN", help=_("In words: “besok jam 10”, “tomorrow 3pm”, 2026-11-23 10:00."))
_JSON = typer.Option("--json", help=_("Print one JSON array."))


def list_tasks(
    team: Annotated[bool, typer.Option("--team", help=_("Everybody's of the team: managers only."))] = False,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """List open tasks."""
    _words()
    from leadtui.cli import out
    from leadtui.cli.session import acting
    from leadtui.core.tasks import service as tasks
    from leadtui.formats import moment
    from leadtui.wording import task_word

    with acting() as ctx:
        rows = tasks.team(ctx) if team else tasks.mine(ctx)
        zone = _zone(ctx)
    if as_json:
        out.array(_object(row) for row in rows)
        return
    out.table(
        rows,
        [
            out.Column("#", lambda row: row.id, right=True),
            out.Column(_("When"), lambda row: moment(row.due_at, zone)),
            out.Column(_("What"), lambda row: task_word(row.kind)),
            out.Column(_("Customer"), lambda row: f"{row.lead_id} {row.lead_name or ''}".strip()),
            out.Column(_("Whose"), lambda row: row.owner_name or _("anyone's")),
            out.Column(_("Note"), lambda row: row.note),
        ],
    )


def add(
    lead: Annotated[int, typer.Argument(metavar="LEAD", min=1, max=ID_MAX, help=_("The customer's id."))],
    when: Annotated[str, _WHEN],
    note: Annotated[str, typer.Argument(metavar="NOTE", help=_("What for."))],
    kind: Annotated[Kind, typer.Option("--kind", help=_("What it asks for."))] = Kind.FOLLOW_UP,
    anyone: Annotated[bool, typer.Option("--anyone", help=_("For whoever takes it first."))] = False,
) -> None:
    """Plan a task."""
    _words()
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.tasks import service as tasks
    from leadtui.core.tasks.dto import AddTask, TaskKind

    with acting() as ctx:
        command = AddTask(uuid4(), lead, _moment(ctx, when), note, TaskKind[kind.name], anyone)
        _told(ctx, tasks.add(ctx, command))


def done(task: Annotated[int, _TASK]) -> None:
    """Mark a task as done."""
    _words()
    from uuid import uuid4

    from leadtui.cli.errors import say
    from leadtui.cli.session import acting
    from leadtui.core.tasks import service as tasks
    from leadtui.core.tasks.dto import FinishTask

    with acting() as ctx:
        tasks.finish(ctx, FinishTask(uuid4(), task, _version(ctx, task)))
    say(_("Task {n} is done.").format(n=task))


def snooze(task: Annotated[int, _TASK], when: Annotated[str, _WHEN]) -> None:
    """Put a task off."""
    _words()
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.tasks import service as tasks
    from leadtui.core.tasks.dto import SnoozeTask

    with acting() as ctx:
        at = _moment(ctx, when)
        _told(ctx, tasks.snooze(ctx, SnoozeTask(uuid4(), task, _version(ctx, task), at)))


def reassign(
    task: Annotated[int, _TASK],
    to: Annotated[
        str | None, typer.Option("--to", metavar="NAME", help=_("A colleague, by name as in the program."))
    ] = None,
    me: Annotated[bool, typer.Option("--me", help=_("Take it."))] = False,
    anyone: Annotated[bool, typer.Option("--anyone", help=_("For whoever takes it first."))] = False,
) -> None:
    """Give a task away."""
    _words()
    from uuid import uuid4

    from leadtui.cli.session import acting
    from leadtui.core.errors import Invalid
    from leadtui.core.tasks import service as tasks
    from leadtui.core.tasks.dto import ReassignTask

    if (to is not None) + me + anyone != 1:
        raise Invalid({"to": "task_to_whom"}, "task_to_whom")
    with acting() as ctx:
        version = _version(ctx, task)
        owner = None if anyone else ctx.actor.user_id if me and ctx.actor else _colleague(ctx, to or "")
        _told(ctx, tasks.reassign(ctx, ReassignTask(uuid4(), task, version, owner)))


# helpers ---------------------------------------------------------------------------------------------------


def _words() -> None:
    """The sentences of calls and tasks."""
    from leadtui import call_words, error_words

    error_words.register()
    call_words.register()


def _zone(ctx: Ctx) -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo(ctx.actor.zone if ctx.actor is not None else "Asia/Jakarta")


def _moment(ctx: Ctx, when: str) -> datetime:
    """What was meant. Raises Invalid for `when`, in words."""
    from datetime import UTC, datetime

    from leadtui.core.errors import Invalid
    from leadtui.core.when.parse import parse_when

    try:
        return parse_when(when, datetime.now(UTC), _zone(ctx), field="when")
    except Invalid as wrong:
        if wrong.fields.get("when") != "when_unknown":
            raise
        # nothing stands beside it here as in the form: say what was not understood
        raise Invalid({"when": "when_not_understood"}, **wrong.data) from wrong


def _version(ctx: Ctx, task_id: int) -> int:
    """The version of a task that the actor sees. Raises NotFound("task")."""
    from leadtui.core.auth.permissions import Permission, allowed
    from leadtui.core.errors import NotFound
    from leadtui.core.tasks import service as tasks

    seen = list(tasks.mine(ctx))
    if ctx.actor is not None and allowed(ctx.actor.role, Permission.TASKS_TEAM):
        seen += tasks.team(ctx)
    for row in seen:
        if row.id == task_id:
            return row.version
    raise NotFound("task", task_id=task_id)


def _colleague(ctx: Ctx, name: str) -> int:
    """The user id of the one colleague whose name this is, or begins with. Raises Invalid({"to": …})."""
    from leadtui.core.errors import Invalid
    from leadtui.core.fold import fold
    from leadtui.core.users import service as users

    people = users.colleagues(ctx)
    wanted = fold(name)
    exact = [ident for ident, known in people if fold(known) == wanted]
    found = exact or [ident for ident, known in people if fold(known).startswith(wanted)]
    if len(found) != 1 or not wanted:
        raise Invalid(
            {"to": "task_no_colleague"}, "task_no_colleague", known=", ".join(known for _id, known in people)
        )
    return found[0]


def _told(ctx: Ctx, row: TaskRow) -> None:
    from leadtui.cli.errors import say
    from leadtui.formats import long_moment
    from leadtui.text import clean
    from leadtui.wording import task_word

    whose = clean(row.owner_name) or _("anyone's")
    told = _("Task {n}: {what}, {time}, {who}.")
    say(told.format(n=row.id, what=task_word(row.kind), time=long_moment(row.due_at, _zone(ctx)), who=whose))


def _object(row: TaskRow) -> dict[str, Any]:
    return {
        "id": row.id, "kind": row.kind.name.lower(), "due_at": row.due_at, "lead_id": row.lead_id,
        "lead_name": row.lead_name, "note": row.note, "owner_id": row.owner_id, "owner": row.owner_name,
        "tries": row.tries, "blocked": row.blocked, "version": row.version,
    }  # fmt: skip
