"""The record on the web: the list of entries, one entry, the reason given with it, and verifying from outside."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Act
from arusha.core.journal.keys import journal_key
from arusha.core.journal.models import Entry, Link
from arusha.core.journal.refusals import Refused
from arusha.lib.seal import verify_journal
from arusha.lib.seal.checkpoints import public_pem
from arusha.rooms.assurance.record import listing, reasons, sealing, wording
from arusha.rooms.assurance.record.visible import entries, names_hidden
from arusha.ui import lists
from arusha.ui.components import draw
from arusha.ui.pages import act_of, page


class Look(forms.Form):
    """Why somebody wants to read the reason of an entry."""

    why = forms.CharField(
        label=gettext_lazy("Why you need to read it"),
        help_text=gettext_lazy("Your look is an entry of the record itself, with this reason."),
        max_length=4000,
        widget=forms.Textarea,
    )


class Stored(forms.Form):
    """The bytes of an entry, to be read and copied."""

    body = forms.CharField(
        label=gettext_lazy("The stored bytes"),
        help_text=gettext_lazy("Canonical JSON: the digest is over exactly these."),
        widget=forms.Textarea(attrs={"readonly": True, "dir": "ltr", "spellcheck": "false"}),
        required=False,
    )


@page("record/", name="record", may=sealing.READERS)
def record(request: Any) -> HttpResponse:
    """Every entry that the reader may see, the newest first, and how far the chain reaches."""
    ask = lists.read(request.GET, listing.COLUMNS, order="-seq", filters=listing.FILTERS)
    form = listing.Filters(request.GET or None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = listing.narrowed(entries(request.actor), told, request.actor)
    cut = lists.paginate(rows.order_by(*ask.order_by(tie="id")), ask)
    shown = {
        "form": form,
        "headers": ask.headers(),
        "rows": listing.cells(list(cut.items), request.actor),
        "page": cut,
        "keep": ask.hidden(),
        "state": sealing.state(),
    }
    return render(request, "record/entries.html", shown)


@page("record/<uuid:pk>/", name="record-one", may=sealing.READERS)
def entry(request: Any, pk: Any) -> HttpResponse:
    """One entry: what it says, its bytes, its digest and the link that holds it."""
    return _entry_page(request, _visible(request, pk), Look(), 200)


@page("record/<uuid:pk>/reason/", name="record-reason", may=reasons.READERS, methods=("POST",))
def reason(request: Any, pk: Any) -> HttpResponse:
    """Show the reason given with an entry. A second look is a second entry, so the request has no key."""
    row = _visible(request, pk)
    form = Look(request.POST)
    if not form.is_valid():
        return _entry_page(request, row, form, 400)
    try:
        said = reasons.read(row, act=Act(by=request.actor, at=request.at, why=form.cleaned_data["why"]))
    except Refused as refused:
        form.add_error(None, str(refused.said))
        return _entry_page(request, row, form, 409)
    return _entry_page(request, row, Look(), 200, reason=said)


@page("record/verify/", name="record-verify", may=sealing.READERS)
def verifying(request: Any) -> HttpResponse:
    """How to verify the journal from outside, and where to take what that needs."""
    state = sealing.state()
    facts = [
        (_("Entries"), state.entries),
        (_("Chained"), state.chained),
        (_("Last link"), state.link.number if state.link else "–"),
        (_("Its hash"), _code(bytes(state.link.hash).hex()) if state.link else "–"),
        (_("Last checkpoint taken here"), state.checkpoint or _("none yet")),
    ]
    return render(request, "record/verify.html", {"facts": facts})


@page("record/checkpoint/", name="record-checkpoint", may=sealing.READERS, methods=("POST",))
def checkpoint(request: Any) -> HttpResponse:
    """A checkpoint signed now, as a file to be taken to another machine."""
    try:
        signed = sealing.sign(settings.INSTALLATION.id, act=act_of(request))
    except Refused as refused:
        messages.error(request, str(refused.said))
        return redirect("record-verify")
    return _file(signed, f"checkpoint-{request.at:%Y-%m-%d-%H%M}.json", "application/json")


@page("record/verify_journal.py", name="record-verifier", may=sealing.READERS)
def verifier(request: Any) -> HttpResponse:
    """The stand-alone verifier: one file that needs Python and `cryptography`, and nothing of this installation."""
    del request
    return _file(Path(verify_journal.__file__).read_bytes(), "verify_journal.py", "text/x-python")


@page("record/journal.pub.pem", name="record-key", may=sealing.READERS)
def public_key(request: Any) -> HttpResponse:
    """The public key that checkpoints are verified with."""
    del request
    return _file(public_pem(journal_key().public_key()), "journal.pub.pem", "application/x-pem-file")


def _visible(request: Any, pk: Any) -> Entry:
    row = entries(request.actor).filter(id=pk).first()
    if row is None:
        raise Http404
    return row


def _entry_page(request: Any, row: Entry, form: Look, status: int, *, reason: str | None = None) -> HttpResponse:
    reads = reasons.READERS(request.actor)
    hidden = names_hidden(row, request.actor)
    shown = {
        "entry": row,
        "said": wording.said(row.act),
        "facts": _facts(row, request.actor),
        "reads": reads,
        "hidden": hidden,
        "stored": Stored(initial={"body": bytes(row.body).decode()}) if reads and not hidden else None,
        "may_read": not hidden and reasons.may_be_read(row, request.actor),
        "form": form,
        "reason": reason,
        "has_errors": bool(form.errors),
    }
    return render(request, "record/entry.html", shown, status=status)


def _facts(row: Entry, actor: Any) -> list[Any]:
    about = wording.things([row.about], actor)[row.about]
    link = Link.objects.filter(first_seq__lte=row.seq).order_by("-first_seq").first()
    chained = link is not None and row.seq < link.first_seq + link.count
    facts: list[Any] = [
        (_("When"), row.at),
        (_("By whom"), wording.doers([row.by])[row.by]),
        {"label": _("About"), "value": about["text"], "href": about["href"], "action": _("Open it")},
        (_("Name of the act"), _code(row.act)),
        (_("Digest (SHA-256)"), _code(bytes(row.digest).hex())),
        (_("Link of the chain"), link.number if chained else _("not yet chained: the worker does it in a moment")),
    ]
    return facts + ([(_("Hash of the link"), _code(bytes(link.hash).hex()))] if chained else [])


def _code(text: str) -> Any:
    return draw("bdi", value=text)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
