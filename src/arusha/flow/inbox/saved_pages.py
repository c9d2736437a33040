"""The filters that a person keeps: beside the list with how many findings each has, and on a page of their own."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import ROLES
from arusha.flow.inbox import asking, findings, listing, narrowing, saved
from arusha.flow.inbox.models import SavedFilter
from arusha.ui.components import draw
from arusha.ui.pages import act_of, page


class Save(forms.Form):
    """A name for the filter that is on, and whether others see it."""

    name = forms.CharField(label=gettext_lazy("Name of the filter"), max_length=saved.LONGEST_NAME)
    shared = forms.ChoiceField(label=gettext_lazy("Who sees it"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        """Offer the roles that the person holds."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["shared"]
        shared = [
            (role, _("Everybody with the role: %(role)s") % {"role": said}) for role, said in saved.roles_of(actor)
        ]
        field.choices = [("", _("Only me")), *shared]


def beside(actor: Any, query: str) -> list[dict[str, Any]]:
    """The filters as links, each with how many findings it has now and whether it is the one that is on.

    A filter that searches is not counted: each search is recorded, and nobody asked for this one yet.
    """
    return [
        {
            "name": row.name,
            "href": f"/findings/?{row.query}",
            "count": None if saved.searches(row.query) else listing.counted(_count(row.query, actor)),
            "on": row.query == query,
            "shared": str(row.person_id) != str(actor.person),
        }
        for row in saved.of(actor)
    ]


def _count(query: str, actor: Any) -> int:
    form = listing.Filters(asking.given(QueryDict(query)))
    wanted = narrowing.narrowed(form.cleaned_data if form.is_valid() else {}, actor)
    return narrowing.counted(narrowing.rows(wanted, actor))


@page("findings/saved/", name="findings-saved", may=findings.READERS, methods=("GET", "POST"))
def saved_filters(request: Any) -> HttpResponse:
    """Every filter that the reader has, and keeping another."""
    if request.method == "POST":
        return _save(request)
    return _page(request, None, 200)


@page("findings/saved/<uuid:pk>/remove/", name="findings-saved-remove", may=findings.READERS, methods=("POST",))
def remove(request: Any, pk: Any) -> HttpResponse:
    """Keep a filter no longer; it can be had back."""
    return _done(request, pk, saved.remove, _("The filter is removed."))


@page("findings/saved/<uuid:pk>/restore/", name="findings-saved-restore", may=findings.READERS, methods=("POST",))
def restore(request: Any, pk: Any) -> HttpResponse:
    """Have a removed filter back."""
    return _done(request, pk, saved.restore, _("The filter is back."))


def _done(request: Any, pk: Any, act: Any, said: str) -> HttpResponse:
    if not SavedFilter.objects.filter(pk=pk, person=request.actor.person).exists():
        raise Http404
    try:
        act(pk, act=act_of(request))
    except Refused as refused:
        messages.error(request, str(refused.said))
    else:
        messages.success(request, said)
    return redirect("findings-saved")


def _save(request: Any) -> HttpResponse:
    query = saved.plain(request.POST.get("asked", ""))
    form = Save(request.POST, actor=request.actor)
    if not form.is_valid():
        return _page(request, form, 400, query)
    try:
        saved.save(form.cleaned_data["name"], query, form.cleaned_data["shared"], act=act_of(request))
    except Refused as refused:
        field = "shared" if refused.rule in ("filter-role", "filter-search-shared") else "name"
        form.add_error(None if refused.rule == "filter-empty" else field, str(refused.said))
        return _page(request, form, 409, query)
    messages.success(request, _("The filter is kept: it stands above the list."))
    return redirect(f"/findings/?{query}")


def _page(request: Any, form: Save | None, status: int, query: str = "") -> HttpResponse:
    shown = {
        "headers": [_("Filter"), _("Findings"), _("Who sees it"), _("Whose"), {"label": _("Remove"), "hidden": True}],
        "rows": [_row(row, request) for row in saved.of(request.actor)],
        "removed": SavedFilter.objects.filter(person=request.actor.person)
        .exclude(removed_at=None)
        .order_by("-removed_at")[:5],
        "form": form,
        "query": query,
        "once": uuid4().hex,
        "has_errors": form is not None,
    }
    return render(request, "inbox/saved.html", shown, status=status)


def _row(row: SavedFilter, request: Any) -> list[Any]:
    mine = str(row.person_id) == str(request.actor.person)
    count = "–" if saved.searches(row.query) else listing.counted(_count(row.query, request.actor))
    text = _("Remove")
    action = f"/findings/saved/{row.pk}/remove/"
    button = draw("post-button", text=text, action=action, kind="quiet", small=True, csrf_token=_token(request))
    return [
        {"text": row.name, "href": f"/findings/?{row.query}"},
        count,
        ROLES.get(row.shared, row.shared) if row.shared else _("Only me"),
        _("Mine") if mine else format_html("<bdi>{}</bdi>", row.person.name),
        button if mine else "",
    ]


def _token(request: Any) -> str:
    from django.middleware.csrf import get_token

    return get_token(request)
