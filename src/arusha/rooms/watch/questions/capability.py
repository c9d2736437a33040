"""The questions' place in the menu."""

from django.utils.translation import pgettext_lazy

from arusha.ui.pages import menu

SYSTEMS = ("W1",)
menu("questions", pgettext_lazy("menu", "Questions"), 37)
