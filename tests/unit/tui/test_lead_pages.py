"""The list's memory, walked every way over a list that is known."""

from __future__ import annotations

import random

import pytest

from leadtui.core.leads.dto import Count, PageQuery
from leadtui.widgets.lead_pages import KEEP, SIZE, PageStore, Want
from tests.tui.widgets.leads import Leads


def fetch(store: PageStore, leads: Leads, first: int, last: int) -> list[Want]:
    """Ask and answer until nothing more is wanted."""
    asked = []
    for _turn in range(20):
        wants = store.want(first, last)
        asked += wants
        for want in wants:
            assert store.take(want.request_no, leads.page(want.query)) is not None
        if not wants:
            break
    return asked


def test_the_first_page_then_its_neighbour_by_keyset() -> None:
    store, leads = PageStore(), Leads(1000)
    store.reset(Count(1000, False))
    asked = fetch(store, leads, 0, 30)
    assert [want.query for want in asked] == [
        PageQuery(limit=SIZE),
        PageQuery(limit=SIZE, after=leads.row(SIZE - 1).key),
    ]
    fetch(store, leads, SIZE + 10, SIZE + 40)
    assert store.row(2 * SIZE) == leads.row(2 * SIZE)
    assert [store.place(i) for i in (0, 2 * SIZE)] == [1, 2 * SIZE + 1]


def test_the_end_is_asked_from_the_end_and_stands_exactly() -> None:
    store, leads = PageStore(), Leads(1_000_123)
    store.reset(Count(leads.n, False))
    first = fetch(store, leads, leads.n - 30, leads.n - 1)[0].query
    assert first.from_end
    assert first.limit == 123
    assert store.row(leads.n - 1) == leads.row(leads.n - 1)
    assert store.place(leads.n - 1) == leads.n
    assert store.row(leads.n - 150) == leads.row(leads.n - 150)  # the page before, by its keys


def test_a_jump_into_the_middle_is_by_place() -> None:
    store, leads = PageStore(), Leads(1_000_000)
    store.reset(Count(leads.n, False))
    query = fetch(store, leads, 500_010, 500_040)[0].query
    assert query.at_place == 500_001
    assert store.row(500_020) == leads.row(500_020)


def test_answers_of_an_older_list_are_dropped() -> None:
    store, old, new = PageStore(), Leads(1000), Leads(10)
    store.reset(Count(1000, False))
    stale = store.want(0, 30)
    store.reset(Count(10, False))
    assert all(store.take(want.request_no, old.page(want.query)) is None for want in stale)
    assert store.row(0) is None
    fetch(store, new, 0, 9)
    assert store.row(9) == new.row(9)
    assert not store.failed(stale[0].request_no)


def test_a_failed_request_is_asked_again() -> None:
    store = PageStore()
    store.reset(Count(100, False))
    (want,) = store.want(0, 30)
    assert store.want(0, 30) == []
    assert store.failed(want.request_no)
    assert len(store.want(0, 30)) == 1


def test_memory_holds_so_many_pages_and_finds_the_way_back() -> None:
    store, leads = PageStore(), Leads(100_000)
    store.reset(Count(leads.n, False))
    for page in range(60):
        fetch(store, leads, page * SIZE, page * SIZE + 30)
    assert len(store._pages) <= KEEP
    assert store.row(0) is None
    asked = fetch(store, leads, 20 * SIZE, 20 * SIZE + 30)
    assert all(want.query.at_place is None for want in asked)  # by the keys that it remembers
    assert store.row(20 * SIZE + 5) == leads.row(20 * SIZE + 5)


def test_behind_a_capped_count_the_end_says_no_place() -> None:
    store, leads = PageStore(), Leads(34_567)
    store.reset(Count(10_001, True))
    assert store.n % SIZE == 0
    assert store.capped
    fetch(store, leads, store.n - 30, store.n - 1)
    assert store.row(store.n - 1) == leads.row(leads.n - 1)
    assert store.place(store.n - 1) is None


def test_walking_past_a_capped_count_finds_the_true_end() -> None:
    store, leads = PageStore(), Leads(1_234)
    store.reset(Count(401, True))
    seen = 0
    while seen < store.n:
        fetch(store, leads, seen, min(seen + 30, store.n - 1))
        seen += 30
    assert (store.n, store.capped) == (1_234, False)
    assert store.row(1_233) == leads.row(1_233)
    assert store.place(1_233) == 1_234


def test_an_end_that_was_only_estimated_moves_down_and_then_goes() -> None:
    store, leads = PageStore(), Leads(2_000)
    store.reset(Count(401, True))
    fetch(store, leads, store.n - 1, store.n - 1)
    tail = store.n - 1
    assert store.row(tail) == leads.row(1_999)
    for first in range(0, 2_000, 100):
        fetch(store, leads, first, first + 30)
    assert (store.n, store.capped) == (2_000, False)
    for index in range(0, 2_000, 37):
        fetch(store, leads, index, index)
        assert store.row(index) == leads.row(index)


def test_walking_up_from_an_estimated_end_counts_the_list() -> None:
    store, leads = PageStore(), Leads(700)
    store.reset(Count(401, True), estimate=2_000)
    fetch(store, leads, store.n - 1, store.n - 1)
    at = store.n - 1
    shifted = 0
    while at > 0 and store.capped:
        for want in store.want(at, at):
            taken = store.take(want.request_no, leads.page(want.query))
            assert taken is not None
            shifted += taken.shift
            at += taken.shift
        at -= 40
    assert (store.n, store.capped) == (700, False)
    fetch(store, leads, 0, 0)
    assert store.row(0) == leads.row(0)
    assert shifted < 0


def test_a_list_that_shrank_ends_where_it_ends() -> None:
    store, leads = PageStore(), Leads(250)
    store.reset(Count(1_000, False))
    fetch(store, leads, 190, 230)
    assert (store.n, store.capped) == (250, False)


def test_an_empty_list_wants_nothing() -> None:
    store = PageStore()
    store.reset(Count(0, False))
    assert store.want(0, 30) == []
    assert store.row(0) is None
    assert store.best() == 0.0


@pytest.mark.parametrize("seed", range(5))
def test_any_walk_shows_the_right_rows(seed: int) -> None:
    chance, leads = random.Random(seed), Leads(12_345)  # noqa: S311
    store = PageStore()
    store.reset(Count(leads.n, False))
    for _step in range(60):
        at = chance.randrange(leads.n)
        fetch(store, leads, at, min(at + 30, leads.n - 1))
        for index in range(at, min(at + 30, leads.n)):
            assert store.row(index) == leads.row(index)
