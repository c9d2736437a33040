"""What a hit of `waiting-unusual` becomes in the inbox, and the place of the page in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor
from arusha.ui.pages import menu

SYSTEMS = ("W8",)
signal(
    "waiting-unusual",
    factor=Factor.TRANSPARENCY,
    match=SameMembers(),
    title={"hour": _("An hour of unusual waiting")},
    subjects={"hour": ("hour", "hour")},
)
menu("waiting", _("Waiting times"), 45)
