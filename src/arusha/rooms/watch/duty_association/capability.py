"""What a hit of `duty-association` becomes in the inbox: a unit or an officer, each with the group it goes with."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor

SYSTEMS = ("W2",)
signal(
    "duty-association",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=0.5, leading=1),
    title={
        "unit": _("A unit on duty when a group crosses"),
        "officer": _("An officer on the lane that a group takes"),
    },
    subjects={"unit": ("unit", "traveller"), "officer": ("officer", "traveller")},
    hits_of={"groups": "co-travel"},
)
