"""The scorecard's place in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.ui.pages import menu

menu("scorecard", _("Scorecard"), 50)
