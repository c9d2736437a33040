"""What the pages show of a case, gathered in a fixed number of queries however much the case holds."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from arusha.core.people.models import Person
from arusha.flow.cases.models import Case, CaseMember, CaseSet, CaseSubject
from arusha.flow.cases.outcomes import OUTCOMES
from arusha.flow.cases.standing import SubjectKey, day_of, known_persons, members_of, number_of
from arusha.flow.cases.states import MEMBER_ROLES, STATES, TONES
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.listing import title_of
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import sentences
from arusha.lib.ids import heard, spoken
from arusha.ui.components import draw
from arusha.ui.lists import Column

KINDS: dict[str, Any] = {
    "officer": pgettext_lazy("subject", "Officer"),
    "person": pgettext_lazy("subject", "Person"),
    "unit": pgettext_lazy("subject", "Unit"),
    "traveller": pgettext_lazy("subject", "Traveller"),
    "trader": pgettext_lazy("subject", "Trader"),
    "office": pgettext_lazy("subject", "Office"),
}
COLUMNS = (
    Column(pgettext_lazy("one case", "Case"), "number", "number"),
    Column(gettext_lazy("About"), "title"),
    Column(gettext_lazy("State"), "state", "state"),
    Column(pgettext_lazy("of a case", "Lead"), "lead"),
    Column(gettext_lazy("Tasks left"), "tasks", "tasks_left", numeric=True),
    Column(gettext_lazy("Opened"), "opened", "opened_at"),
    Column(gettext_lazy("Last change"), "changed", "changed_at"),
)


MEMBER_HEADERS = (gettext_lazy("Name"), gettext_lazy("Role in the case"), gettext_lazy("Since"))
SUBJECT_HEADERS = (gettext_lazy("What it is"), gettext_lazy("Identifier"), gettext_lazy("Name"), gettext_lazy("Why"))
TASK_HEADERS = (
    gettext_lazy("Task"),
    gettext_lazy("Who does it"),
    gettext_lazy("Due date"),
    gettext_lazy("State"),
    gettext_lazy("What came of it"),
)
EVIDENCE_HEADERS = (
    pgettext_lazy("evidence", "File"),
    gettext_lazy("What it is"),
    gettext_lazy("Size"),
    gettext_lazy("SHA-256"),
    gettext_lazy("Added by"),
    gettext_lazy("Added"),
)


def narrowed(cases: CaseSet, asked: Mapping[str, Any]) -> CaseSet:
    """The cases that the filters leave."""
    if asked.get("state"):
        cases = cases.filter(state=asked["state"])
    if asked.get("q"):
        cases = cases.filter(number=heard(asked["q"], "C") or 0)
    return cases


def listed(cases: CaseSet) -> CaseSet:
    """With all that a row of the list shows."""
    leads = CaseMember.objects.filter(until=None, role="lead").select_related("person").order_by("since", "pk")
    left = Count("tasks", filter=Q(tasks__done_at=None), distinct=True)
    return cases.annotate(tasks_left=left).prefetch_related(Prefetch("members", leads, "leads"))


def row(case: Any) -> list[Any]:
    """A case as the cells of `COLUMNS`."""
    return [
        {"text": number_of(case), "href": reverse("cases-one", args=[case.pk]), "code": True},
        case.title,
        draw("tag", text=STATES.get(case.state, case.state), tone=TONES.get(case.state, "neutral")),
        ", ".join(member.person.name for member in case.leads),
        case.tasks_left,
        _day(case.opened_at),
        _day(case.changed_at),
    ]


def subject_words(subject: CaseSubject, known: Mapping[SubjectKey, Person]) -> str:
    """A subject in words: what it is, its id, and the person's name where there is one."""
    person = known.get((subject.kind, subject.ref))
    kind = str(KINDS.get(subject.kind, subject.kind))
    if person is not None:
        ref = person.staff_number or ""
        return f"{kind} {ref} – {person.name}" if ref else f"{kind} {person.name}"
    return f"{kind} {subject.ref}"


def whole(case: Case, actor: Any) -> dict[str, Any]:
    """Everything the page of a case shows, but the forms and what happened."""
    subjects = list(case.subjects.order_by("pk"))
    known = known_persons((s.kind, s.ref) for s in subjects)
    return {
        "summary": _summary(case),
        "subjects": [_subject_row(subject, known) for subject in subjects],
        "findings": [finding_words(link.finding, actor) for link in _links(case)],
        "notes": list(case.notes.select_related("by").order_by("-at", "-pk")),
        "evidence": [_evidence_row(case, item) for item in case.evidence.select_related("by").order_by("-at", "-pk")],
        "tasks": [_task_row(task) for task in case.tasks.select_related("owner").order_by("done_at", "due", "pk")],
        "replies": list(case.replies.select_related("person", "asked_by").order_by("-asked_at", "-pk")),
        "outcomes": [_outcome(o, subjects, known) for o in case.outcomes.select_related("by").order_by("-at")],
        "member_headers": MEMBER_HEADERS,
        "subject_headers": SUBJECT_HEADERS,
        "task_headers": TASK_HEADERS,
        "evidence_headers": EVIDENCE_HEADERS,
        "members": [[m.person.name, MEMBER_ROLES.get(m.role, m.role), _day(m.since)] for m in members_of(case)],
    }


def _links(case: Case) -> Any:
    return case.findings.select_related("finding").order_by("finding__number")


def _summary(case: Case) -> list[tuple[Any, Any]]:
    rows: list[tuple[Any, Any]] = [
        (_("State"), draw("tag", text=STATES.get(case.state, case.state), tone=TONES.get(case.state, "neutral"))),
        (_("Opened"), _day(case.opened_at)),
        (_("Opened by"), draw("bdi", value=case.opened_by.name)),
        (_("Last change"), _day(case.changed_at)),
    ]
    if case.closed_at:
        rows.append((pgettext_lazy("day of a case", "Closed"), _day(case.closed_at)))
    return rows


def _subject_row(subject: CaseSubject, known: Mapping[SubjectKey, Person]) -> list[Any]:
    person = known.get((subject.kind, subject.ref))
    code = person.staff_number if person and subject.kind == "person" else subject.ref
    return [
        KINDS.get(subject.kind, subject.kind),
        draw("bdi", value=code, code=True) if code else "",
        person.name if person else "",
        _("Added by hand") if subject.by_hand else _("From a finding"),
    ]


def finding_words(finding: Finding, actor: Any) -> dict[str, Any]:
    """A finding as its number, what it is called and its sentences; a link for whoever reads findings."""
    return {
        "number": spoken("F", finding.number),
        "title": title_of(finding),
        "said": sentences(finding.reasons),
        "url": f"/findings/{finding.pk}/" if READERS(actor) else None,
    }


def _evidence_row(case: Case, item: Any) -> list[Any]:
    told = _("Rows of a finding: %(count)s") % {"count": item.rows} if item.kind == "rows" else item.what
    return [
        {"text": item.name, "href": reverse("cases-evidence", args=[case.pk, item.pk])},
        told,
        _size(item.size),
        hash_words(item.sha256),
        item.by.name,
        _day(item.at),
    ]


def hash_words(sha256: str) -> SafeString:
    """A hash that may break into lines and is still copied whole."""
    pieces = ((sha256[at : at + 16],) for at in range(0, len(sha256), 16))
    return format_html("<bdi>{}</bdi>", format_html_join(mark_safe("<wbr>"), "{}", pieces))


def _size(size: int) -> str:
    if size < 1024:
        return _("%(size)s bytes") % {"size": size}
    if size < 1024 * 1024:
        return _("%(size)s KB") % {"size": -(-size // 1024)}
    return _("%(size)s MB") % {"size": f"{size / 1024 / 1024:.1f}"}


def _task_row(task: Any) -> list[Any]:
    done = draw("tag", text=_("Done"), tone="good") if task.done_at else draw("tag", text=_("To do"), tone="brand")
    return [task.what, task.owner.name, date_format(task.due), done, task.note]


def _outcome(outcome: Any, subjects: list[CaseSubject], known: Mapping[SubjectKey, Person]) -> dict[str, Any]:
    return {
        "outcome": OUTCOMES.get(outcome.outcome, outcome.outcome),
        "against": [subject_words(s, known) for s in subjects if s.pk in outcome.against],
        "by": outcome.by.name,
        "at": outcome.at,
        "aside": outcome.set_aside_at,
    }


def _day(at: Any) -> str:
    return date_format(day_of(at))
