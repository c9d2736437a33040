"""Waiting times for programs: the hours as they were received, narrowed as on their page."""

from datetime import date
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.rooms.watch.waiting.asking import Asking
from arusha.rooms.watch.waiting.pages import READERS, received
from arusha.ui.operations import Call, Listed, Turn, cut, group, operation
from arusha.ui.problems import unfit

group("waiting", _("Waiting times at the border"))


class HourTold(BaseModel):
    """One hour in one hall."""

    day: date
    hour: int = Field(description="From 0 to 23, in the port's own time")
    port: str
    terminal: str
    mean_wait: float | None = Field(description="Minutes")
    max_wait: float | None = Field(description="Minutes")
    passengers: int | None
    excluded: int | None = Field(description="Passengers whose wait was not counted")
    booths: float | None


class Asked(Turn):
    """Which hours."""

    port: Annotated[str, Field(max_length=40)] = ""
    terminal: Annotated[str, Field(max_length=80)] = ""
    since: date | None = None
    until: date | None = None


@operation("GET", "waiting", name="waiting", group="waiting", may=READERS, answers=Listed[HourTold])
def hours(request: Call, asked: Query[Asked]) -> Listed[HourTold]:
    """The hours, by day, hour, port and terminal; hours that are received meanwhile do not move a page."""
    del request
    table = received()
    given = asked.model_dump(include={"port", "terminal", "since", "until"}, exclude_none=True)
    form = Asking(QueryDict(urlencode(given)), table)
    if not form.is_valid():
        raise unfit(form)
    found = _placed(form.chosen(table))
    if asked.after is not None:
        found = found.filter(pc.greater(found["place"], asked.after))
    ordered = found.take(pc.select_k_unstable(found["place"], asked.limit + 1, [("", "ascending")]))
    rows, onward = cut(ordered.to_pylist(), asked.limit, lambda row: str(row["place"]))
    return Listed[HourTold](items=[_told(row) for row in rows], next=onward)


def _placed(table: pa.Table) -> pa.Table:
    """With the place of each hour in the list: its key, as text that sorts by day, hour, port and terminal."""
    hour = pc.utf8_lpad(table["hour"].cast(pa.string()), 2, "0")
    day, port, terminal = (table[name].cast(pa.string()) for name in ("day", "port_code", "terminal"))
    return table.append_column("place", pc.binary_join_element_wise(day, hour, port, terminal, "/"))


def _told(row: dict[str, Any]) -> HourTold:
    names = ("day", "hour", "terminal", "mean_wait", "max_wait", "passengers", "excluded", "booths")
    return HourTold(port=row["port_code"], **{name: row[name] for name in names})
