"""Halls whose forecasts lately did not hold what they say wait for whoever looks after them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from arusha.core.people.roles import role
from arusha.rooms.watch.waiting.outlook.looking import failing
from arusha.ui.waiting_list import FIRST, Waiting, waits

WATCHERS = role("analyst", "risk-officer")


@waits(place=60)
def forecasts_that_fail(actor: Any, on: date) -> Sequence[Waiting]:
    """One for each hall."""
    del on
    if not WATCHERS(actor):
        return []
    found = failing(Path(settings.ARUSHA_HOME))
    address = "/waiting/outlook/"
    items = [
        (format_html("<bdi>{}</bdi>", " ".join(one.hall)), f"{address}?{urlencode({'hall': '/'.join(one.hall)})}")
        for one in found[:FIRST]
    ]
    return [Waiting(_("Forecasts of waiting whose ranges lately did not hold"), len(found), address, items)]
