"""The pages of several findings at once: what is chosen and what will happen to each, then what came of each."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Performed
from arusha.flow.inbox import asking, findings, forms, listing, narrowing, several
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import shown as told
from arusha.ui.pages import act_of, page

HEADERS = (gettext_lazy("Finding"), gettext_lazy("What"), gettext_lazy("State"), gettext_lazy("What will happen"))
DONE_HEADERS = (*HEADERS[:3], gettext_lazy("What came of it"))
ACTS: dict[str, Performed] = {
    "dispose": findings.dispose,
    "assign": findings.assign,
    "reopen": findings.reopen,
}
TITLES = {
    "dispose": gettext_lazy("Dispose of several findings"),
    "assign": gettext_lazy("Assign several findings"),
    "reopen": gettext_lazy("Open several findings again"),
}
BUTTONS = {
    "dispose": gettext_lazy("Dispose of them"),
    "assign": gettext_lazy("Assign them"),
    "reopen": gettext_lazy("Open them again"),
}
WILL = {
    "dispose": gettext_lazy("It will be disposed of."),
    "assign": gettext_lazy("It will be assigned."),
    "reopen": gettext_lazy("It will be open again."),
}
WAS = {
    "dispose": gettext_lazy("Disposed of."),
    "assign": gettext_lazy("Assigned."),
    "reopen": gettext_lazy("Open again."),
}
WARNINGS = {
    "dispose": gettext_lazy(
        "Each gets its own entry in the record. You can open them again afterwards, with a reason."
    ),
    "assign": gettext_lazy("Whoever they are assigned to is told. You can assign them to another, or to nobody."),
    "reopen": gettext_lazy("A finding that somebody changed since is left as it is, and you are told."),
}


@page("findings/several/", name="findings-several", may=findings.READERS, methods=("POST",))
def several_chosen(request: Any) -> HttpResponse:
    """What was chosen in the list, and what the decision would do to each."""
    what = request.POST.get("do", "")
    rows, more = _chosen(request)
    if not rows:
        messages.error(request, _("Choose findings in the list first, by their boxes."))
        return redirect(f"/findings/?{request.POST.get('asked', '')[:2000]}")
    if what == "case":
        return _to_a_case(request, rows)
    what = what if what in ACTS else "dispose"
    return _ask(request, what, rows, _form(what, None), more=more)


@page("findings/several/done/", name="findings-several-done", may=findings.READERS, methods=("POST",))
def several_done(request: Any) -> HttpResponse:
    """Carry the decision out, one act for each finding, and tell what came of each."""
    what = request.POST.get("do", "")
    what = what if what in ACTS else "dispose"
    rows = several.chosen(request.actor, request.POST.getlist("finding"))
    seen = _versions(request)
    form = _form(what, request.POST)
    if not form.is_valid() or not rows:
        return _ask(request, what, rows, form, status=400)
    given, act = form.cleaned_data, act_of(request)
    if what == "dispose":
        outcomes = several.disposed(rows, seen, given["disposal"], given["watch_until"], act=act)
    elif what == "assign":
        outcomes = several.assigned(rows, seen, given["person"] or None, act=act)
    else:
        outcomes = several.reopened(rows, seen, act=act)
    return _tell(request, what, outcomes)


def _chosen(request: Any) -> tuple[list[Finding], bool]:
    """The findings whose boxes were ticked or, where that is asked, the first that match; whether more match."""
    if not request.POST.get("all"):
        ids = request.POST.getlist("finding")
        return several.chosen(request.actor, ids), len(ids) > several.MOST
    asked = asking.read(request, asking.of(request.POST.get("asked", "")))
    ids = narrowing.first(asked.narrowed, request.actor, asked.ask, several.MOST + 1)
    return several.chosen(request.actor, ids), len(ids) > several.MOST


def _to_a_case(request: Any, rows: Sequence[Finding]) -> HttpResponse:
    if len(rows) > several.CASE_MOST:
        said = _("A case can be opened from %(most)s findings at once: choose fewer, and add others to it later.")
        messages.error(request, said % {"most": told(several.CASE_MOST)})
        return redirect(f"/findings/?{request.POST.get('asked', '')[:2000]}")
    return redirect(f"/cases/new/?{urlencode([('finding', row.pk) for row in rows])}")


def _form(what: str, data: Any) -> Any:
    if what == "assign":
        return forms.AssignSeveral(data, persons=findings.handlers())
    return (forms.DisposeSeveral if what == "dispose" else forms.ReopenSeveral)(data)


def _versions(request: Any) -> dict[UUID, int]:
    """The version that was looked at, by finding, as the form carries them."""
    seen = {}
    for text in request.POST.getlist("seen"):
        key, _colon, version = text.partition(":")
        try:
            seen[UUID(key)] = int(version)
        except ValueError:
            continue
    return seen


def _ask(
    request: Any, what: str, rows: Sequence[Finding], form: Any, *, more: bool = False, status: int = 200
) -> HttpResponse:
    refused = several.would(ACTS[what], request.actor, rows)
    able = [row for row in rows if row.pk not in refused]
    shown = {
        "what": what,
        "title": TITLES[what],
        "button": BUTTONS[what],
        "warning": WARNINGS[what],
        "form": form,
        "has_errors": bool(form.errors),
        "headers": HEADERS,
        "rows": [_row(row, refused.get(row.pk, WILL[what])) for row in rows],
        "able": able,
        "able_count": told(len(able)),
        "refused_count": len(refused),
        "refused_said": told(len(refused)),
        "more": more,
        "most": told(several.MOST),
        "once": request.POST.get("once") or uuid4().hex,
    }
    return render(request, "inbox/several.html", shown, status=status)


def _tell(request: Any, what: str, outcomes: Sequence[several.Outcome]) -> HttpResponse:
    done = [outcome for outcome in outcomes if outcome.refused is None]
    refused = len(outcomes) - len(done)
    shown = {
        "what": what,
        "title": TITLES[what],
        "headers": DONE_HEADERS,
        "rows": [_row(outcome.finding, outcome.refused or WAS[what]) for outcome in outcomes],
        "done": done if what == "dispose" else [],
        "done_count": len(done),
        "done_said": told(len(done)),
        "refused_count": refused,
        "refused_said": told(refused),
        "form": forms.ReopenSeveral(),
        "once": uuid4().hex,
    }
    return render(request, "inbox/several_done.html", shown, status=409 if refused else 200)


def _row(finding: Finding, said: Any) -> list[Any]:
    state = findings.STATES.get(finding.state, finding.state)
    number = {"text": listing.numbered(finding), "href": f"/findings/{finding.pk}/"}
    return [number, listing.title_of(finding), state, said]
