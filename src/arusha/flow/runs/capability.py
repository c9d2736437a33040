"""Supervision's place in the menu, and what a finding's page tells of the run behind it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.offered import RAN_WITH
from arusha.flow.runs.models import Run
from arusha.ui.pages import menu

SYSTEMS = ("W1",)


def ran_with(pk: UUID) -> Iterator[tuple[Any, Any]]:
    """The number of the change that the run went by, with its settings."""
    run = Run.objects.filter(pk=pk).only("name", "params").first()
    if run is None or not run.params.get("number"):
        return
    settings = ", ".join(f"{name} = {value}" for name, value in run.params["settings"].items())
    said = format_html(
        '<a href="/supervision/detectors/{}/">{}</a>: <bdi dir="ltr">{}</bdi>',
        run.name,
        _("change %(number)s") % {"number": run.params["number"]},
        settings,
    )
    yield _("Settings in force"), said


RAN_WITH.append(ran_with)
menu("supervision", _("Supervision"), 10)
