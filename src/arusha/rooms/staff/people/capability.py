"""The place of people in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.ui.pages import menu

menu("people", _("People"), 80)
