"""Terms: two people, counted first; what is past one goes with the worker's round, and nothing before."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.conf.working import fall_due
from arusha.core.files import store
from arusha.core.journal.chain import chain_new, check
from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import System
from arusha.core.retention import erasures, holds, terms
from arusha.core.retention.kept import KEPT
from arusha.core.retention.models import Erasure, Term
from arusha.flow.cases.models import Case, CaseEvidence, CaseNote, CaseOutcome, CaseReply, CaseSubject, CaseTask
from arusha.flow.cases.tests.world import NOW, act, finding
from arusha.flow.inbox.models import Finding, FindingSubject
from arusha.lib.seal.sealed_column import told_of_erasure
from arusha.rooms.assurance.retention.tests.closed import LATER, closed, in_force


@pytest.fixture
def two(someone):
    """Who proposes, and who decides."""
    return someone("auditor"), someone("head-of-office")


def stored(model, name):
    """What stands in the column of every row."""
    return [bytes(row.__dict__[name]) for row in model.objects.order_by("pk")]


def test_one_person_proposes_having_seen_how_many_would_go_and_another_decides(world, two):
    closed(world)
    proposer, second = two
    done = terms.propose("case", 36, " Archives  Act 4 ", act=act(proposer, at=LATER))
    term = Term.objects.get(pk=done.id)
    assert (term.first, term.months, term.basis, term.state) == (1, 36, "Archives Act 4", "proposed")
    with pytest.raises(Refused, match="not allowed"):
        terms.put_in_force(term.pk, act=act(proposer, at=LATER))
    with pytest.raises(Refused, match="proposed already"):
        terms.propose("case", 48, "x", act=act(second.__class__(**_as(second, "auditor")), at=LATER))
    assert terms.in_force("case") is None
    terms.put_in_force(term.pk, act=act(second, at=LATER))
    assert terms.in_force("case").pk == term.pk


def _as(actor, *roles):
    return {name: getattr(actor, name) for name in actor.__slots__} | {"roles": frozenset(roles)}


@pytest.mark.parametrize(("months", "basis", "rule"), [(0, "x", "months"), (1201, "x", "months"), (12, " ", "basis")])
def test_a_term_that_is_none_is_refused(two, months, basis, rule):
    with pytest.raises(Refused) as refused:
        terms.propose("case", months, basis, act=act(two[0]))
    assert refused.value.rule == rule


def test_a_new_term_ends_the_one_before_and_one_person_may_end_it(two):
    first = in_force("case", 36, *two)
    second = in_force("case", 60, *two)
    assert [Term.objects.get(pk=t.pk).state for t in (first, second)] == ["ended", "in-force"]
    terms.end(second.pk, act=act(two[0]))
    assert terms.in_force("case") is None


def test_nothing_goes_without_a_term_before_it_is_over_or_while_something_rests_on_it(world, two):
    case = closed(world)
    fall_due(LATER)
    assert Case.objects.get(pk=case.pk).title == "Ring at North Bridge"
    in_force("case", 36, *two)
    in_force("finding", 1, *two)
    fall_due(NOW + timedelta(days=1095))
    assert Erasure.objects.count() == 0, "three years are not over, and the case rests on the finding"


def test_what_is_past_its_term_goes_and_the_chain_stays_whole(world, two):
    case = closed(world)
    number = case.number
    in_force("case", 36, *two)
    kept = CaseEvidence.objects.get().kept
    os.utime(store.path_of(kept), (NOW.timestamp(), NOW.timestamp()))
    entries, about = Entry.objects.count(), Entry.objects.filter(about=f"case:{case.pk}").values_list("id", flat=True)
    assert Reason.objects.filter(entry__in=about).count() > 2
    fall_due(LATER)
    gone = Erasure.objects.get()
    told = f"2029-03-03 {erasures.number_of(gone)}"
    for model, names in (
        (CaseNote, ["text"]), (CaseEvidence, ["name", "what", "sha256"]), (CaseTask, ["what", "note"]),
        (CaseReply, ["question"]),
    ):  # fmt: skip
        for name in names:
            assert [told_of_erasure(each) for each in stored(model, name)] == [told], (model, name)
    assert (gone.basis, gone.state, gone.key) == ("term", "done", case.pk)
    assert CaseNote.objects.get().text == f"Erased on 3 March 2029 by decision {erasures.number_of(gone)}."
    assert not store.path_of(kept).exists()
    case = Case.objects.get()
    assert (case.title, case.state, case.outcome, case.number) == ("", "closed", "substantiated", number)
    assert {ref for ref in CaseSubject.objects.values_list("ref", flat=True) if not ref.startswith("erased-")} == set()
    assert CaseOutcome.objects.get().against == []
    assert not Reason.objects.filter(entry__in=list(about)).exists()
    assert Entry.objects.count() == entries + 1
    assert chain_new() > 0 and not check().faults
    fall_due(LATER + timedelta(hours=1))
    assert Erasure.objects.count() == 1


def test_the_finding_goes_once_its_case_is_gone(world, two):
    closed(world)
    in_force("finding", 12, *two)
    in_force("case", 36, *two)
    fall_due(LATER)
    fall_due(LATER + timedelta(hours=1))
    assert sorted(Erasure.objects.values_list("kept", flat=True)) == ["case", "finding"]
    found = Finding.objects.get()
    assert (found.reasons, found.key, found.state, found.support) == ([], "", "confirmed", 41)
    assert all(ref.startswith("erased-") for ref in FindingSubject.objects.values_list("ref", flat=True))


def test_an_open_finding_stays_however_old_and_the_same_seen_again_is_a_new_one(two, world):
    found = finding(("officer", "OFF-7"), key="other")
    in_force("finding", 1, *two)
    fall_due(LATER)
    assert Erasure.objects.count() == 0 and Finding.objects.get(pk=found.pk).reasons


def test_the_worker_asks_for_nothing_that_would_be_refused(world, two):
    closed(world)
    in_force("finding", 1, *two)
    assert erasures.ready(KEPT["finding"], 1, LATER) == []
    with pytest.raises(Refused) as refused:
        erasures.by_term(terms.in_force("finding").pk, world.finding.pk, act=act(System("worker"), at=LATER))
    assert refused.value.rule == "still-needed"


def test_a_file_that_another_case_holds_stays(world, two, someone):
    from arusha.flow.cases import content, opening

    case = closed(world)
    kept = CaseEvidence.objects.get()
    other = opening.open_case([finding(("officer", "OFF-8"), key="two").pk], "Other", act=act(world.lead))
    same = store.Stored(kept.kept, kept.sha256, kept.size)
    content.add_file(other.id, same, "copy.txt", "text/plain", "", act=act(world.lead))
    os.utime(store.path_of(kept.kept), (NOW.timestamp(), NOW.timestamp()))
    in_force("case", 36, *two)
    fall_due(LATER)
    assert Erasure.objects.get().key == case.pk and store.path_of(kept.kept).exists()


def test_a_file_that_was_just_put_there_again_stays_until_it_is_sure(world, two):
    closed(world)
    kept = CaseEvidence.objects.get().kept
    path = store.path_of(kept)
    os.utime(path, (LATER.timestamp() - 60, LATER.timestamp() - 60))
    in_force("case", 36, *two)
    fall_due(LATER)
    assert Erasure.objects.count() == 1 and path.exists()
    fall_due(LATER + timedelta(days=2))
    assert not path.exists()


def test_a_legal_hold_on_a_subject_keeps_the_case_and_the_finding(world, two):
    closed(world)
    in_force("case", 36, *two)
    review = LATER.date()
    placed = holds.place("officer", "OFF-9", "Court 7/26", review, act=act(world.lead))
    fall_due(LATER)
    assert Erasure.objects.count() == 0
    with pytest.raises(Refused, match="not allowed"):
        holds.lift(placed.id, act=act(world.lead, at=LATER))
    holds.lift(placed.id, act=act(world.outsider, at=LATER))
    fall_due(LATER)
    assert Erasure.objects.count() == 1


@given(
    st.integers(0, 30_000).map(lambda days: datetime(2001, 1, 1, 9, tzinfo=UTC) + timedelta(days=days)),
    st.integers(1, 1200),
)
def test_months_before_are_calendar_months(at, months):
    before = terms.months_before(at, months)
    assert (at.year * 12 + at.month) - (before.year * 12 + before.month) == months
    assert before.day == at.day or before.day < at.day and (before + timedelta(days=1)).day == 1
