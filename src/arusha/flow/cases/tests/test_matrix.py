"""Every pair of state and act, for everyone around a case: allowed where this table says so, else refused, no trace."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import transaction

from arusha.core.files import store
from arusha.core.journal.acts import ACTS
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.flow.cases import content, looks, members, opening, outcomes, replies
from arusha.flow.cases.states import MOVES, STATES
from arusha.flow.cases.tests.world import NOW, TODAY, act, finding

WEEK = TODAY + timedelta(days=7)

# Written by hand, not made from MOVES: L lead, I investigator, O observer; what is not listed is nobody's.
TABLE = """
act                   open  decided  closed
case.decided          L     .        .
case.closed           .     L        .
case.reopened         .     L        L
case.finding-added    LI    .        .
case.subject-added    LI    .        .
case.noted            LI    LI       .
case.file-added       LI    .        .
case.rows-frozen      LI    .        .
case.task-added       LI    .        .
case.task-done        LIO   LIO      .
case.asked            LI    .        .
case.member-named     L     L        L
case.member-ended     L     L        L
case.looked           LIO   LIO      LIO
case.file-taken       LIO   LIO      LIO
"""
LETTERS = {"lead": "L", "investigator": "I", "observer": "O"}
EVERYONE = (*LETTERS, "outsider", "subject", "staff", "recused")


def expected() -> dict[tuple[str, str], str]:
    header, *lines = [line.split() for line in TABLE.strip().splitlines()]
    return {(line[0], state): cell for line in lines for state, cell in zip(header[1:], line[1:], strict=True)}


@pytest.fixture
def tries(world, someone, monkeypatch):
    """How each act is tried by someone; whatever it needs is there."""
    case, lead = world.case.pk, world.lead
    rows = {"evidence": [{"manifest": "m", "row": 3}]}
    monkeypatch.setattr(content, "hit_of", lambda run, hit: rows)
    other = finding(("traveller", "T-2"), key="other")
    spare = someone("auditor")
    kept = store.put(BytesIO(b"kept"))
    file = content.add_file(case, kept, "kept.txt", "text/plain", "", act=act(lead))
    held = world.case.evidence.get()
    member = world.case.members.get(person=world.observer.person)
    tasks = {}
    for name in EVERYONE:
        owner = getattr(world, name)
        if name in LETTERS:
            content.add_task(case, f"task of {name}", owner.person, WEEK, act=act(lead))
            tasks[owner.person] = world.case.tasks.get(owner=owner.person).pk
    subject = world.case.subjects.get(kind="officer").pk
    assert file
    return {
        "case.decided": lambda a: outcomes.decide(case, "no-breach", act=a),
        "case.closed": lambda a: outcomes.close(case, act=a),
        "case.reopened": lambda a: outcomes.reopen(case, act=a),
        "case.finding-added": lambda a: opening.add_finding(case, other.pk, act=a),
        "case.subject-added": lambda a: opening.add_subject(case, "trader", "TR-1", act=a),
        "case.noted": lambda a: content.add_note(case, "a note", act=a),
        "case.file-added": lambda a: content.add_file(case, store.Stored("0" * 64, "0" * 64, 1), "n", "m", "", act=a),
        "case.rows-frozen": lambda a: content.freeze_rows(case, world.finding.pk, act=a),
        "case.task-added": lambda a: content.add_task(case, "x", world.observer.person, WEEK, act=a),
        "case.task-done": lambda a: content.finish_task(case, tasks.get(a.by.person), "it is done", act=a),
        "case.asked": lambda a: replies.invite(case, subject, "Where were you?", WEEK, act=a),
        "case.member-named": lambda a: members.name_member(case, spare.person, "observer", act=a),
        "case.member-ended": lambda a: members.end_member(case, member.pk, act=a),
        "case.looked": lambda a: looks.look(case, act=a),
        "case.file-taken": lambda a: looks.take_file(case, held.pk, act=a),
    }


def bring_to(world, state: str) -> None:
    if state == "open":
        return
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    if state == "closed":
        finish_all(world)
        outcomes.close(world.case.pk, act=act(world.lead))


def finish_all(world) -> None:
    for task in world.case.tasks.filter(done_at=None):
        content.finish_task(world.case.pk, task.pk, "done", act=act(world.lead))


def test_the_table_of_the_tests_and_of_the_program_name_the_same_acts():
    assert {name for name, _state in expected()} == {move.act for move in MOVES}
    others = {"case.opened", "case.question-read", "case.replied", "case.reply-declined"}
    assert {name for name in ACTS if name.startswith("case.")} == {move.act for move in MOVES} | others


@pytest.mark.parametrize("state", STATES)
def test_every_act_by_everyone(world, tries, state):
    bring_to(world, state)
    if state == "decided":  # closing asks for it; that tasks may be finished there is tried below
        finish_all(world)
    wrong = []
    for name, attempt in tries.items():
        for who in EVERYONE:
            if name == "case.task-done" and state == "decided":
                continue
            allowed = LETTERS.get(who, "-") in expected()[name, state]
            actor = getattr(world, who)
            offered = ACTS[name].offered(actor, world.fresh())
            done = tried(attempt, actor)
            if (offered, done) != (allowed, allowed):
                wrong.append((name, state, who, offered, done))
    assert wrong == []


def test_a_task_may_be_finished_also_after_the_outcome(world, tries):
    bring_to(world, "decided")
    for who in EVERYONE:
        assert tried(tries["case.task-done"], getattr(world, who)) == (who in LETTERS)


def tried(attempt, actor) -> bool:
    """Whether it was done; all is taken back, and a refusal leaves no entry."""
    with transaction.atomic():
        before = Entry.objects.count()
        try:
            attempt(act(actor, at=NOW, once=uuid4().hex))
        except Refused as refused:
            assert refused.rule in ("not-allowed", "case-state"), refused.rule
            assert Entry.objects.count() == before
            return False
        else:
            assert Entry.objects.count() == before + 1
            return True
        finally:
            transaction.set_rollback(True)
