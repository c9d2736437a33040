"""What each invented world holds: who crosses, what is planted, what moves everybody at once."""

from collections.abc import Mapping
from dataclasses import replace

from arusha.lib.synth.efforts import EFFORTS, LEANINGS
from arusha.lib.synth.plans import (
    Closure,
    Collusion,
    Commotion,
    FavourPlan,
    Festival,
    InspectionPlan,
    RingPlan,
    RosterPlan,
    Sailings,
    Scenario,
)

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

CROWD: Mapping[str, float] = {
    **ORDINARY,
    "daily-bus": 0.09,
    "car": 0.11,
    "staff": 0.05,
    "students": 0.04,
    "lookalikes": 0.02,
    "friends": 0.002,
}
"""Ordinary life with people in it who come alike without coming together."""

LONERS: Mapping[str, float] = {
    "car": 0.20,
    "shift-work": 0.10,
    "staff": 0.05,
    "students": 0.06,
    "lookalikes": 0.04,
    "occasional": 0.30,
}
"""Nobody comes with anybody; many come as others do."""


def _hiding(plan: RingPlan) -> RingPlan:
    """The same band where it tries not to be seen: among others, members of ordinary life, one in ten missing."""
    own = (0.0, 0.0) if plan.own == (0, 0) else plan.own
    return replace(
        plan,
        hides=True,
        presence=min(plan.presence, 0.9),
        recruited=0.0 if plan.own == (0, 0) else 0.6,
        own=own,
    )


HIDING = tuple(replace(_hiding(plan), per_million=plan.per_million * 2.5) for plan in BANDS + COLLUDING)
"""Every band, hiding; ten rings of most bands for each million crossings."""

FAVOURS = tuple(
    FavourPlan(f"{of}-{how}-{low}-{high}-{round(100 * share)}", of, 2, (low, high), share, how)
    for of in ("trader", "traveller")
    for how, cases in (("search", ((8, 12), (14, 20), (24, 32))), ("penalty", ((6, 9), (10, 15))))
    for low, high in cases
    for share in (0.4, 0.6, 0.9)
)
"""Favours by effort: how many cases the officer has of the favoured one, and which share of them is favoured."""

COMMOTIONS: Mapping[str, tuple[tuple[Festival, ...], tuple[Commotion, ...]]] = {
    "holidays": (
        tuple(Festival(day=d, days=n, leisure=3.0, hour=h) for d, n, h in (
            (25, 1, 11.0), (54, 2, 19.0), (81, 3, 10.0), (102, 4, 11.0), (115, 1, 15.0), (137, 4, 9.0), (150, 2, 10.0),
            (186, 5, 16.0), (221, 3, 20.0), (250, 2, 12.0), (270, 4, 10.0), (298, 1, 14.0), (330, 3, 18.0),
            (351, 5, 12.0),
        )),
        (),
    ),
    "strikes": (FESTIVALS, (
        Closure(ports=1.0, times=5, begins=(5, 7), hours=(18, 60), stays=0.7, clears=150, everywhere=True),
        Closure(ports=0.5, times=6, begins=(6, 14), hours=(4, 12), stays=0.5, clears=90),
    )),
    "ferries": (FESTIVALS, (Sailings(ports=0.6, every=(0.75, 2.5), unloads=12, cancelled=0.04),)),
    "fog": (FESTIVALS, (Closure(ports=0.7, times=45, begins=(3, 9), hours=(2, 7), stays=0.15, clears=40),)),
}  # fmt: skip
"""What moves everybody's days and hours together, by name: feasts, and what holds people up."""


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

_HIDING = replace(
    _BORDER,
    name="hiding",
    meaning=(
        "A year in which rings try not to be seen: they cross when others do, most members are people of ordinary life "
        "with families and work, one in ten is missing each time; beside them staff of one firm, students of one term, "
        "shift teams and strangers of one habit, who come alike without coming together. Many rings in every band."
    ),
    shares=CROWD,
    rings=HIDING,
)

_LONERS = replace(
    _BORDER,
    name="loners",
    meaning=(
        "A year in which nobody moves with anybody: commuters, shift teams, staff of one firm, students, strangers of "
        "one habit and visitors, each alone. Whatever a detector reports here is false; it is the world in which the "
        "chances that a detector states are held against how often they come true."
    ),
    shares=LONERS,
    rings=(),
)

_EFFORT = replace(
    _HIDING,
    name="effort",
    meaning=(
        "The hiding year in which rings take one kind of trouble after another, step by step: fewer crossings, turns, "
        "minutes apart, decoys, weeks asleep, more ports, a fixed hour; and officers who take ever less of a ring's "
        "crossings. What a figure of recall by effort is measured on."
    ),
    rings=(*(plan for steps in EFFORTS.values() for plan in steps.values()), *LEANINGS.values()),
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

_ADMINISTRATION_FAVOURS = (
    FavourPlan("trader-search", "trader", 2, (24, 32), 0.85),
    FavourPlan("trader-penalty", "trader", 1, (10, 15), 0.9, "penalty"),
    FavourPlan("traveller-search", "traveller", 2, (16, 22), 0.9),
    FavourPlan("traveller-penalty", "traveller", 1, (10, 14), 0.9, "penalty"),
)


def _moved(scenario: Scenario, name: str) -> Scenario:
    """The scenario with a commotion, named after both."""
    festivals, commotions = COMMOTIONS[name]
    meaning = f"{scenario.meaning} Everybody's days move together: {name}."
    return replace(
        scenario, name=f"{scenario.name}-{name}", meaning=meaning, festivals=festivals, commotions=commotions
    )


SCENARIOS: Mapping[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        _BORDER,
        _HIDING,
        _LONERS,
        _EFFORT,
        *(_moved(scenario, name) for scenario in (_HIDING, _LONERS) for name in COMMOTIONS),
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
            inspections=InspectionPlan(favours=_ADMINISTRATION_FAVOURS),
        ),
        replace(
            _BORDER,
            name="inspections",
            meaning=(
                "Twelve offices and their border points with inspections of declarations and searches of travellers: "
                "officers who favour one trader or one traveller, by how many cases and how large a share of them; "
                "beside them officers who are lenient with everybody, traders whose goods are easy, green desks, and "
                "inspectors who give on what they were given."
            ),
            zones=("EET",),
            ports=12,
            port_growth=0.0,
            rings=(),
            roster=RosterPlan(busiest=6, officers=600),
            offices=12,
            declarations=300_000,
            inspections=InspectionPlan(searched=0.05, favours=FAVOURS),
        ),
    )
}
"""The worlds that can be made, by name."""
