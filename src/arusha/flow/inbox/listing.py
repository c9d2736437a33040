"""The list of findings: what it filters, sorts and shows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.findings import STATES
from arusha.flow.inbox.models import Finding, FindingSet, FindingSubject
from arusha.flow.inbox.signals import SIGNALS, signal_of
from arusha.flow.inbox.words import sentence
from arusha.flow.inbox.words import shown as told
from arusha.lib.ids import spoken
from arusha.ui.components import draw
from arusha.ui.keyset import BOUND
from arusha.ui.lists import Column

FILTERS = ("state", "signal", "whose", "marks", "q")
USUAL = {"state": "open", "marks": "without"}
"""What is shown to whoever asks for nothing: what is open and has no ordinary explanation."""
COLUMNS = (
    Column(_("Finding"), "number", "number"),
    Column(_("What"), "what"),
    Column(_("How sure (q)"), "q", "sure", numeric=True),
    Column(_("Counted"), "support", "support", numeric=True),
    Column(_("Last seen"), "last_at", "last_at"),
    Column(_("State"), "state"),
)
MARKS = {
    "household": _("household"),
    "tour": _("tour"),
    "crew": _("crew"),
    "shared-transport": _("shared transport"),
}
TONES = {"open": "brand", "watching": "caution", "confirmed": "bad", "explained": "good", "duplicate": "neutral"}


class Filters(forms.Form):
    """What the list can be narrowed by."""

    state = forms.ChoiceField(label=_("State"), required=False)
    signal = forms.ChoiceField(label=_("Kind"), required=False)
    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Everyone's")), ("mine", _("Mine")), ("nobody", _("Nobody's"))],
    )
    marks = forms.ChoiceField(
        label=_("Ordinary groups"),
        required=False,
        choices=[("all", _("Shown")), ("without", _("Hidden: household, tour, crew, shared transport"))],
    )
    q = forms.CharField(
        label=_("Search"),
        help_text=_("A number, a traveller, officer, person, unit or port, or a kind"),
        required=False,
        max_length=120,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states and every signal that something declares."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["state"].choices = [("any", _("Any")), *STATES.items()]
        kinds = [(f"{s.name}/{kind}", title) for s in SIGNALS.values() for kind, title in s.title.items()]
        fields["signal"].choices = [("any", _("Any")), *kinds]


def shown(findings: FindingSet) -> FindingSet:
    """With all that a row shows, in a fixed number of queries."""
    subjects = FindingSubject.objects.filter(current=True).order_by("place")
    return findings.select_related("assigned_to").prefetch_related(Prefetch("subjects", subjects, "listed"))


def in_order(rows: Sequence[tuple[Any, int, Any]], actor: Any) -> list[Finding]:
    """The findings of a page's rows (see `narrowing.page`), in their order."""
    held = shown(Finding.objects.visible_to(actor)).in_bulk([pk for _value, _number, pk in rows])
    return [held[pk] for _value, _number, pk in rows if pk in held]


def counted(count: int) -> str:
    """A count that may have stopped at its bound, in words."""
    if count > BOUND:
        return gettext("more than %(bound)s") % {"bound": told(BOUND)}
    return str(told(count))


def row(finding: Finding, *, pick: bool = False) -> list[Any]:
    """A finding as the cells of `COLUMNS`, with a box to choose it by where it can be handled with others."""
    return [
        {"text": _picked(finding)} if pick else {"text": numbered(finding), "href": f"/findings/{finding.pk}/"},
        get_template("inbox/what.html").render(what(finding)),
        certain(finding.q),
        finding.support,
        finding.last_at,
        draw("tag", text=STATES.get(finding.state, finding.state), tone=TONES.get(finding.state, "neutral")),
    ]


def _picked(finding: Finding) -> SafeString:
    return format_html(
        '<span class="ar-nowrap"><input type="checkbox" class="ar-pick" form="several" name="finding" value="{}" '
        'aria-label="{}"> <a href="/findings/{}/">{}</a></span>',
        finding.pk,
        gettext("Choose %(number)s") % {"number": spoken("F", finding.number)},
        finding.pk,
        numbered(finding),
    )


def numbered(finding: Finding) -> SafeString:
    """Its number as people say it, on one line."""
    return format_html('<bdi class="ar-nowrap">{}</bdi>', spoken("F", finding.number))


def what(finding: Finding) -> dict[str, Any]:
    """What a finding is, in a few words: its title, its first sentence, its marks."""
    return {
        "title": title_of(finding),
        "said": sentence(finding.reasons[0]) if finding.reasons else "",
        "marks": [MARKS.get(mark, mark) for mark in finding.marks],
        "changed": bool(finding.changed),
    }


def title_of(finding: Finding) -> Any:
    """What findings of its signal and kind are called."""
    signal = signal_of(finding.signal)
    return signal.called(finding.kind) if signal else finding.signal


def title_of_signal(name: str) -> Any:
    """What findings of a signal are called, kind after kind."""
    signal = signal_of(name)
    titles = dict.fromkeys(str(title) for title in signal.title.values()) if signal else {name: None}
    return "; ".join(titles)


def certainty(q: float | None) -> str:
    """A q-value as people read it: two digits, and very small ones as a bound."""
    if q is None:
        return "–"
    if q < 1e-12:
        return "< 1e-12"
    return f"{q:.2g}"


def certain(q: float | None) -> SafeString:
    """The same for a page: a number line has one direction, in Arabic too."""
    return format_html('<bdi dir="ltr">{}</bdi>', certainty(q))


def export_rows(findings: Iterable[Finding]) -> Iterable[list[Any]]:
    """Rows for a file: facts, not sentences."""
    for f in findings:
        members = " ".join(s.ref for s in f.subjects.all() if s.current)
        told = (f.support, f.expected, f.p, f.q, " ".join(f.marks), f.first_at, f.last_at)
        yield [spoken("F", f.number), f.signal, f.kind, f.state, members, *told]


EXPORT = (
    *("number", "signal", "kind", "state", "subjects", "support"),
    *("expected", "p", "q", "marks", "first_at", "last_at"),
)
