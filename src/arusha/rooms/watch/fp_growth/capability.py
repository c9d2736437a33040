"""What a hit of `fp-growth` becomes in the inbox."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor

SYSTEMS = ("W2",)
signal(
    "fp-growth",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=0.5),
    title={"group": _("Travellers who are often counted together")},
    subjects={"group": ("traveller", "traveller")},
    begins=False,  # it tells what chance does: two people who read its card may switch it on
)
