"""What is done with an action: its rules, its notices, its effect, the signal it raises when it is late."""

from datetime import date, timedelta

import pytest

from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.notices.models import Notice
from arusha.core.notices.notices import sentence
from arusha.core.people import people
from arusha.flow.actions import actions
from arusha.flow.actions.effect import last_full_month
from arusha.flow.actions.models import Action
from arusha.flow.actions.overdue import raise_overdue
from arusha.flow.cases.tests.world import NOW, TODAY, act, again, finding
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding
from arusha.flow.scorecard.figures import FIGURES, Better, Figure, Unit, Value
from arusha.lib.factors import Factor
from arusha.lib.ids import spoken

WEEK = TODAY + timedelta(days=7)


def rule_of(attempt) -> str:
    with pytest.raises(Refused) as told:
        attempt()
    return told.value.rule


@pytest.fixture
def chief(someone):
    return someone("integrity-officer")


@pytest.fixture
def owner(someone):
    return someone("officer")


def open_(by, owner, *, at=NOW, due=WEEK, **kwargs) -> Action:
    done = actions.open_action("Rotate lanes", "conduct", owner.person, due, act=act(by, at=at), **kwargs)
    return Action.objects.get(pk=done.id)


def test_it_is_opened_with_what_who_and_when(chief, owner):
    action = open_(chief, owner)
    assert (action.state, action.due, action.number) == ("open", WEEK, 1001)
    notice = Notice.objects.get(person=owner.person)
    assert sentence(notice) == "An action is yours: A-1001-4, due on 2026-03-09." and str(action.pk) in notice.url


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"what": "  "}, "what"),
        ({"what": "x" * 301}, "what"),
        ({"factor": "luck"}, "factor"),
        ({"due": TODAY - timedelta(days=1)}, "due-past"),
        ({"owner": None}, "person-unknown"),
        ({"figure": "no.such"}, "figure-unknown"),
        ({"case": "0190aaaa-0000-7000-8000-000000000000"}, "not-found"),
        ({"finding": "0190aaaa-0000-7000-8000-000000000000"}, "not-found"),
    ],
)
def test_what_is_wrong_is_refused_by_name(chief, owner, change, rule):
    given = {"what": "x", "factor": "audit", "owner": owner.person, "due": WEEK} | change
    assert rule_of(lambda: actions.open_action(act=act(chief), **given)) == rule
    assert not Action.objects.exists()


def test_the_same_request_opens_one(chief, owner):
    given = ("x", "audit", owner.person, WEEK)
    first = actions.open_action(*given, act=act(chief, once="k"))
    assert actions.open_action(*given, act=act(chief, once="k")).id == first.id and Action.objects.count() == 1


def test_two_who_saw_the_same_version_cannot_both_change_it(chief, owner):
    action = open_(chief, owner)
    actions.change_due(action.pk, WEEK + timedelta(days=1), act=act(chief, version=1))
    assert rule_of(lambda: actions.cancel(action.pk, act=act(chief, version=1))) == "changed-meanwhile"


def test_something_must_show_that_it_is_done(chief, owner):
    action = open_(chief, owner)
    assert rule_of(lambda: actions.finish(action.pk, act=act(owner))) == "evidence-missing"
    assert rule_of(lambda: actions.add_evidence(action.pk, "  ", act=act(owner))) == "evidence-nothing"
    actions.add_evidence(action.pk, "The new roster hangs there", act=act(owner))
    actions.finish(action.pk, act=act(owner))
    assert Action.objects.get().done_at == NOW


def test_what_is_sent_back_is_open_again_and_its_owner_told_why(chief, owner, someone):
    action = open_(chief, owner)
    actions.add_evidence(action.pk, "x", act=act(owner))
    actions.finish(action.pk, act=act(owner))
    assert rule_of(lambda: actions.send_back(action.pk, act=act(chief, why=""))) == "why-missing"
    actions.send_back(action.pk, act=act(chief, why="the roster hangs nowhere"))
    now = Action.objects.get()
    assert (now.state, now.done_at, now.done_by) == ("open", None, None)
    assert Notice.objects.filter(person=owner.person, kind="action-returned").count() == 1


def test_the_journal_tells_the_due_date_before_and_after_but_no_words(chief, owner):
    action = open_(chief, owner)
    done = actions.change_due(action.pk, WEEK + timedelta(days=9), act=act(chief, why="secret why"))
    body = bytes(Entry.objects.get(id=done.entry).body)
    assert b'["2026-03-09","2026-03-18"]' in body and b"secret" not in body
    bodies = b"".join(bytes(b) for b in Entry.objects.values_list("body", flat=True))
    assert b"Rotate lanes" not in bodies


def test_it_never_goes_to_whom_its_finding_or_case_is_about(chief, someone, world):
    guilty = someone("officer", staff="OFF-7")
    found = finding(("officer", "OFF-7"), key="7")
    assert rule_of(lambda: open_(chief, guilty, finding=found.pk)) == "owner-subject"
    assert rule_of(lambda: open_(world.lead, world.subject, case=world.case.pk)) == "owner-subject"
    assert rule_of(lambda: open_(world.lead, world.staff, case=world.case.pk)) == "owner-subject"
    action = open_(world.lead, guilty, case=world.case.pk)
    assert rule_of(lambda: actions.change_owner(action.pk, world.subject.person, act=act(chief))) == "owner-subject"


def test_nobody_links_what_they_do_not_see(chief, owner, world):
    assert rule_of(lambda: open_(world.outsider, owner, case=world.case.pk)) == "not-found"
    assert rule_of(lambda: open_(world.subject, owner, finding=world.finding.pk)) == "not-found"


@pytest.fixture
def moving(monkeypatch):
    """A figure whose value is the number of the month."""
    count = Figure(
        "test.month", Factor.REFORM, Unit.COUNT, Better.UP, "Month", "Its number",
        lambda during: Value(float(during.start.month), 12),
    )  # fmt: skip
    monkeypatch.setitem(FIGURES, "test.month", count)


def test_the_effect_is_measured_over_full_months_before_when_done_and_later(chief, owner, moving):
    action = open_(chief, owner, figure="test.month", due=date(2026, 6, 1))
    actions.add_evidence(action.pk, "x", act=act(owner))
    actions.finish(action.pk, act=act(owner, at=NOW + timedelta(days=61)))
    told = [(m.when, m.start, m.end, m.value) for m in action.measures.order_by("at")]
    assert told == [
        ("before", date(2026, 2, 1), date(2026, 3, 1), 2.0),
        ("done", date(2026, 4, 1), date(2026, 5, 1), 4.0),
    ]
    again_ = act(chief, at=NOW + timedelta(days=61))
    assert rule_of(lambda: actions.measure(action.pk, act=again_)) == "measured"
    actions.measure(action.pk, act=act(chief, at=NOW + timedelta(days=100)))
    assert action.measures.get(when="later").value == 5.0


def test_a_figure_that_is_declared_no_longer_does_not_stop_the_action(chief, owner, moving, monkeypatch):
    action = open_(chief, owner, figure="test.month")
    actions.add_evidence(action.pk, "x", act=act(owner))
    monkeypatch.delitem(FIGURES, "test.month")
    actions.finish(action.pk, act=act(owner))
    assert rule_of(lambda: actions.measure(action.pk, act=act(chief))) == "figure-unknown"


@pytest.mark.parametrize(
    ("day", "start"), [(date(2026, 3, 1), date(2026, 2, 1)), (date(2026, 1, 31), date(2025, 12, 1))]
)
def test_the_last_full_month_ends_before_the_days_own_begins(day, start):
    assert last_full_month(day).start == start and last_full_month(day).end == day.replace(day=1)


def late(at=NOW) -> list[Finding]:
    raise_overdue(at)
    return list(Finding.objects.filter(signal="action-overdue"))


def test_an_action_raises_a_signal_on_the_day_after_its_due_date_once(chief, owner):
    action = open_(chief, owner)
    assert late(NOW + timedelta(days=7)) == []
    (found,) = late(NOW + timedelta(days=8))
    entries = Entry.objects.count()
    assert late(NOW + timedelta(days=8, hours=2)) == [found] and Entry.objects.count() == entries
    assert found.factor == "leadership" and found.key == str(action.pk) and found.support == 1
    assert found.reasons == [{"reason": "action-overdue", "action": "A-1001-4", "days": 1, "due": "2026-03-09"}]
    (again_,) = late(NOW + timedelta(days=9))
    assert again_.pk == found.pk and again_.support == 2


def test_what_is_done_or_cancelled_raises_nothing(chief, owner):
    done, cancelled = open_(chief, owner), open_(chief, owner)
    actions.add_evidence(done.pk, "x", act=act(owner))
    actions.finish(done.pk, act=act(owner))
    actions.cancel(cancelled.pk, act=act(chief))
    assert late(NOW + timedelta(days=30)) == []


def test_the_owner_does_not_see_the_signal_and_it_tells_nothing_of_the_case(world, someone):
    owner = someone("integrity-officer")
    open_(world.lead, owner, case=world.case.pk)
    (found,) = late(NOW + timedelta(days=8))
    assert found not in Finding.objects.visible_to(owner) and found in Finding.objects.visible_to(world.outsider)
    told = f"{found.reasons} {list(found.subjects.values_list('kind', 'ref'))}"
    assert "OFF-9" not in told and str(world.case.pk) not in told and spoken("C", world.case.number) not in told


def test_a_disposed_signal_comes_back_only_when_it_has_grown(chief, owner, someone):
    open_(chief, owner)
    (found,) = late(NOW + timedelta(days=17))
    findings.dispose(found.pk, "explained", act=act(chief))
    assert late(NOW + timedelta(days=18))[0].state == "explained"
    assert late(NOW + timedelta(days=22))[0].state == "open"


def test_standing_back_hides_an_action_from_that_day(chief, owner, someone):
    found = finding(("officer", "OFF-7"), key="7")
    action = open_(chief, owner, finding=found.pk)
    auditor = someone("auditor")
    assert action in Action.objects.visible_to(auditor)
    people.recuse(auditor.person, "officer", "OFF-7", TODAY, act=act(auditor))
    assert action not in Action.objects.visible_to(again(auditor))
