"""The frame's parts, fields and the score account, by Pilot at the sizes that matter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, OptionList

from leadtui import i18n
from leadtui.commands import BY_ID, Hint, Where, hints
from leadtui.core.leads.dto import Count, LeadFacts, ScoreCard, Sort
from leadtui.i18n import _
from leadtui.scoring.reasons import Group, Reason
from leadtui.screens.customer_parts.sheets import HistorySheet, ReasonsSheet
from leadtui.screens.help import HelpScreen
from leadtui.screens.list_sheets import SortSheet
from leadtui.text import width
from leadtui.themes import LedgerApp
from leadtui.widgets.digits import BigDigits
from leadtui.widgets.facts import Status, Tab
from leadtui.widgets.fields import Chip, Field
from leadtui.widgets.foot import Foot
from leadtui.widgets.frame import TopBar
from leadtui.widgets.heading import Heading
from leadtui.widgets.keys import KeyLine
from leadtui.widgets.outcome_rows import OutcomeRows
from leadtui.widgets.profile import WhoLine
from leadtui.widgets.score_card import ScoreAccount
from tests.tui.widgets.leads import NOW


class Host(LedgerApp[None]):
    """Mounts what it is given and keeps what comes up."""

    def __init__(self, widgets: Iterable[Widget]) -> None:
        super().__init__()
        self.widgets = list(widgets)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_top_bar_selected(self, message: TopBar.Selected) -> None:
        self.heard.append(message)

    def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        self.heard.append(message)

    def on_chip_removed(self, message: Chip.Removed) -> None:
        self.heard.append(message)


@asynccontextmanager
async def shown(
    *widgets: Widget, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host(widgets)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def lines(widget: Widget) -> list[str]:
    return [strip.text for strip in widget.render_lines(widget.size.region)]


TABS = (Tab("leads", "Leads"), Tab("tasks", "Tasks", "2!", late=True), Tab("performance", "Performance"))


async def test_the_active_tab_is_the_thick_part_of_the_rule() -> None:
    bar = TopBar(TABS, "tasks")
    bar.live, bar.who, bar.time = True, "Sari W. · agent", "09:41 WIB"
    async with shown(bar) as (app, pilot):
        top, rule = lines(bar)
        start, after = next((s, a) for tab, s, a in bar.spans() if tab.mode == "tasks")
        assert rule.count("━") == after - start
        assert rule.index("━") == start
        assert top[start + 1 : after - 1] == "Tasks 2!"
        assert top.rstrip().endswith("● live  Sari W. · agent  09:41 WIB")
        await pilot.click(TopBar, offset=(start + 2, 0))
        assert app.heard == []  # already there
        leads = bar.spans()[0][1]
        await pilot.click(TopBar, offset=(leads + 2, 0))
        assert [message.mode for message in app.heard if isinstance(message, TopBar.Selected)] == ["leads"]


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
async def test_offline_and_the_clock_stay_longest(columns: int) -> None:
    bar = TopBar(TABS[:2], "leads")
    bar.live, bar.who, bar.time = False, "A very long name of a person · manager", "09:41 WIB"
    async with shown(bar, size=(columns, 10)):
        top = lines(bar)[0]
        assert width(top) == columns
        assert "○ offline" in top
        assert top.rstrip().endswith("09:41 WIB") == (columns >= 60)


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 180])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_keys_drop_whole_and_help_stays(columns: int, language: str) -> None:
    i18n.use(language)
    line = KeyLine(hints(Where.CUSTOMER))
    line.fact = "1 / 39"
    async with shown(line, size=(columns, 10)):
        text = lines(line)[0]
        shown_hints = [hint for hint, _start, _after in line.placed()]
        assert shown_hints[-1].key == "?"
        assert width(text) == columns
        for hint in shown_hints:
            assert f"{hint.key} {hint.label}" in text
        assert shown_hints[:-1] == list(line.hints[: len(shown_hints) - 1])


@pytest.mark.parametrize("columns", [32, 34, 36, 38, 58])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_how_do_not_call_is_confirmed_is_read_at_every_width(columns: int, language: str) -> None:
    i18n.use(language)
    rows = OutcomeRows()
    async with shown(rows, size=(columns, 10)) as (_app, pilot):
        rows.enabled = rows.armed = True
        await pilot.pause()
        assert _("6 again: sure") in lines(rows)[6]
        assert width(lines(rows)[6]) == columns


async def test_what_cannot_be_true_of_a_call_that_came_in_has_no_digit() -> None:
    rows = OutcomeRows()
    async with shown(rows, size=(38, 10)) as (_app, pilot):
        rows.enabled, rows.impossible = True, frozenset((0, 5))
        rows.consequences = {0: "back in 2 h", 1: "yours"}
        await pilot.pause()
        assert [line.split()[0] for line in lines(rows)] == ["–", "1", "2", "3", "4", "–", "6"]
        assert "back in 2 h" not in lines(rows)[0]
        assert "yours" in lines(rows)[1]
        assert [y for _x, y, _run in rows.jump_places()] == [1, 2, 3, 4, 6]


async def test_a_disabled_key_shows_no_key_and_carries_its_reason() -> None:
    line = KeyLine(hints(Where.CUSTOMER, off={"dial": "No number."}))
    async with shown(line) as (app, pilot):
        assert "– dial" in lines(line)[0]
        start = next(start for hint, start, _after in line.placed() if hint.command == "dial")
        await pilot.click(KeyLine, offset=(start, 0))
        heard = app.heard[0]
        assert isinstance(heard, KeyLine.Pressed)
        assert heard.hint.reason == "No number."


async def test_the_open_call_never_leaves_the_status_line() -> None:
    foot = Foot()
    async with shown(foot, size=(80, 24)) as (_app, pilot):
        status = foot.status
        assert lines(status)[0].strip() == ""
        status.call = Status("Open call: Budi Santoso", "03:10", (Hint("n", "return", "next"),))
        await pilot.pause()
        assert "Open call: Budi Santoso 03:10" in lines(status)[0]
        status.call_short = "● 03:10"
        long = "The list is as of 09:40; what you type stays here. Trying again in 4 s."
        status.notice = Status("Cut off from the server.", long, (Hint("r", "now", "retry"),), late=True)
        await pilot.pause()
        text = lines(status)[0]
        assert text.startswith("▌ Cut off from the server.")
        assert text.rstrip().endswith("r now   ● 03:10")
        assert width(text) == 80
        status.notice = None
        await pilot.pause()
        assert "Budi Santoso" in lines(status)[0]
        # the name gives way before what is going on, and for how long
        status.call = Status(
            "Open call: Raden Ajeng Kusumaningtyas Wijayanti",
            "came in, talking 03:10",
            (Hint("n", "return", "next"),),
        )
        await pilot.pause()
        assert "Open call: Raden Ajeng" in lines(status)[0]
        assert "… came in, talking 03:10" in lines(status)[0]


async def test_a_heading_is_the_rule() -> None:
    heading = Heading("score", "place 1 of 39")
    async with shown(heading, size=(40, 5)) as (_app, pilot):
        assert lines(heading) == ["SCORE ──────────────────── place 1 of 39"]
        await pilot.resize_terminal(12, 5)
        assert lines(heading) == ["SCORE ──────"]


async def test_big_digits_fall_back_to_one_row() -> None:
    digits = BigDigits("0812 5550 0134")
    async with shown(digits, size=(40, 5)) as (_app, pilot):
        assert lines(digits)[0].startswith("┏━┓┏━┓╺┓ ╺━┓  ")
        await pilot.resize_terminal(30, 5)
        assert [line.strip() for line in lines(digits)] == ["", "0812 5550 0134", ""]


async def test_thirteen_digits_stay_big_where_twelve_are() -> None:
    digits = BigDigits("0812 3456 78901")
    async with shown(digits, size=(43, 5)) as (_app, pilot):
        assert lines(digits)[0].startswith("┏━┓┏━┓╺┓ ╺━┓  ╺━┓")
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert lines(digits)[0].startswith("┏━┓┏━┓╺┓ ╺━┓╺━┓")
        first, second, third = (segment.style for segment in digits.render_line(0) if segment.text.strip())
        assert first == third != second  # no blank left: every second group is another tone


async def test_a_name_is_read_before_a_place_in_the_list() -> None:
    who = WhoLine()
    who.name_shown, who.alert, who.place = "Yani Anggraini", "lewat 23 mnt", "1 / 4.969"
    async with shown(who, size=(40, 5)) as (_app, pilot):
        assert lines(who)[0].rstrip() == "Yani Anggraini  ! lewat 23 mnt"
        await pilot.resize_terminal(44, 5)
        await pilot.pause()
        assert lines(who)[0].rstrip() == "Yani Anggraini  ! lewat 23 mnt     1 / 4.969"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_every_order_stands_on_one_line(language: str) -> None:
    i18n.use(language)
    async with shown(size=(80, 24)) as (app, pilot):
        await app.push_screen(SortSheet(Sort.SCORE))
        await pilot.pause()
        options = app.screen.query_one(OptionList)
        assert options.option_count == options.size.height == len(Sort)


def test_what_a_key_brings_the_same_key_takes_away_whichever_it_is() -> None:
    for screen, command in ((HistorySheet, "history"), (ReasonsSheet, "reasons"), (HelpScreen, "help")):
        own = [one for one in screen.BINDINGS if isinstance(one, Binding) and one.id == command]
        assert [one.action for one in own] == ["dismiss"]
        assert tuple(own[0].key.split(",")) == BY_ID[command].keys


CARD = ScoreCard(
    probability=0.61, pool_mean=0.38,
    lines=(
        Reason(Group.HISTORY, 1.2, 14), Reason(Group.CHANNEL, 0.4, 7), Reason(Group.AGE, 0.2, 5),
        Reason(Group.ATTEMPTS, -0.3, -4), Reason(Group.OTHER, 0.1, 1),
    ),
    model_id=1, model_name="starter", scored_at=NOW,
    like_n=1240, like_bought=756, like_low=0.58, like_high=0.64,
)  # fmt: skip
FACTS = LeadFacts(age=41, poutcome=3, contact=1, campaign=3)


@pytest.mark.parametrize("columns", [30, 37, 40, 50])
async def test_the_account_adds_up_and_shows_its_sum(columns: int) -> None:
    account = ScoreAccount()
    account.card, account.facts, account.place, account.of = CARD, FACTS, 1, Count(39, False)
    async with shown(account, size=(columns, 30)):
        text = lines(account)
        assert {width(line) for line in text} == {columns}
        amounts = [int(line.split()[-1].replace("−", "-")) for line in text[2:8]]
        assert amounts == [38, 14, 7, 5, -4, 1]
        assert sum(amounts) == 61
        assert text[8].strip() == "────"
        assert text[9].split() == ["likely", "to", "buy", "61%"]
        assert text[10].strip() == "════"
        marks = "".join(text)
        assert (marks.count("•"), marks.count("◦")) == (61, 39)
        bars = [line.rfind("█") for line in text[3:6]]
        assert bars == sorted(bars, reverse=True)


async def test_the_compact_account_keeps_the_total_and_the_sentence() -> None:
    account = ScoreAccount(classes="-compact")
    account.card, account.facts = CARD, FACTS
    async with shown(account, size=(40, 30)):
        text = lines(account)
        assert text[0].startswith("SCORE ─")
        assert text[0].endswith(" 61%")
        assert [line.split()[-1] for line in text[1:4]] == ["+14", "+7", "+5"]
        assert text[4].strip() == "Of 100 like this one, 61 bought."
        assert len(text) == 5


async def test_what_the_account_does_not_know_it_says() -> None:
    unscored, fresh = ScoreAccount(), ScoreAccount()
    fresh.card = ScoreCard(
        0.1, 0.1, (Reason(Group.OTHER, 0.0, 0),), 1, "m", NOW, None, None, None, None, ("job",)
    )
    fresh.historical = True
    async with shown(unscored, fresh, size=(50, 40)):
        assert "not scored yet" in lines(unscored)[1]
        text = " ".join(line.strip() for line in lines(fresh))
        assert "Not measured yet" in text
        assert "its answer" in text
        assert "counted as missing: job" in text
        assert "•" not in text


async def test_a_field_shows_its_error_below_and_takes_no_room_without() -> None:
    field = Field("email", "needed", Input())
    async with shown(field, size=(40, 10)) as (_app, pilot):
        assert field.size.height == 2 + field.query_one(Input).size.height - 1 + (
            field.query_one(Input).styles.border.spacing.height
        )
        low = field.size.height
        field.error = "Not [b]an e-mail[/] \x1b[31maddress."
        await pilot.pause()
        assert field.size.height == low + 1
        assert field.query_one(Input).has_class("-invalid")
        assert lines(field.children[-1])[0].strip() == "! Not [b]an e-mail[/] address."
        field.error = ""
        await pilot.pause()
        assert field.size.height == low
        assert not field.query_one(Input).has_class("-invalid")


async def test_a_chip_asks_to_go() -> None:
    chip = Chip("score ≥ 20%")
    async with shown(chip) as (app, pilot):
        assert lines(chip) == [" score ≥ 20% × "]
        await pilot.click(Chip)
        assert [type(message) for message in app.heard] == [Chip.Removed]
