"""The hours to come for programs: what is expected, with its intervals, or why there is no forecast."""

from datetime import date
from pathlib import Path
from typing import Annotated

from django.conf import settings
from ninja import Query
from pydantic import BaseModel, Field

from arusha.rooms.watch.waiting.forecast.telling import Ahead, Forecast
from arusha.rooms.watch.waiting.outlook import looking
from arusha.rooms.watch.waiting.outlook.pages import next_hours
from arusha.rooms.watch.waiting.pages import READERS
from arusha.ui.operations import Call, Listed, Turn, cut, operation


class HourAhead(BaseModel):
    """One hour to come. Minutes are of the hour's mean wait; all are null where seldom anybody comes."""

    day: date
    hour: int = Field(description="From 0 to 23, in the port's own time")
    expected: float | None = Field(description="As likely to be less as more")
    low_50: float | None
    high_50: float | None
    low_80: float | None
    high_80: float | None
    low_95: float | None
    high_95: float | None


class ForecastTold(BaseModel):
    """The next hours of one hall, from the hours received so far."""

    port: str
    terminal: str
    last_day: date = Field(description="Of the last hour received")
    last_hour: int
    of_the_past: bool = Field(description="The last hour is old, and this is what was expected after it")
    why: str = Field(description="Empty, or why there is no forecast: too-little")
    method: str = Field(description="model, or naive: the same hour of a week before")
    hours: list[HourAhead]


class Asked(Turn):
    """Which halls."""

    port: Annotated[str, Field(max_length=40)] = ""
    terminal: Annotated[str, Field(max_length=80)] = ""
    limit: Annotated[int, Field(ge=1, le=20, description="Halls in the answer")] = 10


@operation(
    "GET", "waiting/forecast", name="waiting-forecast", group="waiting", may=READERS, answers=Listed[ForecastTold]
)
def forecast(request: Call, asked: Query[Asked]) -> Listed[ForecastTold]:
    """What is expected in the next hours of each hall, by port and terminal."""
    home = Path(settings.ARUSHA_HOME)
    wanted = [
        hall
        for hall in looking.halls(home)
        if hall[0] == (asked.port or hall[0]) and hall[1] == (asked.terminal or hall[1])
    ]
    after = [hall for hall in wanted if asked.after is None or "/".join(hall) > asked.after]
    halls, onward = cut(sorted(after, key="/".join)[: asked.limit + 1], asked.limit, "/".join)
    made = (next_hours(home, hall, request.at) for hall in halls)
    return Listed[ForecastTold](items=[whole(told, late) for told, late in made if told is not None], next=onward)


def whole(told: Forecast, late: bool) -> ForecastTold:
    """A forecast as it is sent."""
    return ForecastTold(
        port=told.port,
        terminal=told.terminal,
        last_day=told.last[0],
        last_hour=told.last[1],
        of_the_past=late,
        why=told.why,
        method=told.method,
        hours=[_hour(hour) for hour in told.hours],
    )


def _hour(hour: Ahead) -> HourAhead:
    ends = {share: hour.interval(share) or (None, None) for share in (50, 80, 95)}
    named = {f"{end}_{share}": pair[i] for share, pair in ends.items() for i, end in enumerate(("low", "high"))}
    return HourAhead(day=hour.day, hour=hour.hour, expected=hour.middle, **named)
