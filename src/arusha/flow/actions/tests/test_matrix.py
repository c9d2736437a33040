"""Every pair of state and act of an action, for everyone around it: allowed where this table says so, else refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from arusha.core.journal.acts import ACTS
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.flow.actions import actions
from arusha.flow.actions.models import Action
from arusha.flow.actions.states import MOVES, STATES
from arusha.flow.cases.tests.world import TODAY, act, finding
from arusha.flow.scorecard.figures import FIGURES

WEEK = TODAY + timedelta(days=7)

# By hand: o owner, p who opened it, i integrity officer, a auditor, h head of office; what is not listed is nobody's.
TABLE = """
act                    open  done  verified  cancelled
action.done            oi    .     .         .
action.verified        .     ia    .         .
action.returned        .     ia    .         .
action.cancelled       pi    .     .         .
action.due-changed     pi    .     .         .
action.owner-changed   pi    .     .         .
action.evidence-added  opi   opi   .         .
action.measured        .     iah   iah       .
action.file-taken      opiah opiah opiah     opiah
"""
LETTERS = {"owner": "o", "opener": "p", "integrity": "i", "auditor": "a", "head": "h"}
EVERYONE = (*LETTERS, "stranger", "subject")


def expected() -> dict[tuple[str, str], str]:
    header, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return {(line[0], state): cell for line in lines for state, cell in zip(header[1:], line[1:], strict=True)}


@pytest.fixture
def cast(someone) -> dict:
    """People in every relation to an action, which comes from a finding about an integrity officer."""
    found = finding(("officer", "OFF-9"))
    return {
        "finding": found,
        "subject": someone("integrity-officer", "auditor", staff="OFF-9"),
        "owner": someone("officer"),
        "opener": someone("investigator"),
        "integrity": someone("integrity-officer"),
        "auditor": someone("auditor"),
        "head": someone("head-of-office"),
        "stranger": someone("investigator"),
        "spare": someone("officer"),
    }


def opened(cast, **kwargs) -> Action:
    more = {"finding": cast["finding"].pk, "figure": "actions.overdue"} | kwargs
    done = actions.open_action("Rotate lanes", "conduct", cast["owner"].person, WEEK, act=act(cast["opener"]), **more)
    return Action.objects.get(pk=done.id)


def bring_to(action, cast, state: str) -> None:
    if state == "cancelled":
        actions.cancel(action.pk, act=act(cast["opener"]))
    elif state != "open":
        actions.finish(action.pk, act=act(cast["owner"]))
    if state == "verified":
        actions.verify(action.pk, act=act(cast["auditor"]))


def test_the_table_of_the_tests_and_of_the_program_name_the_same_acts():
    assert {name for name, _state in expected()} == {move.act for move in MOVES} | {"action.file-taken"}
    declared = {name for name in ACTS if name.startswith("action.")}
    assert declared == {name for name, _state in expected()} | {"action.opened"}


@pytest.mark.parametrize("state", STATES)
def test_every_act_by_everyone(cast, state):
    from io import BytesIO

    from arusha.core.files import store

    action = opened(cast)
    actions.add_evidence(action.pk, "New roster", store.put(BytesIO(b"x")), "x.txt", act=act(cast["owner"]))
    held = action.evidence.get().pk
    bring_to(action, cast, state)
    april = timedelta(days=40)  # so that a month is there that was not measured
    tries = {
        "action.done": lambda a: actions.finish(action.pk, act=a),
        "action.verified": lambda a: actions.verify(action.pk, act=a),
        "action.returned": lambda a: actions.send_back(action.pk, act=a),
        "action.cancelled": lambda a: actions.cancel(action.pk, act=a),
        "action.due-changed": lambda a: actions.change_due(action.pk, WEEK + april, act=a),
        "action.owner-changed": lambda a: actions.change_owner(action.pk, cast["spare"].person, act=a),
        "action.evidence-added": lambda a: actions.add_evidence(action.pk, "more", act=a),
        "action.measured": lambda a: actions.measure(action.pk, act=act(a.by, at=a.at + april)),
        "action.file-taken": lambda a: actions.take_file(action.pk, held, act=a),
    }
    wrong = []
    for name, attempt in tries.items():
        for who in EVERYONE:
            allowed = LETTERS.get(who, "-") in expected()[name, state]
            offered = ACTS[name].offered(cast[who], Action.objects.get(pk=action.pk))
            if (offered, tried(attempt, cast[who])) != (allowed, allowed):
                wrong.append((name, state, who, offered))
    assert wrong == []


def tried(attempt, actor) -> bool:
    """Whether it was done; all is taken back, and a refusal leaves no entry."""
    with transaction.atomic():
        before = Entry.objects.count()
        try:
            attempt(act(actor, once=uuid4().hex))
        except Refused as refused:
            assert refused.rule in ("not-allowed", "action-state"), refused.rule
            assert Entry.objects.count() == before
            return False
        else:
            return True
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("role", ["integrity-officer", "investigator", "head-of-office", "auditor"])
def test_these_roles_open_actions(someone, role):
    someone("officer")
    owner = someone("officer")
    assert actions.open_action("x", "audit", owner.person, WEEK, act=act(someone(role)))


@pytest.mark.parametrize("role", ["officer", "analyst", "hr-officer", "system-administrator", "publisher"])
def test_others_do_not(someone, role):
    with pytest.raises(Refused) as refused:
        actions.open_action("x", "audit", someone("officer").person, WEEK, act=act(someone(role)))
    assert refused.value.rule == "not-allowed"


def test_who_carried_it_out_or_said_so_does_not_verify_it(cast, someone):
    """Not the owner, though an integrity officer; not the one who recorded it as done on the owner's behalf."""
    both = someone("integrity-officer")
    mine = opened(cast | {"owner": both})
    actions.add_evidence(mine.pk, "x", act=act(both))
    actions.finish(mine.pk, act=act(cast["integrity"]))
    for who, may in ((both, False), (cast["integrity"], False), (cast["auditor"], True)):
        assert actions.verify.offered(who, Action.objects.get(pk=mine.pk)) is may


def test_the_figure_is_there():
    assert {"actions.overdue", "actions.on-time", "actions.verified", "cases.days-to-outcome"} <= set(FIGURES)
