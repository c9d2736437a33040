"""What the pages show of actions: the list, one action, what the reader may know of where it comes from."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Case as When
from django.db.models import IntegerField, Q, Value
from django.db.models import When as Then
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from arusha.flow.actions.actions import number_of
from arusha.flow.actions.effect import figure_of, last_full_month
from arusha.flow.actions.models import SEE_ALL, Action, ActionSet
from arusha.flow.actions.states import STATES, TONES
from arusha.flow.cases.models import Case
from arusha.flow.cases.showing import hash_words
from arusha.flow.cases.standing import day_of
from arusha.flow.cases.standing import number_of as case_number
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.models import Finding
from arusha.flow.scorecard.factors import FACTOR_NAMES
from arusha.flow.scorecard.figures import Unit
from arusha.lib.factors import Factor
from arusha.lib.ids import spoken
from arusha.ui.components import draw
from arusha.ui.lists import Column

COLUMNS = (
    Column(pgettext_lazy("one action", "Action"), "number", "number"),
    Column(gettext_lazy("What is to be done"), "what"),
    Column(gettext_lazy("Key factor"), "factor", "factor"),
    Column(gettext_lazy("Who does it"), "owner", "owner__name"),
    Column(gettext_lazy("Due date"), "due", "due"),
    Column(gettext_lazy("State"), "state", "state"),
)
EXPORT = ("number", "what", "factor", "owner", "due", "state", "opened_at", "done_at", "verified_at")
EVIDENCE_HEADERS = (
    gettext_lazy("What was done"),
    pgettext_lazy("evidence", "File"),
    gettext_lazy("SHA-256"),
    gettext_lazy("Added by"),
    gettext_lazy("Added"),
)
MEASURE_HEADERS = (
    gettext_lazy("When"),
    gettext_lazy("Month"),
    {"label": gettext_lazy("Value"), "numeric": True},
    {"label": gettext_lazy("Rests on"), "numeric": True},
)
WHEN: Mapping[str, Any] = {
    "before": pgettext_lazy("measure", "When it was opened"),
    "done": pgettext_lazy("measure", "When it was done"),
    "later": pgettext_lazy("measure", "Later"),
}


def narrowed(actions: ActionSet, actor: Any, asked: Mapping[str, Any], today: date) -> ActionSet:
    """The actions that the filters leave; without any, those that are open or wait to be verified."""
    match asked.get("state") or "":
        case "":
            actions = actions.filter(state__in=("open", "done"))
        case "overdue":
            actions = actions.filter(state="open", due__lt=today)
        case state if state in STATES:
            actions = actions.filter(state=state)
    if asked.get("whose") == "mine":
        actions = actions.filter(owner=actor.person)
    if asked.get("factor"):
        actions = actions.filter(factor=asked["factor"])
    if asked.get("owner"):
        text = asked["owner"].strip()
        actions = actions.filter(Q(owner__staff_number__iexact=text) | Q(owner__name__icontains=text))
    return actions


def late_first(actions: ActionSet, today: date) -> ActionSet:
    """With `late`, by which those that are overdue come before the others."""
    late = When(Then(state="open", due__lt=today, then=Value(0)), default=Value(1), output_field=IntegerField())
    return actions.annotate(late=late).select_related("owner")


def row(action: Any, today: date) -> list[Any]:
    """An action as the cells of `COLUMNS`."""
    return [
        {"text": number_of(action), "href": reverse("actions-one", args=[action.pk]), "code": True},
        action.what,
        factor_words(action.factor),
        action.owner.name,
        date_format(action.due),
        state_tag(action, today),
    ]


def export_rows(actions: Iterable[Action]) -> Iterable[list[Any]]:
    """Rows for a file."""
    for a in actions:
        yield [
            number_of(a), a.what, a.factor, a.owner.name, a.due, a.state, a.opened_at, a.done_at, a.verified_at
        ]  # fmt: skip


def factor_words(factor: str) -> Any:
    """A factor's name in the reader's language."""
    return FACTOR_NAMES[Factor(factor)] if factor in list(Factor) else factor


def state_tag(action: Action, today: date) -> Any:
    """The state as a tag; an open action whose day has passed is overdue."""
    if action.state == "open" and action.due < today:
        return draw("tag", text=pgettext_lazy("state of an action", "Overdue"), tone="bad")
    return draw("tag", text=STATES.get(action.state, action.state), tone=TONES.get(action.state, "neutral"))


def whole(action: Action, actor: Any, today: date) -> dict[str, Any]:
    """Everything the page of an action shows, but its forms."""
    return {
        "summary": _summary(action, actor, today),
        "evidence_headers": EVIDENCE_HEADERS,
        "evidence": [_evidence(action, item) for item in action.evidence.select_related("by").order_by("-at", "-pk")],
        **_effect(action, actor, today),
    }


def _summary(action: Action, actor: Any, today: date) -> list[Any]:
    rows: list[Any] = [
        (_("State"), state_tag(action, today)),
        (_("Who does it"), draw("bdi", value=action.owner.name)),
        (_("Due date"), date_format(action.due)),
        (_("Key factor"), factor_words(action.factor)),
        (_("Opened by"), draw("bdi", value=action.opened_by.name)),
        (pgettext_lazy("day of an action", "Opened"), date_format(day_of(action.opened_at))),
    ]
    if action.done_at:
        rows.append((pgettext_lazy("day of an action", "Done"), date_format(day_of(action.done_at))))
    if action.verified_at and action.verified_by:
        rows.append((_("Verified by"), draw("bdi", value=action.verified_by.name)))
    return rows + origin(action, actor)


def origin(action: Action, actor: Any) -> list[Any]:
    """Where it comes from, as far as the reader may see that; to others not even that it comes from somewhere."""
    rows: list[Any] = []
    if action.case_id:
        case = Case.objects.visible_to(actor).filter(pk=action.case_id).first()
        if case is not None:
            rows.append(_leads(_("Comes from case"), case_number(case), reverse("cases-one", args=[case.pk])))
    if action.finding_id and READERS(actor):
        finding = Finding.objects.visible_to(actor).filter(pk=action.finding_id).first()
        if finding is not None:
            url = f"/findings/{finding.pk}/"
            rows.append(_leads(_("Comes from finding"), spoken("F", finding.number), url))
    return rows


def _leads(label: str, number: str, url: str) -> dict[str, Any]:
    return {"label": label, "value": draw("bdi", value=number, code=True), "href": url, "action": _("Look at it")}


def _evidence(action: Action, item: Any) -> list[Any]:
    file: Any = ""
    if item.kept:
        file = {"text": item.name, "href": reverse("actions-evidence", args=[action.pk, item.pk])}
    code = hash_words(item.sha256) if item.kept else ""
    return [item.text, file, code, item.by.name, date_format(day_of(item.at))]


def _effect(action: Action, actor: Any, today: date) -> dict[str, Any]:
    """The figure before, when it was done, later, and now. It counts over all, so only some roles see its values."""
    figure = figure_of(action.figure) if action.figure else None
    if figure is None:
        return {}
    if not actor.roles & SEE_ALL:
        return {"figure": figure}
    rows = [
        [WHEN.get(m.when, m.when), month(m.start), amount(figure.unit, m.value), m.rests_on]
        for m in action.measures.order_by("at", "pk")
    ]
    over = last_full_month(today)
    now = figure.over(over)
    rows.append([_("Last full month"), month(over.start), amount(figure.unit, now.value), now.of])
    return {"figure": figure, "measure_headers": MEASURE_HEADERS, "measures": rows}


def month(start: date) -> str:
    """A month in words."""
    return date_format(start, "YEAR_MONTH_FORMAT")


def amount(unit: Unit, value: float | None) -> str:
    """A figure's value with its unit."""
    if value is None:
        return _("Nothing to count")
    whole_number = value == int(value)
    number = number_format(int(value) if whole_number else round(value, 1), decimal_pos=0 if whole_number else 1)
    match unit:
        case Unit.PERCENT:
            return _("%(value)s %%") % {"value": number}
        case Unit.DAYS:
            return _("%(value)s days") % {"value": number}
        case Unit.MINUTES:
            return _("%(value)s minutes") % {"value": number}
    return number
