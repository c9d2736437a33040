"""What waits for a person: terms and erasures that somebody else proposed, and holds to be looked at again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.core.retention.erasures import carry_out, number_of
from arusha.core.retention.holds import HOLDER
from arusha.core.retention.kept import KEPT
from arusha.core.retention.models import Erasure, Hold, Term
from arusha.core.retention.terms import put_in_force
from arusha.lib.ids import spoken
from arusha.ui.waiting_list import FIRST, Waiting, waits


@waits(place=60)
def to_decide(actor: Any, on: date) -> Sequence[Waiting]:
    """Terms and erasures that the reader may decide."""
    del on
    terms = [term for term in Term.objects.filter(state="proposed") if put_in_force.offered(actor, term)]
    asked = Erasure.objects.visible_to(actor).filter(state="asked").order_by("number")
    asked = [row for row in asked if carry_out.offered(actor, row)]
    named = [(KEPT[t.kept].title, reverse("retention-sort", args=[t.kept])) for t in terms[:FIRST] if t.kept in KEPT]
    numbers = [(_bdi(number_of(row)), reverse("retention-erasure", args=[row.pk])) for row in asked[:FIRST]]
    return [
        Waiting(_("Terms of retention to decide"), len(terms), reverse("retention"), named),
        Waiting(_("Erasures to decide"), len(asked), reverse("retention-erasures"), numbers),
    ]


@waits(place=61)
def to_review(actor: Any, on: date) -> Sequence[Waiting]:
    """Holds whose day of review has come."""
    if not HOLDER(actor):
        return []
    rows = Hold.objects.visible_to(actor).filter(lifted_at=None, review__lte=on).order_by("review")
    named = [(_bdi(spoken("H", hold.number)), reverse("retention-hold", args=[hold.pk])) for hold in rows[:FIRST]]
    return [Waiting(_("Legal holds to look at again"), rows.count(), reverse("retention"), named)]


def _bdi(text: str) -> Any:
    return format_html("<bdi>{}</bdi>", text)
