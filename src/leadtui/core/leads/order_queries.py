"""The orders of a list, in SQL: how each is walked, cut at a position, and merged.

An order is walked in legs, one index scan each. An equal score is a leg of its own (`rank_key = k and
lead_id > i`), and so is a lower one: as one OR the scan would start at the first of a hundred thousand equal
scores. An order by time has a leg for leads that have the time and one for those that have not, by score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leadtui.core.leads.dto import Sort
from leadtui.core.leads.filter_queries import Shape

NAMED: Final = "(n.name_fold = '')"
_NAME_KEY: Final = """((%(key_text)s = ''), %(key_text)s collate "C", %(key_lead)s)"""


@dataclass(frozen=True, slots=True)
class Leg:
    """One scan of a walk."""

    conditions: tuple[str, ...]
    order: str
    """Of the scan itself; columns with their alias."""


_TIME: Final = {Sort.LAST_CONTACT: "last_contact_at", Sort.DUE: "callback_at"}
_BLANK_FIRST: Final = {Sort.LAST_CONTACT: True, Sort.DUE: False}


def _directions(order: str, backward: bool) -> str:
    """`order` as written, or turned round: a part is "column" or "column desc"."""
    if not backward:
        return order
    parts = (part.strip() for part in order.split(","))
    return ", ".join(
        part.removesuffix(" desc") if part.endswith(" desc") else f"{part} desc" for part in parts
    )


def columns(sort: Sort) -> str:
    """What the merge of legs needs of each row beside lead_id and rank_key, alias q."""
    if sort is Sort.NAME:
        return ", q.name_fold"
    return f", q.{_TIME[sort]}" if sort in _TIME else ""


def merged(shape: Shape, alias: str = "") -> str:
    """ORDER BY of rows of several legs."""
    sort, own = shape.sort, f"{alias}." if alias else ""
    if sort is Sort.SCORE:
        order = f"{own}rank_key desc, {own}lead_id"
    elif sort is Sort.NAME:
        order = f"""({own}name_fold = ''), {own}name_fold collate "C", {own}lead_id"""
    else:
        time = own + _TIME[sort]
        first = "is not null" if _BLANK_FIRST[sort] else "is null"
        score = f"(case when {time} is null then -{own}rank_key end)"
        order = f"({time} {first}), {time}, {score}, {own}lead_id"
    return _directions(order, shape.backward)


def _by_score(shape: Shape) -> tuple[str, str]:
    """Equal score, and further on."""
    then, beyond = ("<", ">") if shape.backward else (">", "<")
    tie = f"q.rank_key = %(key_rank)s and q.lead_id {then} %(key_lead)s"
    return tie, f"q.rank_key {beyond} %(key_rank)s"


def beyond(shape: Shape) -> str:
    """Behind the key, as one condition: for rows that no order is walked for."""
    tie, rest = _by_score(shape)
    then = "<" if shape.backward else ">"
    if shape.sort is Sort.SCORE:
        return f"({rest} or {tie})"
    if shape.sort is Sort.NAME:
        own = """((q.name_fold = ''), q.name_fold collate "C", q.lead_id)"""
        return f"{own} {then} {_NAME_KEY}"
    time = "q." + _TIME[shape.sort]
    if shape.timed:
        same = f"({time}, q.lead_id) {then} (%(key_at)s, %(key_lead)s)"
    else:
        same = f"{time} is null and ({rest} or {tie})"
    other = f"{time} is {'null' if shape.timed else 'not null'}"
    return f"({same} or {other})" if _other_leg_follows(shape) else f"({same})"


def _other_leg_follows(shape: Shape) -> bool:
    """Whether the leg that the key is not in comes after it."""
    timed_is_last = _BLANK_FIRST[shape.sort] != shape.backward
    return shape.timed != timed_is_last


def legs(shape: Shape) -> list[Leg]:
    """The scans of a walk, whatever their order among each other."""
    if shape.sort is Sort.SCORE:
        return _score_legs(shape, ())
    then = "<" if shape.backward else ">"
    if shape.sort is Sort.NAME:
        parts = (NAMED, 'n.name_fold collate "C"', "n.id")
        cut = (f"({', '.join(parts)}) {then} {_NAME_KEY}",) if shape.key else ()
        return [Leg(cut, _directions(", ".join(parts), shape.backward))]
    time = "q." + _TIME[shape.sort]
    order = _directions(f"{time}, q.lead_id", shape.backward)
    both = not shape.key or _other_leg_follows(shape)
    found = []
    if shape.timed or both:
        # the row comparison is true of rows with a time only, but the index is found by name
        cut = (f"({time}, q.lead_id) {then} (%(key_at)s, %(key_lead)s)",) if shape.key and shape.timed else ()
        found.append(Leg((f"{time} is not null", *cut), order))
    if not shape.timed and shape.key:
        found += _score_legs(shape, (f"{time} is null",))
    elif both:
        found.append(Leg((f"{time} is null",), _score_order(shape)))
    return found


def _score_order(shape: Shape) -> str:
    return _directions("q.rank_key desc, q.lead_id", shape.backward)


def _score_legs(shape: Shape, also: tuple[str, ...]) -> list[Leg]:
    cuts: tuple[tuple[str, ...], ...] = tuple((cut,) for cut in _by_score(shape)) if shape.key else ((),)
    return [Leg((*cut, *also), _score_order(shape)) for cut in cuts]
