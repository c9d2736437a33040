"""The scorecard's place in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.ui.pages import menu

SYSTEMS = ("M1", "M3")
menu("scorecard", _("Scorecard"), 50)
