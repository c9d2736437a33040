"""What a hit of `co-travel` becomes in the inbox."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor

SYSTEMS = ("W2",)
signal(
    "co-travel",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=0.5),
    title={"group": _("Travellers who cross together")},
    subjects={"group": ("traveller", "traveller")},
)
