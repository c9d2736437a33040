"""The quantities by which a world is declared: who crosses, what is planted, how officers are rostered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Closure:
    """Hours in which nobody passes a port: a strike, fog on the road, a broken barrier.

    ports : share of the ports at which it may happen, the busiest among them.
    times : how often a year at each of these ports; `everywhere` at all of them at once.
    begins : local hour at which it begins. hours : how long it lasts.
    stays : share of those who would have come meanwhile that do not cross at all; the others wait.
    clears : minutes in which those who waited have passed once it is over.
    """

    ports: float
    times: int
    begins: Range
    hours: Range
    stays: float
    clears: float
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Sailings:
    """Ports that are passed with a ferry: whoever comes waits for the next sailing.

    ports : share of the ports. every : hours between sailings, one figure a port. unloads : minutes in which all who
    sailed have passed. cancelled : share of the sailings that weather cancels.
    """

    ports: float
    every: Range
    unloads: float
    cancelled: float


Commotion = Closure | Sailings
"""What makes everybody's days and hours move together, apart from feasts."""


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
    hides : the joint crossings lie where other people's are: each at the moment of a crossing drawn from all of theirs.
    recruited : share of the members who are ordinary people of the world, with lives, companions and families of their
        own; one in ten of those belongs to another ring too.
    decoys : ordinary people, others at each joint crossing, who are brought along.
    awake : share of the weeks in which the ring crosses; it sleeps in the others.
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
    hides: bool = False
    recruited: float = 0.0
    decoys: tuple[int, int] = (0, 0)
    awake: float = 1.0


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
class FavourPlan:
    """One band of officers who each favour one trader or one traveller.

    of : 'trader' or 'traveller'. pairs : how many of them; fewer where the world has too few with so many cases.
    cases : that the officer has of the favoured one, no fewer and no more. share : of them that are favoured.
    how : 'search', examinations and searches are not carried out; 'penalty', what is found costs less.
    """

    band: str
    of: str
    pairs: int
    cases: tuple[int, int]
    share: float
    how: str = "search"


@dataclass(frozen=True, slots=True)
class InspectionPlan:
    """Inspections of declarations and searches of travellers, with favours and with what only looks like them.

    inspectors : of each office, one more of whom minds the green lane only.
    evaded : share of the cases selected that nobody carries out, for reasons of their own.
    searched : share of the crossings at which a traveller is selected.
    reassigned : share of the declarations that are given on to another inspector before anything is done.
    lenient : officers who are lenient with everybody, at offices and again at ports.
    easy : traders, and again travellers, whose cases are seldom carried out by anybody.
    absent : traders whose declarations go to one inspector first, who gives most of them on.
    """

    inspectors: int = 8
    evaded: float = 0.10
    searched: float = 0.02
    reassigned: float = 0.04
    lenient: int = 2
    easy: int = 5
    absent: int = 3
    favours: tuple[FavourPlan, ...] = ()


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
    commotions: tuple[Commotion, ...] = ()
    rings: tuple[RingPlan, ...] = ()
    rings_grow: bool = True
    roster: RosterPlan = field(default_factory=RosterPlan)
    offices: int = 0
    declarations: int = 0
    waiting: bool = False
    unusual_hours: int = 0
    inspections: InspectionPlan | None = None
