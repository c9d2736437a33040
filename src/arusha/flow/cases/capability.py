"""The place of cases in the menu."""

from django.utils.translation import pgettext_lazy

from arusha.ui.pages import menu

SYSTEMS = ("C1",)
menu("cases", pgettext_lazy("menu", "Cases"), 30)
