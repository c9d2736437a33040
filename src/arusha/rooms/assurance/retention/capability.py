"""The place of retention in the menu."""

from django.utils.translation import pgettext_lazy

from arusha.ui.pages import menu

menu("retention", pgettext_lazy("menu", "Retention"), 75)
