"""Supervision's place in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.ui.pages import menu

SYSTEMS = ("W1",)
menu("supervision", _("Supervision"), 10)
