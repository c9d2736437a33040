"""What the hits of a supervision model become, the detectors that people made, and the page in the menu."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.flow.inbox.offered import GOVERNED_AT, MADE
from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.detect import Detector
from arusha.lib.factors import Factor
from arusha.rooms.watch.supervision.definition import read
from arusha.rooms.watch.supervision.making import FAMILY, made
from arusha.rooms.watch.supervision.models import Version
from arusha.ui.pages import menu

SYSTEMS = ("W1",)
signal(
    FAMILY,
    factor=Factor.AUDIT,
    match=SameMembers(at_least=1.0, leading=1),
    title={"": _("What a supervision model points at")},
    subjects={},
)


def in_force() -> Iterator[Detector]:
    """The detectors of the versions that are in force."""
    for version in Version.objects.filter(state="in-force").select_related("of").order_by("of__slug"):
        yield made(version.of.slug, version.of.title, version.number, read(version.definition))


MADE.append(in_force)
GOVERNED_AT[FAMILY] = "/supervision/models/"
menu("models", pgettext_lazy("menu", "Models"), 36)
