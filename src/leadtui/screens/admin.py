"""Administration: the rules of the business, and the days on which nobody is called."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input

from leadtui.commands import Where, bindings, key_of
from leadtui.core.bank_settings import service as settings
from leadtui.core.bank_settings.dto import Changed as SettingChanged
from leadtui.core.bank_settings.dto import ResetSetting, SetSetting, Setting
from leadtui.core.dnc import service as dnc
from leadtui.core.errors import Conflict, Invalid, LeadtuiError
from leadtui.core.holidays import service as holidays
from leadtui.core.macros import service as macros
from leadtui.formats import moment, number
from leadtui.i18n import _, language, ngettext
from leadtui.messages import Changed, Resync
from leadtui.screens.base import BaseScreen
from leadtui.screens.days_off import DaysOffSheet
from leadtui.setting_echo import echo
from leadtui.setting_words import description, range_words, setting_name, value_words
from leadtui.text import clean
from leadtui.widgets.fields import Field
from leadtui.widgets.heading import Heading
from leadtui.widgets.holiday_list import HolidayLines
from leadtui.widgets.notice import Notice
from leadtui.widgets.profile import Entries, Entry
from leadtui.widgets.setting_list import SettingList
from leadtui.wording import error_sentence

if TYPE_CHECKING:
    from leadtui.core.calls.dto import Macro
    from leadtui.core.ctx import Ctx
    from leadtui.core.holidays.dto import Holiday

SIDE_FROM = 110
"""Cells from which the days off stand beside the settings."""
SIDE_DAYS = 60


class AdminScreen(BaseScreen):
    """`f8`: settings, changed in place."""

    WHERE = Where.ADMIN
    CSS_PATH = "admin.tcss"
    BINDINGS = bindings(Where.ADMIN)

    rows = getters.query_one(SettingList)
    field = getters.query_one(Field)
    value = getters.query_one(Input)
    days = getters.query_one(HolidayLines)

    def __init__(self) -> None:
        super().__init__()
        self.settings: tuple[Setting, ...] = ()
        self.editing: Setting | None = None
        """The setting whose new value is being typed, as it was read."""
        self._request = uuid.uuid4()
        self._asked_reset: tuple[str, int | None] | None = None
        """What the next `D` takes back."""
        self._saving = False
        self._macros: tuple[Macro, ...] = ()
        self._blocked = 0

    def body(self) -> ComposeResult:
        """Settings, what the marked one means, the days off."""
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield SettingList()
                with Vertical(id="detail"):
                    yield Heading(id="name")
                    yield Notice(indent=0, id="about")
                    yield Notice(indent=0, id="means")
                    with Field(id="new"):
                        yield Input(compact=True, max_length=100)
                    yield Notice(indent=0, id="echo")
            with Vertical(id="side"):
                yield Heading(id="days-heading")
                with VerticalScroll(can_focus=False):
                    yield HolidayLines()
                    yield Heading(id="macros-heading", classes="spaced")
                    yield Entries(id="macros")
                    yield Heading(id="dnc-heading", classes="spaced")
                    yield Notice(indent=0, id="dnc")

    def on_mount(self) -> None:
        """Ask."""
        self.relabel()
        self.rows.focus()
        self.action_refresh_order()

    def on_screen_resume(self) -> None:
        """Others may have changed something."""
        if self.settings:
            self.action_refresh_order()

    def on_resize(self) -> None:
        """Blank lines and the side column only where there is room."""
        self.set_class(self.size.width >= SIDE_FROM, "-side")
        self.set_class(self.short, "-short")
        if self.rows.dense != self.short:
            self.rows.dense = self.short
            self.rows.lay_out()

    def hidden_keys(self) -> Iterable[str]:
        """The field's keys while it is open, the list's else."""
        if self.editing is not None:
            return ("reset_setting", "days_off", "refresh_admin", "next", "lookup")
        return ("leave_field",)

    def off_keys(self) -> Mapping[str, str]:
        """A default has no default to go back to."""
        one = self.rows.setting if self.is_mounted else None
        if one is not None and one.team_id is None and not one.changed:
            return {"reset_setting": _("It is the default.")}
        return {}

    def fact(self) -> str:
        """`3 changed`."""
        n = sum(one.changed for one in self.settings)
        return ngettext("{n} changed", "{n} changed", n).format(n=number(n)) if n else ""

    # loading -------------------------------------------------------------------------------------------

    def action_refresh_order(self) -> None:
        """`R`"""
        self.load("settings", settings.listing, then=self._know)
        self.load("days", holidays.upcoming, SIDE_DAYS, then=self._know_days)
        self.load("beside", _beside, then=self._know_beside)

    def _know(self, found: tuple[Setting, ...]) -> None:
        self.settings = found
        self.rows.zone = self.desk.zone
        self.rows.show(found, self.desk.now())
        if self.editing is not None:
            now = next((one for one in found if _same(one, self.editing)), None)
            if now is not None and now.version != self.editing.version and not self._saving:
                # what is typed stays; what it is compared with is as it is now
                self.editing = now
                self.field.error = _("Changed meanwhile: it is {value} now.").format(
                    value=value_words(now.key, now.value)
                )
        self._joint()
        self.refresh_frame()

    def _know_days(self, found: tuple[Holiday, ...]) -> None:
        self._joint()
        self.days.holidays = found
        n = len(found)
        heading = self.query_one("#days-heading", Heading)
        heading.fact = ngettext("{n} in 60 days", "{n} in 60 days", n).format(n=number(n))

    def _know_beside(self, found: tuple[tuple[Macro, ...], int]) -> None:
        self._macros, self._blocked = found
        self._say_beside()

    def _say_beside(self) -> None:
        """Macros and the do-not-call list, to look at; the command line changes both."""
        self.query_one("#macros-heading", Heading).label = _("macros")
        self.query_one("#macros-heading", Heading).fact = "leadtui macros"
        entries = tuple(Entry(str(one.key), one.label(language())) for one in self._macros)
        self.query_one("#macros", Entries).entries = entries or (Entry(_("none"), ""),)
        heading = self.query_one("#dnc-heading", Heading)
        heading.label, heading.fact = _("do not call"), "leadtui dnc"
        n = self._blocked
        told = ngettext("{n} number or person is on the list.", "{n} numbers and people are on the list.", n)
        self.query_one("#dnc", Notice).say("", told.format(n=number(n)))

    def _joint(self) -> None:
        self.days.joint_leave = self.works_on_joint_leave

    @property
    def works_on_joint_leave(self) -> bool:
        """Whether customers are called on joint leave."""
        held = self._held()
        return held.get("window.joint_leave") == "on"

    def _held(self) -> dict[str, str]:
        """The bank's values in force."""
        return {one.key: one.value for one in self.settings if one.team_id is None}

    @on(Changed)
    def _changed(self, event: Changed) -> None:
        if event.kind == "setting":
            self.action_refresh_order()

    @on(Resync)
    def _resync(self) -> None:
        self.action_refresh_order()

    # words ---------------------------------------------------------------------------------------------

    def relabel(self) -> None:
        """Another language."""
        self.query_one("#days-heading", Heading).label = _("days off")
        self.rows.refresh()
        self.days.refresh(layout=True)
        self._describe()
        self._label_field()
        self._say_beside()

    @on(SettingList.Highlighted)
    def _marked(self, event: SettingList.Highlighted) -> None:
        event.stop()
        self._asked_reset = None
        if self.editing is not None and event.setting is not None and not _same(self.editing, event.setting):
            self._close()
        self._describe()
        self.refresh_frame()

    def _describe(self) -> None:
        one = self.rows.setting
        heading, means = self.query_one("#name", Heading), self.query_one("#means", Notice)
        about = self.query_one("#about", Notice)
        if one is None:
            heading.label = heading.fact = ""
            about.say("", _("Looking …"))
            means.say("")
            return
        heading.label, heading.fact = setting_name(one.key), one.key
        about.say("", description(one))
        told = [_("Default: {value}.").format(value=value_words(one.key, one.default))]
        if allowed := range_words(one):
            told.append(_("Allowed: {range}.").format(range=allowed))
        if one.updated_at is not None:
            at = moment(one.updated_at, self.desk.zone, now=self.desk.now())
            who = clean(one.updated_by_name) or _("somebody who has left")
            told.append(_("Changed by {name}, {time}.").format(name=who, time=at))
        now = echo(one.key, one.value, self._held()).said
        means.say("", "\n".join(part for part in (now, " ".join(told)) if part))

    # changing ------------------------------------------------------------------------------------------

    @on(SettingList.Selected)
    def action_edit_setting(self) -> None:
        """`⏎`"""
        one = self.rows.setting
        if one is None or self.editing is not None:
            return
        self.editing = one
        self.add_class("-editing")
        self.value.value = one.value
        self.value.select_all()
        self.field.error = ""
        self._label_field()
        self.value.focus()
        self._echo()
        self.refresh_frame()

    def action_leave_field(self) -> None:
        """`esc`"""
        if self.editing is not None:
            self._close()

    def _close(self) -> None:
        self.editing = None
        self.remove_class("-editing")
        self.query_one("#echo", Notice).say("")
        self.set_focus(self.rows)  # at once: the next key may be ⏎ again
        self._describe()
        self.refresh_frame()

    def _label_field(self) -> None:
        if self.editing is not None:
            self.field.label = _("New value")
            self.field.fact = f"⏎ {_('save')} · esc {_('leave it')}"

    @on(Input.Changed)
    def _typed(self) -> None:
        self._request = uuid.uuid4()
        self._echo()

    def _echo(self) -> None:
        one = self.editing
        if one is None:
            return
        heard = echo(one.key, self.value.value, self._held())
        self.field.error = heard.said if heard.wrong else ""
        self.query_one("#echo", Notice).say("", "" if heard.wrong else f"→ {heard.said}")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        one = self.editing
        if one is None or self._saving:
            return
        self._saving = True
        command = SetSetting(self._request, one.key, event.value, one.version, one.team)
        ctx = self.desk.session
        self.desk.in_thread(
            "set setting", lambda: settings.set_value(ctx, command), self._saved, self._refused
        )

    def _saved(self, changed: SettingChanged) -> None:
        self._saving = False
        one = changed.setting
        told = _("{name}: {value}.").format(name=setting_name(one.key), value=value_words(one.key, one.value))
        if changed.leads:
            moved = ngettext(
                "For {n} customer it changes whether they may be called.",
                "For {n} customers it changes whether they may be called.", changed.leads,
            ).format(n=number(changed.leads))  # fmt: skip
            told = f"{told} {moved}"
        self.desk.say(told)
        if self.is_mounted:
            self._close()
            self.action_refresh_order()

    def _refused(self, error: Exception) -> None:
        self._saving = False
        if self.is_mounted and self.editing is not None and isinstance(error, Invalid | Conflict):
            # what was typed stays; the list is as it is now
            if isinstance(error, Conflict):
                self.field.error = error_sentence(error)
                self.action_refresh_order()
            else:
                self._echo()
                self.field.error = self.field.error or error_sentence(error)
        elif isinstance(error, LeadtuiError) or self.is_mounted:
            self.desk.present(error, self)

    def action_reset_setting(self) -> None:
        """`D`, twice."""
        one = self.rows.setting
        if one is None or self.editing is not None or self._saving:
            return
        if self._asked_reset != (one.key, one.team_id):
            self._asked_reset = (one.key, one.team_id)
            self.desk.say(
                _("Press {key} again to take it back to {value}.").format(
                    key=key_of("reset_setting"), value=value_words(one.key, one.default)
                )
            )
            return
        self._asked_reset, self._saving = None, True
        command = ResetSetting(uuid.uuid4(), one.key, one.version, one.team)
        ctx = self.desk.session
        self.desk.in_thread("set setting", lambda: settings.reset(ctx, command), self._saved, self._not_reset)

    def _not_reset(self, error: Exception) -> None:
        self._saving = False
        self.desk.present(error, self)
        if self.is_mounted:
            self.action_refresh_order()

    # looking -------------------------------------------------------------------------------------------

    def action_days_off(self) -> None:
        """`h`"""
        self.app.push_screen(DaysOffSheet(joint_leave=self.works_on_joint_leave))

    def _move(self, step: int) -> None:
        if self.editing is None:
            self.rows.move(step)

    def action_cursor_down(self) -> None:
        """`j`"""
        self._move(1)

    def action_cursor_up(self) -> None:
        """`k`"""
        self._move(-1)

    def action_cursor_first(self) -> None:
        """`g`"""
        self._move(-len(self.settings))

    def action_cursor_last(self) -> None:
        """`G`"""
        self._move(len(self.settings))


def _beside(ctx: Ctx) -> tuple[tuple[Macro, ...], int]:
    """(the macros in force, entries of the do-not-call list)."""
    return macros.active(ctx), dnc.count(ctx)


def _same(one: Setting, other: Setting) -> bool:
    return one.key == other.key and one.team_id == other.team_id
