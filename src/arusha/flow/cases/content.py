"""What a case holds: notes, evidence, tasks."""

import json
from datetime import date
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arusha.core.files import store
from arusha.core.files.names import plain_name
from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Create, Effects, Remember, Set
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.flow.cases.models import Case, CaseEvidence, CaseNote, CaseTask
from arusha.flow.cases.opening import visible_findings
from arusha.flow.cases.standing import day_of, members_of, number_of
from arusha.flow.cases.states import member_may, when
from arusha.flow.inbox.hits import hit_of
from arusha.lib.ids import spoken
from arusha.lib.seal.chain import canonical

SENTENCES["case-task"] = _("You have a task in case %(number)s.")

LONGEST_TEXT = 20_000
LONGEST_TASK = 300


@act("case.noted", may=member_may("case.noted"), when=when("case.noted"))
def add_note(case: Locked[Case], text: str, *, act: Act) -> Effects:
    """Write something down; it is never changed."""
    text = checked_text(text)
    note = CaseNote(id=act.new_id(), of=case, text=text, by_id=act.by.person, at=act.at)
    # A note leaves the case's version alone, so that two people may write at the same time.
    return Effects((Create(note),))


@act("case.file-added", may=member_may("case.file-added"), when=when("case.file-added"))
def add_file(case: Locked[Case], stored: store.Stored, name: str, media: str, what: str, *, act: Act) -> Effects:
    """Take a file that the store already keeps as evidence."""
    _refuse_known(case, stored)
    refuse_if(len(what) > LONGEST_TEXT, "text-long", _("The text is too long: 20,000 characters at most."))
    row = _evidence(case, stored, act, kind="file", name=plain_name(name), media=media, what=what.strip())
    return case.set(changed_at=act.at) + Create(row) + Remember({"kept": stored.kept, "size": stored.size})


@act("case.rows-frozen", may=member_may("case.rows-frozen"), when=when("case.rows-frozen"))
def freeze_rows(case: Locked[Case], finding: Any, *, act: Act) -> Effects:
    """Keep which rows a finding rests on, `{manifest, row}` each, as they are now, under their own hash.

    A finding changes when it is seen again; what the case rested on doesn't.
    """
    found = visible_findings(act.by, [finding] if finding else [])
    linked = bool(found) and case.findings.filter(finding=found[0]).exists()
    refuse_if(not linked, "finding-unknown", _("There is no such finding in the case."))
    rows = (hit_of(found[0].run, found[0].hit_id) or {}).get("evidence") or []
    refuse_if(not rows, "rows-none", _("No rows are known for this finding: it does not rest on a run's hits."))
    frozen = sorted({(str(row["manifest"]), int(row["row"])) for row in rows})
    document = canonical({"finding": str(found[0].pk), "rows": [{"manifest": m, "row": r} for m, r in frozen]})
    stored = store.put(BytesIO(document))
    _refuse_known(case, stored)
    name = f"{spoken('F', found[0].number)}-rows.json"
    row = _evidence(case, stored, act, kind="rows", name=name, media="application/json")
    row.finding, row.rows = found[0], len(frozen)
    told = Remember({"kept": stored.kept, "rows": len(frozen)})
    return case.set(changed_at=act.at) + Create(row) + told


def frozen_rows(evidence: CaseEvidence) -> list[dict[str, Any]]:
    """The rows that were kept, read back from the file."""
    with store.open_(evidence.kept) as file:
        rows: list[dict[str, Any]] = json.load(file)["rows"]
    return rows


@act("case.task-added", may=member_may("case.task-added"), when=when("case.task-added"))
def add_task(case: Locked[Case], what: str, owner: Any, due: date, *, act: Act) -> Effects:
    """Give a member something to do by a day."""
    what = " ".join(what.split())
    refuse_if(not what or len(what) > LONGEST_TASK, "task-what", _("Say in at most 300 characters what is to be done."))
    owners = [m for m in members_of(case) if str(m.person_id) == str(owner)]
    refuse_if(not owners, "owner-no-member", _("Only a member of the case can have a task in it."))
    refuse_if(due < day_of(act.at), "due-past", _("The due date has passed already."))
    row = CaseTask(id=act.new_id(), of=case, what=what, owner=owners[0].person, due=due)
    tell = Notify(row.owner_id, "case-task", reverse("cases-one", args=[case.pk]), {"number": number_of(case)})
    return Effects((Create(row), tell))


@act("case.task-done", may=member_may("case.task-done"), when=when("case.task-done"))
def finish_task(case: Locked[Case], task: Any, note: str, *, act: Act) -> Effects:
    """Say that a task is done, and what came of it: its owner, or the lead."""
    try:
        held = case.tasks.filter(pk=task).first() if task else None
    except (ValueError, ValidationError):
        held = None
    refuse_if(held is None, "task-unknown", _("There is no such task."))
    assert held is not None
    leads = {str(m.person_id) for m in members_of(case) if m.role == "lead"}
    refuse_if(
        act.by.person not in leads | {str(held.owner_id)},
        "task-not-yours",
        _("A task is finished by its owner or the lead."),
    )
    refuse_if(held.done_at is not None, "task-done", _("This task is done already."))
    return Effects((Set(held, {"done_at": act.at, "note": checked_text(note)}),))


def checked_text(text: str) -> str:
    """The text without white space around it.

    Raises
    ------
    Refused
        `text-missing` or `text-long`.
    """
    text = text.strip()
    refuse_if(not text, "text-missing", _("Write something first."))
    refuse_if(len(text) > LONGEST_TEXT, "text-long", _("The text is too long: 20,000 characters at most."))
    return text


def _refuse_known(case: Case, stored: store.Stored) -> None:
    known = case.evidence.filter(kept=stored.kept).exists()
    refuse_if(known, "evidence-known", _("The case holds this very file already: it has the same hash."))


def _evidence(case: Case, stored: store.Stored, act: Act, **told: Any) -> CaseEvidence:
    row = CaseEvidence(id=act.new_id(), of=case, by_id=act.by.person, at=act.at, **told)
    row.kept, row.sha256, row.size = stored
    return row
