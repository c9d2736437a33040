"""The place of the record in the menu."""

from django.utils.translation import gettext_lazy as _

from arusha.ui.pages import menu

menu("record", _("Record"), 70)
