"""What the board shows, as facts: each hall's last hour, the hours to come, the service level. Made once an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from arusha.lib.intake import Lake
from arusha.rooms.watch.waiting.board.service import FEWEST, Level, levels
from arusha.rooms.watch.waiting.forecast.telling import Ahead, Forecast, LocalHour, forecasts, hours_from, local_hour
from arusha.rooms.watch.waiting.hours import hours_of
from arusha.rooms.watch.waiting.waits import chosen

RECENT = 7  # days of hours that can be downloaded
BEFORE = 12  # hours that the picture shows before now
NOON = 12


@dataclass(frozen=True, slots=True)
class Told:
    """One hour received: its mean wait in minutes and its passengers, both None where they are too few to be told."""

    day: date
    hour: int
    passengers: int | None
    minutes: float | None


@dataclass(frozen=True, slots=True)
class HallSeen:
    """A hall on the board. `told`: the hours of the last days, oldest first; `old`: hours since the last one ended."""

    port: str
    terminal: str
    told: tuple[Told, ...]
    old: float
    forecast: Forecast
    levels: Mapping[str, Level]

    @property
    def last(self) -> Told:
        """The last hour with enough travellers to be told; the last one received where none had."""
        return next((one for one in reversed(self.told) if one.minutes is not None), self.told[-1])

    @property
    def ahead(self) -> tuple[Ahead, ...]:
        """The hours to come that are forecast."""
        return tuple(hour for hour in self.forecast.hours if hour.minutes)

    def best(self, count: int = 3) -> tuple[Ahead, ...]:
        """The hours to come with the shortest waits, in the order of time."""
        shortest = sorted(self.ahead, key=lambda hour: (hour.middle or 0.0, hour.day, hour.hour))[:count]
        return tuple(sorted(shortest, key=lambda hour: (hour.day, hour.hour)))


@dataclass(frozen=True, slots=True)
class Seen:
    """The whole board. at : the moment it is of. past : it is the data's end, and not now. names : of ports."""

    at: datetime
    zone: str
    past: bool
    within: int
    goal: int
    licence: str
    names: Mapping[str, str]
    halls: tuple[HallSeen, ...]


def seen(home: Path, zone: str, at: datetime, within: int, goal: int, licence: str, as_of: str) -> Seen:
    """The board as of a moment, in full hours of it: what is asked again within the hour is not made again."""
    lake = Lake(home)
    received = tuple(one.manifest for one in lake.manifests("waiting"))
    named = tuple(one.manifest for one in lake.manifests("codes"))
    hour = at.astimezone(UTC).replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    return _seen(home, zone, hour, within, goal, licence, as_of, received, named)


@lru_cache(maxsize=4)
def _seen(
    home: Path,
    zone: str,
    at: datetime,
    within: int,
    goal: int,
    licence: str,
    as_of: str,
    received: tuple[str, ...],
    named: tuple[str, ...],
) -> Seen:
    lake, place, past = Lake(home), ZoneInfo(zone), as_of == "last-day"
    table = lake.read("waiting", manifests=received).data
    at = _end(table, place, at) if past else at
    now = local_hour(at, place)
    table = _before(table, now)
    told = {(one.port, one.terminal): one for one in forecasts(hours_of(table), now, hours_from(_turn(at), place))}
    halls = tuple(_hall(table, one, at, place, within) for _name, one in sorted(told.items()))
    return Seen(at, zone, past, within, goal, licence, _names(lake, named), halls)


def _turn(at: datetime) -> datetime:
    """The hours that are forecast begin with the one that is running: nothing of it is told yet."""
    return at - timedelta(hours=1)


def _hall(table: pa.Table, forecast: Forecast, at: datetime, zone: ZoneInfo, within: int) -> HallSeen:
    whole = chosen(table, port=forecast.port, terminal=forecast.terminal)
    day, hour = forecast.last
    recent = chosen(whole, start=day - timedelta(days=RECENT - 1)).sort_by(
        [("day", "ascending"), ("hour", "ascending")]
    )
    names = ("day", "hour", "passengers", "excluded", "mean_wait")
    rows = zip(*(recent.column(name).to_pylist() for name in names), strict=True)
    told = tuple(_told(*row) for row in rows if row[2] - (row[3] or 0) > 0)
    ended = datetime.combine(day, time(hour), zone).astimezone(UTC) + timedelta(hours=1)
    old = max(0.0, (at - ended) / timedelta(hours=1))
    return HallSeen(forecast.port, forecast.terminal, told, old, forecast, levels(whole, within, day))


def _told(day: date, hour: int, passengers: int, excluded: int | None, minutes: float) -> Told:
    few = passengers - (excluded or 0) < FEWEST
    return Told(day, hour, None if few else passengers, None if few else minutes)


def _before(table: pa.Table, now: LocalHour) -> pa.Table:
    """The hours that have ended; one that claims to be of the future is not shown."""
    earlier = pc.less(table.column("day"), pa.scalar(now[0], pa.date32()))
    today = pc.equal(table.column("day"), pa.scalar(now[0], pa.date32()))
    return table.filter(pc.or_(earlier, pc.and_(today, pc.less(table.column("hour"), now[1]))))


def _end(table: pa.Table, zone: ZoneInfo, at: datetime) -> datetime:
    """Noon of the last day received, or the end of the last hour where that is earlier; never after the moment itself.

    At noon there is a morning to look back on and an afternoon to come; at the end of the day the halls are empty.
    """
    if not table.num_rows:
        return at
    day = pc.max(table.column("day")).as_py()
    hour = pc.max(chosen(table, start=day).column("hour")).as_py()
    return min(at, datetime.combine(day, time(min(hour + 1, NOON)), zone).astimezone(UTC))


def _names(lake: Lake, manifests: tuple[str, ...]) -> dict[str, str]:
    table = lake.read("codes", manifests=manifests).data
    columns = (table.column(name).to_pylist() for name in ("list", "code", "name"))
    return {code: name for kind, code, name in zip(*columns, strict=True) if kind == "ports" and name}
