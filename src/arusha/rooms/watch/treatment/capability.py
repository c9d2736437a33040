"""What a hit of `treatment` becomes in the inbox: an officer, and the trader or traveller who is treated otherwise."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor

SYSTEMS = ("W2",)
signal(
    "treatment",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=1.0, leading=1),
    title={
        "officer-trader": _("An officer who treats one trader otherwise"),
        "officer-traveller": _("An officer who treats one traveller otherwise"),
    },
    subjects={"officer-trader": ("officer", "trader"), "officer-traveller": ("officer", "traveller")},
)
