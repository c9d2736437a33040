"""The ground of a world: its ports, lanes and zones, its calendar, and when people are on the move."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.plans import Scenario
from arusha.lib.synth.rows import HOUR, Bools, Floats, Ints, Rng, rng_for

BINS = 96  # quarters of an hour
SHIFTS = 3  # early from 06:00, late from 14:00, night from 22:00, local time
FIRST_SHIFT = 6 * HOUR
SHIFT = 8 * HOUR


@dataclass(frozen=True, slots=True)
class Ground:
    """Ports by number, 0 the busiest; days by number from the start.

    size : shape (ports,), share of the traffic.
    lanes : shape (ports, 2), lanes inwards and outwards; night_lanes of them open by night, 0 where the port closes.
    zone : shape (ports,), number of the port's zone.
    offset : shape (zones, hours), seconds to take from local time to have UTC, by local hour since the start.
    leisure, work, school : shape (days,), how much of each there is on a day; work and school in [0, 1].
    feast : shape (days,), the hour around which a festival's trips gather; NaN on other days.
    profile : shape (ports · BINS,), running sums of the day's traffic; port k's lie in [k, k + 1].
    """

    scenario: Scenario
    size: Floats
    lanes: Ints
    night_lanes: Ints
    zone: Ints
    offset: NDArray[np.int64]
    leisure: Floats
    work: Floats
    school: Floats
    feast: Floats
    profile: Floats

    @property
    def ports(self) -> int:
        """How many ports there are."""
        return len(self.size)

    @property
    def days(self) -> int:
        """How many days the world lasts."""
        return len(self.leisure)

    @property
    def epoch(self) -> int:
        """The first local midnight as if it were UTC, in seconds since 1970."""
        start = self.scenario.start
        return int(datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp())

    def utc(self, port: NDArray[np.int16], at: Ints) -> NDArray[np.int64]:
        """Seconds since 1970, UTC, of local times at ports."""
        hour = np.clip(at // HOUR, 0, self.offset.shape[1] - 1)
        seconds: NDArray[np.int64] = at.astype(np.int64) + (self.epoch - self.offset[self.zone[port], hour])
        return seconds

    def wall_clock(self, port: NDArray[np.int16], at: Ints) -> Ints:
        """Local seconds that a clock shows; the hour that summer time leaves out reads as the one after it."""
        hour = np.clip(at // HOUR, 0, self.offset.shape[1] - 2)
        zone = self.zone[port]
        ahead = np.maximum(self.offset[zone, hour + 1] - self.offset[zone, hour], 0)
        shown: Ints = (at + ahead).astype(np.int32)
        return shown

    def any_port(self, rng: Rng, n: int, *, by_night: bool = False) -> Ints:
        """Ports drawn by their size; `by_night` among those that never close."""
        weight = self.size * (self.night_lanes.min(axis=1) > 0) if by_night else self.size
        steps = np.cumsum(weight / weight.sum())
        return np.minimum(np.searchsorted(steps, rng.random(n)), self.ports - 1).astype(np.int32)

    def any_day(self, rng: Rng, n: int) -> Ints:
        """Days drawn by their leisure."""
        steps = np.cumsum(self.leisure / self.leisure.sum())
        return np.minimum(np.searchsorted(steps, rng.random(n)), self.days - 1).astype(np.int32)

    def any_time(self, rng: Rng, port: NDArray[np.signedinteger], day: NDArray[np.signedinteger]) -> Ints:
        """A second of the day by the port's profile; on a feast three in four come around its hour."""
        quarter = np.searchsorted(self.profile, port + rng.random(len(port))) - port * BINS
        at = np.clip(quarter, 0, BINS - 1) * 900 + rng.integers(0, 900, len(port))
        hour = self.feast[np.clip(day, 0, self.days - 1)]
        (there,) = np.nonzero(~np.isnan(hour) & (rng.random(len(port)) < 0.75))
        at[there] = np.clip(hour[there] + rng.normal(0, 0.9, len(there)), 6.1, 21.5) * HOUR
        return at.astype(np.int32)


def make_ground(scenario: Scenario, rows: int, seed: int) -> Ground:
    """The ground for so many crossings: ten times as many go through `10 ** port_growth` times the ports."""
    rng = rng_for(seed, "ground")
    ports = max(3, round(scenario.ports * (rows / 1e6) ** scenario.port_growth))
    size = np.arange(1, ports + 1) ** -scenario.zipf
    size = size / size.sum()
    # By the root of the traffic: a small port still opens a lane each way.
    wanted = scenario.roster.busiest * np.sqrt(size / size[0])
    lanes = np.maximum(1, np.rint(np.stack([wanted, wanted * 0.85], axis=1))).astype(np.int32)
    lanes[0] = np.maximum(lanes[0], 2)
    open_by_night = (lanes.min(axis=1) >= 3) | (np.arange(ports) < 2)
    night = np.where(open_by_night[:, None], np.ceil(lanes * 0.4), 0).astype(np.int32)
    leisure, work, school, feast = _calendar(scenario)
    return Ground(
        scenario=scenario,
        size=size,
        lanes=lanes,
        night_lanes=night,
        zone=(np.arange(ports) % len(scenario.zones)).astype(np.int32),
        offset=_offsets(scenario),
        leisure=leisure,
        work=work,
        school=school,
        feast=feast,
        profile=_profiles(rng, open_by_night),
    )


def _calendar(scenario: Scenario) -> tuple[Floats, Floats, Floats, Floats]:
    day = np.arange(scenario.days)
    weekday = (day + scenario.start.weekday()) % 7
    of_year = np.array([(scenario.start + timedelta(days=int(d))).timetuple().tm_yday for d in day])
    season = 1 + 0.45 * np.sin((of_year - 105) / 365 * 2 * np.pi)
    leisure = season * np.array([0.8, 0.75, 0.8, 0.9, 1.3, 1.5, 1.2])[weekday]
    work = np.where(weekday < 5, 1.0, 0.0)
    summer = (of_year >= 180) & (of_year < 242)
    winter = (of_year >= 356) | (of_year < 5)
    school = np.where(summer | winter | ((of_year >= 95) & (of_year < 105)), 0.0, work)
    # Firms slow down when schools close: leave is taken at the same weeks by many.
    work = work * np.where(summer, 0.82, 1.0) * np.where(winter, 0.5, 1.0)
    feast = np.full(scenario.days, np.nan)
    for festival in scenario.festivals:
        on = (day >= festival.day) & (day < festival.day + festival.days)
        feast[on] = festival.hour
        leisure = np.where(on, leisure * festival.leisure, leisure)
    ordinary = np.isnan(feast)
    return leisure, np.where(ordinary, work, work * 0.05), np.where(ordinary, school, 0.0), feast


def _offsets(scenario: Scenario) -> NDArray[np.int64]:
    first = datetime(scenario.start.year, scenario.start.month, scenario.start.day)  # noqa: DTZ001 - wall-clock time
    hours = (scenario.days + 2) * 24
    table = np.empty((len(scenario.zones), hours), np.int64)
    for number, name in enumerate(scenario.zones):
        zone = ZoneInfo(name)
        for hour in range(hours):
            off = (first + timedelta(hours=hour)).replace(tzinfo=zone).utcoffset()
            table[number, hour] = int(off.total_seconds()) if off is not None else 0
    return table


def _profiles(rng: Rng, open_by_night: Bools) -> Floats:
    hour = (np.arange(BINS) + 0.5) / 4
    closed = (hour < 6) | (hour >= 21.75)
    steps = []
    for port, by_night in enumerate(open_by_night):
        morning, evening = rng.normal((9.5, 17.0), 0.8)
        shape = 0.06 + np.exp(-((hour - morning) ** 2) / 8) + 1.1 * np.exp(-((hour - evening) ** 2) / 10)
        kept = shape if by_night else np.where(closed, 0.0, shape)
        steps.append(port + np.cumsum(kept) / kept.sum())
    return np.concatenate(steps)


def shift_of(at: Ints) -> Ints:
    """The number of the shift at a local time: 0 is the night that begins before the first day, then early, late, …"""
    return ((at - FIRST_SHIFT) // SHIFT + 1).astype(np.int32)


def shift_start(shift: NDArray[np.int64] | Ints) -> NDArray[np.int64]:
    """Local seconds at which a shift begins."""
    return (shift.astype(np.int64) - 1) * SHIFT + FIRST_SHIFT


def leave(rng: Rng, n: int, days: int, blocks: int, length: tuple[int, int]) -> Bools:
    """Who is away when, shape (n, days): `blocks` spells each, half of them in the middle of the year."""
    away = np.zeros((n, days), bool)
    day = np.arange(days)
    for _ in range(blocks):
        summer = rng.random(n) < 0.5
        start = np.where(summer, rng.normal(days * 0.56, 20, n), rng.uniform(0, days, n))
        stop = start + rng.integers(length[0], length[1] + 1, n)
        away |= (day >= start[:, None]) & (day < stop[:, None])
    return away
