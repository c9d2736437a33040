"""From a draft to findings: two people, one trial first, the schedule, evidence, sentences in each language."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import System
from arusha.flow.inbox import offered
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import sentence, sentences
from arusha.flow.runs import watching
from arusha.flow.runs.models import Run
from arusha.lib.detect.hits import reason_facts
from arusha.rooms.watch.supervision import composing, due, reasons, trying
from arusha.rooms.watch.supervision.models import Model, Version
from arusha.rooms.watch.supervision.tests.tables import AT, OFTEN, declared, keep

NAME = "model:often-irregular"


def act(by, why="", at=AT):
    return Act(by=by, at=at, why=why)


@pytest.fixture
def people(someone):
    return someone("analyst"), someone("risk-officer")


@pytest.fixture
def draft(people, home):
    composing.compose("often-irregular", "Often irregular", OFTEN, act=act(people[0]))
    return Version.objects.get()


def in_force(version, people, home):
    composing.keep_trial(version.pk, trying.tried(OFTEN, home), act=act(people[0]))
    composing.propose(version.pk, act=act(people[0], "it fits"))
    composing.put_in_force(version.pk, act=act(people[1], "agreed"))


def watch(at=AT):
    return list(watching.watch(list(offered.MADE[0]()), by=System("test"), at=at, progress=lambda told: None))


def test_it_takes_a_trial_and_two_people(draft, people, home, someone):
    keep(home, "declarations", declared(worse="B07"))
    one, two = people
    with pytest.raises(Refused, match="Try it on the data first"):
        composing.propose(draft.pk, act=act(one, "it fits"))
    facts = trying.tried(OFTEN, home)
    assert (facts["hits"], facts["judged"], facts["rows"]) == (1, 40, 4000) and "B07" not in str(facts)
    assert dict(facts["ladder"])["1.5"] == 1 and dict(facts["ladder"])["0.75"] >= 1
    composing.keep_trial(draft.pk, facts, act=act(one))
    composing.propose(draft.pk, act=act(one, "it fits"))
    with pytest.raises(Refused) as refused:
        composing.put_in_force(draft.pk, act=act(one, "I agree with myself"))
    assert refused.value.rule == "not-allowed" and NAME not in offered.detectors()
    with pytest.raises(Refused):
        composing.put_in_force(draft.pk, act=act(someone("auditor"), "looks good"))
    composing.put_in_force(draft.pk, act=act(two, "agreed"))
    assert NAME in offered.detectors() and Version.objects.get().decided_by_id is not None


def test_what_it_points_at_is_a_finding_that_rests_on_its_rows(draft, people, home):
    lake = keep(home, "declarations", declared(worse="B07"))
    in_force(draft, people, home)
    (outcome,) = watch()
    assert (outcome.state, outcome.hits, outcome.new) == ("done", 1, 1)
    finding = Finding.objects.get()
    assert [(s.kind, s.ref) for s in finding.subjects.all()] == [("trader", "B07")]
    said = [str(s) for s in sentences(finding.reasons)]
    assert "Often irregular" in said[0] and "declarations.irregular" in said[1] and len(said) == 3
    rows = lake.read("declarations").data.to_pylist()
    mine = [row for row in rows if row["declarant_id"] == "B07"]
    assert finding.support == sum(row["irregular"] for row in mine)
    rates = {office: [r["irregular"] for r in rows if r["office_code"] == office] for office in "NSW"}
    by_chance = sum(sum(rates[row["office_code"]]) / len(rates[row["office_code"]]) for row in mine)
    assert finding.expected == pytest.approx(by_chance, rel=1e-9)  # rows, as what was counted, and no share
    assert watch()[0].state == "unchanged"


def test_its_page_tells_no_command_that_does_not_know_it(draft, people, home, reader):
    """`arusha detect` reads files alone, and a model is kept in the database."""
    keep(home, "declarations", declared(worse="B07"))
    in_force(draft, people, home)
    watch()
    page = reader("investigator").get(f"/findings/{Finding.objects.get().pk}/").content.decode()
    assert f"arusha watch {NAME}" in page and f"arusha detect {NAME}" not in page


def test_the_same_trader_a_month_later_is_the_same_finding(draft, people, home):
    keep(home, "declarations", declared(worse="B07"))
    in_force(draft, people, home)
    watch()
    later = [row | {"declaration_id": "E" + row["declaration_id"]} for row in declared(seed=2, worse="B07")]
    keep(home, "declarations", later[:-1])
    (outcome,) = watch(AT + timedelta(days=30))
    assert (outcome.hits, outcome.new) == (1, 0) and Finding.objects.count() == 1


def test_a_new_version_rules_only_once_it_is_agreed_on_and_then_alone(draft, people, home):
    keep(home, "declarations", declared(worse="B07"))
    in_force(draft, people, home)
    composing.change(Model.objects.get().pk, replace(OFTEN, than=3.0), act=act(people[1]))
    assert offered.detectors()[NAME].version == 1
    new = Version.objects.get(number=2)
    in_force(new, people, home)
    assert offered.detectors()[NAME].version == 2
    assert list(Version.objects.order_by("number").values_list("state", flat=True)) == ["retired", "in-force"]
    composing.retire(new.pk, act=act(people[0], "no longer needed"))
    assert NAME not in offered.detectors()


def test_a_draft_that_changes_has_to_be_tried_anew(draft, people, home):
    keep(home, "declarations", declared())
    composing.keep_trial(draft.pk, trying.tried(OFTEN, home), act=act(people[0]))
    composing.change(Model.objects.get().pk, replace(OFTEN, than=3.0), act=act(people[0]))
    assert Version.objects.get().tried == {} and Version.objects.get().number == 1
    with pytest.raises(Refused):
        composing.change(Model.objects.get().pk, replace(OFTEN, than=3.0), act=act(people[0]))


@pytest.mark.parametrize(
    ("every", "later", "runs"),
    [("day", timedelta(hours=2), 1), ("day", timedelta(days=1), 2), ("week", timedelta(days=6), 1),
     ("week", timedelta(days=7), 2), ("month", timedelta(days=29), 1), ("month", timedelta(days=30), 2),
     ("receipt", timedelta(hours=1), 2)],
)  # fmt: skip
def test_it_runs_when_its_time_has_come(people, home, every, later, runs):
    """AT is Monday 2 March 2026."""
    keep(home, "declarations", declared(worse="B07"))
    composing.compose("often-irregular", "Often irregular", replace(OFTEN, every=every), act=act(people[0]))
    in_force(Version.objects.get(), people, home)
    due.due(AT)
    more = [row | {"declaration_id": "E" + row["declaration_id"]} for row in declared(seed=2)]
    keep(home, "declarations", more[:-1])
    due.due(AT + later)
    assert Run.objects.filter(kind="detect", name=NAME, state="done").count() == runs


@pytest.mark.parametrize("language", ["en", "fr", "ar", "pt", "es"])
def test_every_reason_is_a_sentence_in_each_language(language):
    told = [
        reasons.ByModel("Title", 2), *(kind(0.5, "declarations.lane", 12) for kind in reasons.MEASURED.values()),
        reasons.In("2025-03-01"), reasons.AtLeast(2.0), reasons.AtMost(2.0), reasons.Peers(0.1, 5.0),
        reasons.Before(0.1, 5.0), reasons.Again(3),
    ]  # fmt: skip
    with translation.override(language):
        for reason in told:
            said = str(sentence(reason_facts(reason)))
            assert not said.startswith(reason.reason) and "{" not in said and len(said) > 10, said


def test_a_model_that_points_at_everyone_fails_with_a_word(draft, people, home, monkeypatch):
    from arusha.rooms.watch.supervision import making

    monkeypatch.setattr(making, "MOST_HITS", 0)
    keep(home, "declarations", declared(worse="B07"))
    in_force(draft, people, home)
    (outcome,) = watch()
    assert outcome.state == "failed" and "points at 1 subjects, more than 0" in outcome.needs[0]
