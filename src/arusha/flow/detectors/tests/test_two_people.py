"""Two people change a detector, each having seen what it would make; runs go by what is in force, and say so."""

import pytest

from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.notices.models import Notice
from arusha.core.people.roles import System
from arusha.flow.detectors.tests.conftest import act, watch
from arusha.flow.inbox.models import Finding
from arusha.flow.runs import governing, standing, trying
from arusha.flow.runs.models import DetectorChange, Run
from arusha.flow.runs.tests.small import NOW

NAME = "test-twice"
LESS = {"lists": "3"}


def tried(settings=LESS, vary="", by=None):
    done = trying.ask(NAME, settings, vary, act=act(by or System("test")))
    return trying.carry_out(done.id, at=NOW, progress=lambda told: None)


def proposed(world, settings=LESS, trial=True):
    run = tried(settings) if trial else None
    done = governing.propose(NAME, True, settings, run.pk if run else None, act=act(world.one))
    return DetectorChange.objects.get(pk=done.id)


def test_what_an_installation_begins_with_is_one_declared_entry(world):
    watch()
    row = DetectorChange.objects.get(detector=NAME)
    assert (row.on, row.number, row.state, row.settings, row.proposed_by) == (True, 1, "in-force", {"lists": "2"}, None)
    (entry,) = Entry.objects.filter(act="detectors.begun")
    assert entry.by == "system:watch" and b'"test-twice"' in bytes(entry.body)
    watch()
    assert Entry.objects.filter(act="detectors.begun").count() == 1


def test_a_detector_that_came_later_is_off_until_two_people_switch_it_on(world, monkeypatch):
    standing.begin(act=act(System("watch")))
    from dataclasses import replace

    from arusha.flow.inbox import offered
    from arusha.flow.inbox.signals import SIGNALS
    from arusha.flow.runs import watching
    from arusha.flow.runs.tests.small import twice

    later = replace(twice, name="test-later")
    monkeypatch.setitem(offered.DETECTORS, "test-later", later)
    monkeypatch.setitem(SIGNALS, "test-later", replace(SIGNALS[NAME], name="test-later"))
    (outcome,) = watching.watch([later], by=System("test"), at=NOW, progress=lambda told: None)
    assert outcome.state == "off" and not Finding.objects.exists()


def test_a_detector_whose_signal_begins_off_is_off(world, monkeypatch):
    from dataclasses import replace

    from arusha.flow.inbox.signals import SIGNALS

    monkeypatch.setitem(SIGNALS, NAME, replace(SIGNALS[NAME], begins=False))
    assert watch().state == "off"


def test_a_trial_counts_and_makes_nothing(world):
    watch()
    run = tried({"lists": "1"}, vary="lists")
    assert {key: run.counts[key] for key in ("hits", "ordinary", "new", "gone")} == {
        "hits": 12,
        "ordinary": 0,
        "new": 4,
        "gone": 0,
    }
    assert run.counts["values"] == [["0", 12], ["1", 12], ["2", 8], ["4", 0]]
    assert Finding.objects.count() == 8 and "P1" not in str(run.counts)
    assert tried(LESS).counts["gone"] == 4


def test_it_takes_a_trial_of_the_very_settings_and_somebody_else(world):
    watch()
    with pytest.raises(Refused, match="Try these settings"):
        proposed(world, trial=False)
    other = tried({"lists": "1"})
    with pytest.raises(Refused, match="Try these settings"):
        governing.propose(NAME, True, LESS, other.pk, act=act(world.one))
    change = proposed(world)
    assert change.expected["hits"] == 4 and change.settings == LESS
    with pytest.raises(Refused, match="not allowed"):
        governing.put_in_force(change.pk, act=act(world.one))
    with pytest.raises(Refused, match="not allowed"):
        governing.put_in_force(change.pk, act=act(world.reader))
    with pytest.raises(Refused, match="reason"):
        governing.put_in_force(change.pk, act=act(world.two, ""))
    assert watch().state == "unchanged"
    governing.put_in_force(change.pk, act=act(world.two))
    outcome = watch()
    assert (outcome.state, outcome.hits, outcome.new) == ("done", 4, 0)
    assert Run.objects.get(pk=outcome.run).params == {"number": 2, "settings": LESS}
    assert [c.state for c in DetectorChange.objects.filter(detector=NAME).order_by("number")] == [
        "replaced",
        "in-force",
    ]
    assert Notice.objects.get(person=world.one.person).kind == "detector-put-in-force"


def test_off_needs_no_trial_but_two_people_and_makes_nothing(world):
    watch()
    done = governing.propose(NAME, False, {"lists": "2"}, None, act=act(world.one))
    governing.put_in_force(done.id, act=act(world.two))
    assert watch().state == "off" and Finding.objects.count() == 8
    with pytest.raises(Refused, match="Try these settings"):
        governing.propose(NAME, True, {"lists": "2"}, None, act=act(world.two))


def test_a_proposal_is_declined_or_taken_back_and_only_one_waits(world):
    watch()
    change = proposed(world)
    with pytest.raises(Refused, match="waits to be decided"):
        governing.propose(NAME, False, LESS, None, act=act(world.two))
    governing.decline(change.pk, act=act(world.one, "on second thoughts"))
    with pytest.raises(Refused, match="decided already"):
        governing.put_in_force(change.pk, act=act(world.two))
    assert proposed(world).number == 3


def test_what_stands_already_is_not_proposed(world):
    watch()
    with pytest.raises(Refused, match="stands already"):
        proposed(world, {"lists": "2"})


def test_a_killed_trial_goes_on_where_it_was(world, monkeypatch):
    watch()
    done = trying.ask(NAME, {"lists": "1"}, "lists", act=act(world.one))
    kept = trying.runs.go_on
    calls = []

    def dies(*args, **more):
        kept(*args, **more)
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(trying.runs, "go_on", dies)
    with pytest.raises(KeyboardInterrupt):
        trying.carry_out(done.id, at=NOW, progress=lambda told: None)
    half = Run.objects.get(pk=done.id)
    assert half.state == "running" and half.counts["values"] == [["0", 12]]
    monkeypatch.setattr(trying.runs, "go_on", kept)
    told = []
    trying.carry_out(done.id, at=NOW, progress=told.append)
    whole = Run.objects.get(pk=done.id)
    assert whole.state == "done" and [value for value, _hits in whole.counts["values"]] == ["0", "1", "2", "4"]
    assert told == ["test-twice: 3 of 4", "test-twice: 4 of 4"]


def test_the_same_trial_asked_for_twice_is_one(world):
    one, two = (trying.ask(NAME, LESS, "", act=act(person)) for person in (world.one, world.two))
    assert one.id == two.id and two.repeated and len(trying.waiting()) == 1


@pytest.mark.parametrize(
    ("expected", "found", "is_far"),
    [(4, 4, False), (0, 5, False), (0, 6, True), (100, 60, False), (100, 49, True), (100, 210, True), (3, 8, False)],
)
def test_far_is_beyond_half_and_twice_and_chance(expected, found, is_far):
    from arusha.flow.runs.expected import far

    assert far(expected, found) is is_far


def test_a_first_run_far_from_what_was_expected_is_a_finding_and_both_are_told(world, tmp_path):
    from arusha.flow.runs import receiving

    watch()
    change = proposed(world)
    governing.put_in_force(change.pk, act=act(world.two))
    more = tmp_path / "more.csv"
    more.write_text("list,code,name\n" + "".join(f"l{k},Q{n},x\n" for n in range(9) for k in range(3)))
    receiving.receive("codes", more, None, by=System("test"), at=NOW, progress=lambda told: None)
    assert watch().hits == 13
    (finding,) = Finding.objects.filter(signal="detector-unexpected")
    assert (finding.support, finding.expected) == (13, 4.0)
    told = Notice.objects.filter(kind="detector-unexpected").values_list("person", flat=True)
    assert {str(person) for person in told} == {world.one.person, world.two.person}
    assert DetectorChange.objects.get(pk=change.pk).seen["hits"] == 13
    watch()
    assert Finding.objects.filter(signal="detector-unexpected").count() == 1


def test_a_first_run_as_expected_is_noted_and_nobody_is_troubled(world):
    watch()
    governing.put_in_force(proposed(world).pk, act=act(world.two))
    watch()
    assert not Finding.objects.filter(signal="detector-unexpected").exists()
    assert DetectorChange.objects.get(detector=NAME, number=2).seen["hits"] == 4


@pytest.mark.parametrize("given", [{"lists": "-1"}, {"lists": "x"}, {"list": "2"}])
def test_settings_that_do_not_fit_are_refused_by_name(world, given):
    with pytest.raises(ValueError, match=next(iter(given))):
        trying.ask(NAME, given, "", act=act(world.one))
