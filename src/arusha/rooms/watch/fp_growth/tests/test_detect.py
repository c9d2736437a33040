"""Frequent patterns: all of them, and nothing else; what the method cannot tell is told nowhere."""

import json
import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.detect import suite
from arusha.lib.synth import make
from arusha.rooms.watch.fp_growth import tree
from arusha.rooms.watch.fp_growth.detect import FpGrowth, fp_growth
from arusha.rooms.watch.fp_growth.tests.small import crossings


def mined(baskets, support):
    """The largest sets of items that so many baskets share, by the tree."""
    count = {item: sum(item in basket for basket in baskets) for item in set().union(*baskets)}
    order = sorted((item for item in count if count[item] >= support), key=lambda item: (-count[item], item))
    rank = {item: n for n, item in enumerate(order)}
    kept = [sorted(rank[item] for item in basket if item in rank) for basket in baskets]
    starts = np.cumsum([0, *map(len, kept)])
    items = np.array([item for basket in kept for item in basket], np.int64)
    grown = tree.grown(tree.tree_of(starts, items, np.ones(len(kept), np.int64), len(order)), support)
    return {frozenset(order[item] for item in found) for found in grown if len(found) > 1}


def by_hand(baskets, support):
    """The same by trying every set."""
    items = sorted(set().union(*baskets))
    sets = [frozenset(s) for n in range(2, len(items) + 1) for s in combinations(items, n)]
    often = [s for s in sets if sum(s <= set(basket) for basket in baskets) >= support]
    return {s for s in often if not any(s < other for other in often)}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sets(st.integers(0, 6), max_size=6), min_size=1, max_size=12), st.integers(1, 4))
def test_the_tree_finds_what_trying_every_set_finds(baskets, support):
    assert mined(baskets, support) == by_hand(baskets, support)


def test_the_example_of_han_pei_and_yin():
    baskets = ["facdgimp", "abcflmo", "bfhjo", "bcksp", "afcelpmn"]
    assert mined([set(b) for b in baskets], 3) == {frozenset("fcam"), frozenset("cp")}


def test_too_many_sets_are_refused_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(tree, "MOST", 3)
    baskets = [set(pair) for pair in combinations(range(6), 2)]
    with pytest.raises(ValueError, match="more than 3 sets share 1 baskets: ask for a higher support"):
        mined(baskets, 1)


def rows(days, *members, minute=5.0):
    return [(m, "P1", "in", 86_400.0 * day + 60 * (600 + minute) + n) for day in days for n, m in enumerate(members)]


def told(table, **given):
    return fp_growth.run({"crossings": table}, FpGrowth(**{"support": 8, **given})).to_pylist()


def test_three_who_share_eight_quarters_of_an_hour_are_told_with_their_rows():
    alone = [(f"s{i}", "P1", "in", 86_400.0 * day + 900 * i) for i in range(40) for day in range(12)]
    table = crossings([*alone, *rows(range(8), "a", "b", "c"), *rows([9], "a", "b")])
    hit, *others = told(table)
    assert others == [] and hit["subjects"] == ["a", "b", "c"] and hit["support"] == 8
    assert math.isnan(hit["p_value"]) and math.isnan(hit["q_value"])
    assert sorted(ref["row"] for ref in hit["evidence"]) == list(range(480, 504))
    reasons = {fact["reason"]: fact for fact in json.loads(hit["reasons"])}
    assert (reasons["counted-together"]["times"], reasons["counted-together"]["minutes"]) == (8, 15.0)
    baskets = len({(int(r[3]) // 900) for r in [*alone, *rows(range(8), "a", "b", "c"), *rows([9], "a", "b")]})
    assert hit["expected"] == pytest.approx(9 * 9 * 8 / baskets**2)


def test_seven_times_are_not_enough_and_the_clock_parts_those_who_cross_its_mark():
    assert told(crossings(rows(range(7), "a", "b", "c"))) == []
    apart = [*rows(range(20), "a", "b", minute=14.9), *rows(range(20), "c", minute=15.2)]
    assert told(crossings(apart), lift=0.0) == []
    assert len(told(crossings(apart), lift=0.0, least=2)) == 1


def test_a_crossing_told_twice_counts_once():
    table = crossings([*rows(range(7), "a", "b", "c"), *rows([0], "a", "b", "c", minute=6.0)])
    assert told(table, lift=0.0) == []


@pytest.fixture(scope="module")
def tables():
    return {"crossings": make("border-year", 30_000, 7).tables["crossings"]}


@pytest.mark.slow
def test_the_suite_of_the_house_but_for_silence(tables):
    hits = suite.deterministic(fp_growth, tables)
    assert hits.num_rows > 3
    rng = np.random.default_rng(1)
    suite.whatever_the_order(fp_growth, tables, rng)
    suite.whatever_the_names(fp_growth, tables, rng)
    suite.whenever(fp_growth, tables)
    suite.empty_or_one_row(fp_growth, tables)
    suite.dirty(fp_growth, tables)
