"""The list of entries: what it filters, sorts and shows."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import ACTS
from arusha.core.journal.models import Entry
from arusha.core.people.models import Person
from arusha.lib.ids import heard
from arusha.rooms.assurance.record import wording
from arusha.rooms.assurance.record.visible import HABITS, guarded_tables, refs, visible_rows
from arusha.ui.lists import Column

FILTERS = ("act", "by", "about", "since", "until")
COLUMNS = (
    Column(_("Entry"), "seq", "seq", numeric=True),
    Column(_("When"), "when"),
    Column(_("What happened"), "act"),
    Column(_("By whom"), "by"),
    Column(_("About"), "about"),
)
DAY = {"type": "date"}


class Filters(forms.Form):
    """What the record is narrowed by."""

    act = forms.ChoiceField(label=_("What happened"), required=False)
    by = forms.CharField(label=_("By whom: name, staff number, or “system”"), required=False, max_length=120)
    about = forms.CharField(label=_("About: number or id"), required=False, max_length=120)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every act that something declares, by its words."""
        super().__init__(*args, **kwargs)
        known = sorted(((name, wording.said(name)) for name in ACTS if name not in HABITS), key=lambda one: one[1])
        self.fields["act"].choices = [("", _("Any")), *known]


def narrowed(rows: "QuerySet[Entry]", asked: dict[str, Any], actor: Any) -> "QuerySet[Entry]":
    """The entries that the filters leave."""
    if asked.get("act"):
        rows = rows.filter(act=asked["act"])
    if asked.get("by"):
        rows = rows.filter(_by(asked["by"].strip()))
    if asked.get("about"):
        rows = rows.filter(_about(asked["about"].strip(), actor))
    if asked.get("since"):
        rows = rows.filter(at__gte=_begin(asked["since"]))
    if asked.get("until"):
        rows = rows.filter(at__lt=_begin(asked["until"] + timedelta(days=1)))
    return rows


def cells(entries: list[Entry], actor: Any) -> list[list[Any]]:
    """Entries as the cells of `COLUMNS`, in a fixed number of queries."""
    by = wording.doers({entry.by for entry in entries})
    about = wording.things({entry.about for entry in entries}, actor)
    return [
        [
            {"text": entry.seq, "href": reverse("record-one", args=[entry.id])},
            entry.at,
            wording.said(entry.act),
            by[entry.by],
            about[entry.about],
        ]
        for entry in entries
    ]


def _by(text: str) -> Q:
    if text.lower().startswith("system"):
        return Q(by__startswith="system:")
    people = Person.objects.filter(Q(name__icontains=text) | Q(staff_number__iexact=text))
    return Q(by__in=refs(people))


def _about(text: str, actor: Any) -> Q:
    for kind, prefix in wording.PREFIXES.items():
        number = heard(text, prefix)
        if number is not None and kind in guarded_tables():
            return Q(about__in=refs(visible_rows(guarded_tables()[kind], actor).filter(number=number)))
    try:
        return Q(about__endswith=f":{UUID(text)}")
    except ValueError:
        return Q(about=text)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
