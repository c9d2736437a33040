"""Actions in the menu, and the signal they raise."""

from django.utils.translation import pgettext_lazy

from arusha.flow.actions.overdue import OVERDUE
from arusha.ui.pages import menu

SYSTEMS = ("A5",)
SIGNALS = (OVERDUE,)
menu("actions", pgettext_lazy("menu", "Actions"), 40)
