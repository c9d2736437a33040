"""What each invented world holds, as declared quantities: who crosses, what is planted, how officers are rostered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Festival:
    """Days on which everybody's habits move at once: leisure grows, work stops, hours gather around the feast."""

    day: int  # days after the scenario's start
    days: int
    leisure: float  # how many times an ordinary day's leisure trips
    hour: float  # local hour around which the trips gather


@dataclass(frozen=True, slots=True)
class Collusion:
    """An officer works with the ring. `effort` is the share of the ring's crossings laid on the officer's duty.

    how : 'lane', the members pass on the officer's own lane; 'shift', they come while the officer is on duty at the
        port, on any lane.
    weeks : the share of the ring's time during which they work together; `effort` holds within it.
    """

    how: str
    effort: float
    weeks: float = 1.0


@dataclass(frozen=True, slots=True)
class RingPlan:
    """One band of rings. Ranges are drawn uniformly, ends included where they are counts.

    per_million : rings of the band for each million crossings, at least one; a fixed number where the scenario says so.
    crossings : joint crossings of a ring, each of one port and direction within minutes.
    spread : minutes from a crossing's first member to its last, drawn once a ring.
    span : days from the ring's first crossing to its last.
    presence : share of the crossings at which a member is present.
    ports : ports the ring uses.
    lookout : one member passes so many minutes ahead of the others, who keep the spread.
    fixed_hour : one weekday and hour all year.
    own : trips a year that each member makes alone, as others do; (0, 0) for people who never cross otherwise.
    """

    band: str
    per_million: float
    crossings: tuple[int, int]
    spread: Range = (10, 20)
    span: tuple[int, int] = (150, 340)
    size: tuple[int, int] = (3, 8)
    presence: float = 1.0
    ports: int = 1
    lookout: Range | None = None
    fixed_hour: bool = False
    own: Range = (4, 30)
    officer: Collusion | None = None


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """How officers are rostered: four teams a unit on early, late and night duty, two days each, then two days off.

    spare : officers of a team for each lane that it opens by day.
    swap : share of duties worked by an officer of the team that is off.
    gaps : share of worked lanes that the roster file does not hold.
    busiest : lanes of the busiest port, each way.
    officers : officers in all; those beyond the lanes' need work in the offices. None for the lanes' need only.
    """

    spare: float = 1.35
    swap: float = 0.03
    gaps: float = 0.002
    busiest: int = 8
    officers: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world's declared quantities. `shares` are shares of all crossings by kind; tourists make up the rest."""

    name: str
    meaning: str
    start: date = date(2025, 1, 6)
    days: int = 364
    zones: tuple[str, ...] = ("EET", "CET")  # whole regions' zones with summer time, no country's own
    ports: float = 15
    port_growth: float = 0.3  # ten times the crossings go through twice the ports
    zipf: float = 0.8
    shares: Mapping[str, float] = field(default_factory=dict)
    registered: float = 0.6  # share of families that a register knows as households
    festivals: tuple[Festival, ...] = ()
    rings: tuple[RingPlan, ...] = ()
    rings_grow: bool = True
    roster: RosterPlan = field(default_factory=RosterPlan)
    offices: int = 0
    declarations: int = 0
    waiting: bool = False
    unusual_hours: int = 0


ORDINARY: Mapping[str, float] = {
    "daily-bus": 0.12,
    "weekly-bus": 0.04,
    "car": 0.10,
    "carpool": 0.02,
    "shift-work": 0.08,
    "occasional": 0.22,
    "family": 0.10,
    "friends": 0.005,
    "school-run": 0.025,
    "tour": 0.03,
    "crew": 0.02,
}

FESTIVALS = (
    Festival(day=54, days=2, leisure=3.0, hour=19.0),
    Festival(day=102, days=4, leisure=2.5, hour=11.0),
    Festival(day=115, days=1, leisure=2.0, hour=15.0),
    Festival(day=150, days=2, leisure=2.0, hour=10.0),
    Festival(day=221, days=3, leisure=3.0, hour=20.0),
    Festival(day=298, days=1, leisure=2.0, hour=14.0),
    Festival(day=351, days=5, leisure=2.5, hour=12.0),
)

BANDS = (
    RingPlan("crossings-4-6", 4, (4, 6)),
    RingPlan("crossings-6-8", 4, (6, 8)),
    RingPlan("crossings-8-10", 4, (8, 10)),
    RingPlan("crossings-10-13", 4, (10, 13)),
    RingPlan("crossings-15-60", 8, (15, 60)),
    RingPlan("spread-30-60", 4, (15, 60), spread=(30, 60)),
    RingPlan("burst", 4, (10, 25), span=(7, 15)),
    RingPlan("rotation", 4, (25, 60), presence=0.4, size=(5, 8)),
    RingPlan("five-ports", 4, (15, 60), ports=5),
    RingPlan("lookout", 4, (15, 60), spread=(4, 10), lookout=(10, 14)),
    RingPlan("fixed-hour", 4, (30, 46), spread=(10, 20), span=(364, 364), fixed_hour=True),
    RingPlan("strangers-burst", 4, (10, 24), span=(14, 14), own=(0, 0)),
)
"""Rings without an officer."""

COLLUDING = (
    RingPlan("lane-40", 2, (55, 90), officer=Collusion("lane", 0.4)),
    RingPlan("lane-15", 2, (150, 200), span=(330, 360), officer=Collusion("lane", 0.15)),
    RingPlan("lane-weeks", 2, (60, 90), officer=Collusion("lane", 0.85, weeks=0.5)),
    RingPlan("shift-40", 2, (55, 90), officer=Collusion("shift", 0.4)),
)
"""Rings whose crossings lean on one officer's duties; all within 10 to 20 minutes and at full presence."""

_BORDER = Scenario(
    name="border-year",
    meaning=(
        "One year at the border of an invented country: tourists, commuters by bus and by car, shift workers, "
        "families, tours, crews, school runs and feasts, with rings of every band planted among them and officers who "
        "work with some of the rings. The world that detectors are measured on."
    ),
    shares=ORDINARY,
    festivals=FESTIVALS,
    rings=BANDS + COLLUDING,
)

_ADMINISTRATION_RINGS = (
    RingPlan("flagship", 1, (64, 72), size=(6, 6), span=(300, 330), officer=Collusion("lane", 0.7)),
    RingPlan("crossings-15-60", 3, (20, 60)),
    RingPlan("crossings-8-10", 2, (8, 10)),
    RingPlan("burst", 2, (14, 25), span=(9, 15)),
    RingPlan("rotation", 1, (40, 60), presence=0.4, size=(6, 8)),
    RingPlan("five-ports", 1, (40, 60), ports=5),
    RingPlan("lookout", 1, (25, 50), spread=(4, 10), lookout=(10, 14)),
    RingPlan("lane-40", 1, (70, 90), officer=Collusion("lane", 0.4)),
    RingPlan("lane-weeks", 1, (70, 90), officer=Collusion("lane", 0.85, weeks=0.5)),
    RingPlan("shift-40", 1, (60, 80), officer=Collusion("shift", 0.4)),
)

SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        _BORDER,
        replace(
            _BORDER,
            name="quiet",
            meaning=(
                "The same year with nothing wrong in it: no ring, no officer who works with one. Families, tours, "
                "crews, school runs, bus riders, friends and feasts are all there, so that whatever a detector reports "
                "without a mark is a false lead or a friendship."
            ),
            rings=(),
        ),
        replace(
            _BORDER,
            name="many-rings",
            meaning=(
                "The border year with many rings in every band, for measuring what share of each band is found. So "
                "many are not likely, yet their joint crossings are a twentieth of all."
            ),
            rings=tuple(replace(plan, per_million=plan.per_million * 5) for plan in BANDS + COLLUDING),
        ),
        replace(
            _BORDER,
            name="administration",
            meaning=(
                "An invented administration for demonstrations: twelve offices and their border points, six hundred "
                "officers, a year of crossings, declarations and waiting hours. One ring works with an officer on the "
                "officer's own lane; a dozen others hide in ordinary life, and some hours were unusually slow."
            ),
            zones=("EET",),
            ports=12,
            port_growth=0.0,
            rings=_ADMINISTRATION_RINGS,
            rings_grow=False,
            roster=RosterPlan(busiest=6, officers=600),
            offices=12,
            declarations=300_000,
            waiting=True,
            unusual_hours=14,
        ),
    )
}
"""The worlds that can be made, by name."""
