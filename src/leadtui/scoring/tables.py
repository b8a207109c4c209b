"""TreeSHAP by table: the contributions of a small tree depend only on which of its splits hold.

With 8 leaves a tree has 7 splits, so 2⁷ = 128 possible contribution vectors. They are worked out once per
model, exactly (Shapley values of the tree's conditional expectations over all subsets of its features, the
same game as LightGBM's path-dependent TreeSHAP), and a row's explanation is 100 look-ups. numpy only.

Sources: S. M. Lundberg et al., "From local explanations to global understanding with explainable AI for
trees" (2020), algorithm 1 for the game; LightGBM src/io/tree.cpp for its weights (data counts) and decisions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leadtui.scoring.arrays import Floats

MOST_SPLITS: Final = 9
"""Trees with more splits would need tables too large to pay off; such a model is explained by LightGBM."""

_NAN_MISSING: Final = 2
_NO_MISSING: Final = 0


class Untabled(Exception):
    """The tables do not cover it: category splits, deep trees, zero as missing, linear leaves."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree of a LightGBM text; children < 0 are leaves (~child)."""

    feature: NDArray[np.int64]
    threshold: Floats
    nan_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    leaf_value: Floats
    leaf_count: Floats
    node_count: Floats


@dataclass(frozen=True, slots=True)
class Tables:
    """A whole model as tables."""

    edges: tuple[Floats, ...]
    """Per input: the ascending thresholds used anywhere in the model."""
    bits: tuple[tuple[tuple[int, NDArray[np.uint16]], ...], ...]
    """Per tree: (input, split bits by the input's bin); the last bin is "missing"."""
    shares: tuple[Floats, ...]
    """Per tree: (2^splits, columns) contributions by split bits."""
    base: float
    """The model's expected raw score."""
    columns: int

    def contributions(self, matrix: Floats) -> Floats:
        """Raw contributions (n, columns) of `matrix` (n, inputs), NaN is missing; + base = raw score."""
        bins = [_bins(matrix[:, place], edges) for place, edges in enumerate(self.edges)]
        out = np.zeros((len(matrix), self.columns))
        for bits, shares in zip(self.bits, self.shares, strict=True):
            first, table = bits[0]
            state = table[bins[first]]
            for place, table in bits[1:]:
                state |= table[bins[place]]
            out += shares[state]
        return out


def build(model: bytes, columns: Sequence[int], width: int) -> Tables:
    """The tables of a LightGBM text. `columns[i]` is the output column (< `width`) of input i's share.

    Raises Untabled.
    """
    trees = parse(model)
    edges = tuple(
        np.unique(np.concatenate([tree.threshold[tree.feature == place] for tree in trees] or [np.empty(0)]))
        for place in range(len(columns))
    )
    grown = [tree for tree in trees if len(tree.feature)]
    return Tables(
        edges=edges,
        bits=tuple(_bits(tree, edges) for tree in grown),
        shares=tuple(_shares(tree, columns, width) for tree in grown),
        base=math.fsum(_expected(tree) for tree in trees),
        columns=width,
    )


def parse(model: bytes) -> list[Tree]:
    """The trees of a LightGBM text (verified before). Raises Untabled."""
    body = model.decode().partition("\nend of trees\n")[0]
    return [_tree(text) for text in body.split("\nTree=")[1:]]


def _tree(text: str) -> Tree:
    field = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    leaves = int(field["num_leaves"])
    if int(field.get("num_cat", "0")) or field.get("is_linear", "0") != "0" or leaves - 1 > MOST_SPLITS:
        raise Untabled

    def numbers(name: str) -> Floats:
        return np.array([float(word) for word in field.get(name, "").split()])

    decision = numbers("decision_type").astype(np.int64)
    missing = (decision >> 2) & 3
    if not np.isin(missing, (_NO_MISSING, _NAN_MISSING)).all():
        raise Untabled
    threshold = numbers("threshold")
    # Where training saw no missing value in a column, LightGBM reads NaN as 0.
    nan_left = np.where(missing == _NAN_MISSING, (decision & 2) != 0, threshold >= 0.0)
    return Tree(
        feature=numbers("split_feature").astype(np.int64),
        threshold=threshold,
        nan_left=nan_left.astype(np.bool_),
        left=numbers("left_child").astype(np.int64),
        right=numbers("right_child").astype(np.int64),
        leaf_value=numbers("leaf_value"),
        leaf_count=numbers("leaf_count"),
        node_count=numbers("internal_count"),
    )


def _bins(values: Floats, edges: Floats) -> NDArray[np.intp]:
    """The number of thresholds below each value; one more than there are thresholds where it is missing."""
    found = np.searchsorted(edges, values, side="left")
    found[np.isnan(values)] = len(edges) + 1
    return found


def _bits(tree: Tree, edges: Sequence[Floats]) -> tuple[tuple[int, NDArray[np.uint16]], ...]:
    out = []
    for feature in np.unique(tree.feature):
        bins = len(edges[feature]) + 2
        table = np.zeros(bins, dtype=np.uint16)
        for split in np.flatnonzero(tree.feature == feature):
            # value <= threshold holds for every bin up to the threshold's own place.
            place = int(np.searchsorted(edges[feature], tree.threshold[split]))
            table[: place + 1] |= np.uint16(1 << split)
            if tree.nan_left[split]:
                table[bins - 1] |= np.uint16(1 << split)
        out.append((int(feature), table))
    return tuple(out)


def _count(tree: Tree, child: int) -> float:
    return float(tree.leaf_count[~child] if child < 0 else tree.node_count[child])


def _expected(tree: Tree) -> float:
    if not len(tree.feature):
        return float(tree.leaf_value[0])
    return float(np.dot(tree.leaf_value, tree.leaf_count / tree.node_count[0]))


def _shares(tree: Tree, columns: Sequence[int], width: int) -> Floats:
    """Shapley values of the game v(S) = expectation given the splits on the features in S, per state."""
    players = np.unique(tree.feature)
    count = len(players)
    subsets = np.arange(1 << count)
    states = np.arange(1 << len(tree.feature))
    known = {int(player): (subsets >> place) & 1 == 1 for place, player in enumerate(players)}

    def value(child: int) -> Floats:
        if child < 0:
            return np.full((1, 1), tree.leaf_value[~child])
        low, high = value(int(tree.left[child])), value(int(tree.right[child]))
        total = float(tree.node_count[child])
        mixed = (
            low * (_count(tree, int(tree.left[child])) / total)
            + high * (_count(tree, int(tree.right[child])) / total)
        )  # fmt: skip
        goes_left = ((states >> child) & 1 == 1)[None, :]
        return np.where(known[int(tree.feature[child])][:, None], np.where(goes_left, low, high), mixed)

    game = np.broadcast_to(value(0), (len(subsets), len(states)))
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    weight = np.array(
        [math.factorial(s) * math.factorial(count - s - 1) / math.factorial(count) for s in range(count)]
    )
    out = np.zeros((len(states), width))
    for place, player in enumerate(players):
        without = subsets[(subsets >> place) & 1 == 0]
        gain = game[without | (1 << place)] - game[without]
        out[:, columns[player]] += weight[sizes[without]] @ gain
    return out
