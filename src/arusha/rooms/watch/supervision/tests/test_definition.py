"""A definition is data: it travels and comes back, has one hash, and what does not fit in it is named."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.rooms.watch.supervision.definition import Condition, Definition, Join, Unfit, check, offered, read
from arusha.rooms.watch.supervision.saying import WRONG, wrong
from arusha.rooms.watch.supervision.tests.tables import OFTEN

JOINED = replace(OFTEN, join=Join("crossings", (("declarant_id", "person_token"),)))

REFUSED = [
    (replace(OFTEN, table="invoices"), "table-unknown"),
    (replace(OFTEN, subjects=()), "subjects"),
    (replace(OFTEN, subjects=("declarations.declarant_id",) * 2), "subjects"),
    (replace(OFTEN, subjects=("declarations.net_mass",)), "not-a-name"),
    (replace(OFTEN, subjects=("roster.officer_id",)), "column-elsewhere"),
    (replace(OFTEN, subjects=('declarations.lane" OR 1=1 --',)), "column-unknown"),
    (replace(OFTEN, measure="median"), "measure-unknown"),
    (replace(OFTEN, measure="sum"), "measure-of-nothing"),
    (replace(OFTEN, measure="sum", of="declarations.hs_code"), "not-a-number"),
    (replace(OFTEN, share=()), "share-of-nothing"),
    (replace(OFTEN, where=(Condition("declarations.lane", "~", "x"),)), "test-unknown"),
    (replace(OFTEN, where=(Condition("declarations.net_mass", ">", "heavy"),)), "value"),
    (replace(OFTEN, where=(Condition("declarations.accepted_on", ">", "1/2/2025"),)), "value"),
    (replace(OFTEN, where=(Condition("declarations.checked", "=", "maybe"),)), "value"),
    (replace(OFTEN, where=(Condition("declarations.lane", "=", than="declarations.net_mass"),)), "compare-kinds"),
    (replace(OFTEN, where=(Condition("declarations.declarant_id", "=", "B01"),)), "names-a-person"),
    (replace(OFTEN, join=Join("roster", ())), "join-nothing"),
    (replace(OFTEN, join=Join("declarations", (("item_no", "item_no"),))), "join-itself"),
    (replace(OFTEN, join=Join("roster", (("item_no", "unit_id"),))), "join-kinds"),
    (replace(JOINED, join=replace(JOINED.join, within=2.0)), "join-times"),
    (replace(JOINED, join=replace(JOINED.join, found=False), peers=("crossings.port_code",)), "column-elsewhere"),
    (replace(OFTEN, against="before"), "before-what"),
    (replace(OFTEN, than=float("nan")), "threshold"),
    (replace(OFTEN, least=0), "threshold"),
    (replace(OFTEN, every="never"), "every-unknown"),
    (replace(OFTEN, table="households", subjects=("households.household_id",), period="month"), "no-time"),
]


@pytest.mark.parametrize(("asked", "rule"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_does_not_fit_is_named(asked, rule):
    if asked.table == "households":
        asked = replace(asked, measure="count", share=(), peers=(), against="number")
    with pytest.raises(Unfit) as refused:
        check(asked)
    assert refused.value.rule == rule and "%" not in wrong(refused.value)


def test_every_rule_has_a_sentence_and_is_tried_here():
    tried = {rule for _, rule in REFUSED}
    assert set(WRONG) - tried == {"comparison-unknown", "value-alone"}


def test_what_fits_is_let_through():
    check(OFTEN)
    check(JOINED)


names = st.sampled_from(offered(("declarations",), ("token", "text")))


@given(
    subjects=st.lists(names, min_size=1, max_size=2, unique=True).map(tuple),
    than=st.floats(0, 1e9),
    within=st.none() | st.floats(0.01, 1e4),
    value=st.text(max_size=30),
)
def test_it_travels_as_json_and_comes_back_with_the_same_hash(subjects, than, within, value):
    join = Join("crossings", (("declarant_id", "person_token"),), within, False)
    where = (Condition("declarations.lane", "=", value),)
    asked = Definition("declarations", subjects, than=than, where=where, join=join)
    again = read(json.loads(json.dumps(asked.plain())))
    assert again == asked and again.digest == asked.digest
    assert replace(asked, least=2).digest != asked.digest
