"""From numbers to the declared tables: tokens, codes, moments."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.datasets import DATASETS
from arusha.lib.synth.ground import Ground, shift_start
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import Ints, Rng, Rows

HEX = np.frombuffer(b"0123456789abcdef", np.uint8)

PLACES = (
    *("North Bridge", "Harbour Gate", "Old Ferry", "Stone Pass", "Airfield East", "River Post", "Salt Road"),
    *("High Meadow", "Mill Crossing", "Lantern Quay", "Three Oaks", "South Ford", "Copper Hill", "Long Causeway"),
    *("Heron Lock", "Windgap", "Chalk Stair", "Ember Field", "Quiet Water", "Far Terminal"),
)


def tokens(rng: Rng, n: int) -> pa.Array:
    """Distinct random texts of 16 hexadecimal digits; nothing of a person or a group shows in them."""
    draws = rng.integers(0, 2**64, n, np.uint64)
    while len(np.unique(draws)) < n:
        draws = rng.integers(0, 2**64, n, np.uint64)
    half = draws.view(np.uint8).reshape(n, 8)
    digits = np.empty((n, 16), np.uint8)
    digits[:, 0::2] = HEX[half >> 4]
    digits[:, 1::2] = HEX[half & 15]
    ends = np.arange(n + 1, dtype=np.int32) * 16
    return pa.Array.from_buffers(pa.string(), n, [None, pa.py_buffer(ends), pa.py_buffer(digits)])


def port_codes(ground: Ground) -> pa.Array:
    """The ports' codes by number."""
    return pa.array([f"P{port + 1:02d}" for port in range(ground.ports)], pa.string())


def lane_codes(ground: Ground) -> pa.Array:
    """The lanes' codes by number: port, I for inwards or O for outwards, and the lane."""
    return pa.array(
        [
            f"P{port + 1:02d}-{'IO'[way]}{lane + 1}"
            for port in range(ground.ports)
            for way in (0, 1)
            for lane in range(int(ground.lanes[port, way]))
        ],
        pa.string(),
    )


def officer_codes(rosters: Rosters) -> pa.Array:
    """The officers' staff numbers by number."""
    return pa.array([f"OFF-{officer + 1:04d}" for officer in range(len(rosters.unit))], pa.string())


def unit_codes(rosters: Rosters) -> pa.Array:
    """The units' codes by number."""
    return pa.array([f"U-{unit + 1:02d}" for unit in range(len(rosters.unit_port))], pa.string())


def moments(seconds: NDArray[np.int64]) -> pa.Array:
    """Seconds since 1970 as instants in UTC."""
    return pa.array(seconds * 1_000_000, pa.int64()).cast(DATASETS["crossings"].column("crossed_at").arrow)


def crossings_table(ground: Ground, people: pa.Array, rows: Rows, utc: NDArray[np.int64], lane: Ints) -> pa.Table:
    """Crossings in the order given; `lane` numbers lanes over all ports."""
    ways = pa.array(["in", "out"], pa.string())
    columns = [
        people.take(pa.array(rows.person)),
        port_codes(ground).take(pa.array(rows.port)),
        ways.take(pa.array(rows.out)),
        moments(utc),
        lane_codes(ground).take(pa.array(lane)),
    ]
    return pa.Table.from_arrays(columns, schema=DATASETS["crossings"].schema)


def roster_table(rng: Rng, ground: Ground, rosters: Rosters) -> pa.Table:
    """Duties by start and officer, less a share that the file does not hold."""
    officer, shift, lane = rosters.duties
    held = np.flatnonzero((lane < 0) | (rng.random(len(lane)) >= ground.scenario.roster.gaps))
    officer, shift, lane = officer[held], shift[held], lane[held]
    flat = ground.lanes.ravel()
    place = np.repeat(np.arange(len(flat)), flat)[np.maximum(lane, 0)]
    posted = lane >= 0
    port = np.where(posted, place // 2, rosters.unit_port[rosters.unit[officer]]).astype(np.int16)
    begins, ends = (ground.utc(port, shift_start(number).astype(np.int32)) for number in (shift, shift + 1))
    columns = [
        officer_codes(rosters).take(pa.array(officer)),
        unit_codes(rosters).take(pa.array(rosters.unit[officer])),
        port_codes(ground).take(pa.array(port)),
        pa.array(["in", "out"], pa.string()).take(pa.array(place % 2, mask=~posted)),
        lane_codes(ground).take(pa.array(lane, mask=~posted)),
        moments(begins),
        moments(ends),
    ]
    order = np.lexsort((officer, begins))
    return pa.Table.from_arrays(columns, schema=DATASETS["roster"].schema).take(pa.array(order))


def households_table(rng: Rng, people: pa.Array, homes: Sequence[tuple[Ints, Ints]]) -> pa.Table:
    """Registered families by their tokens; `homes` are pairs of columns, person and number of the family."""
    person, home, count = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    for who, of in homes:
        person.append(who.astype(np.int64))
        home.append(of.astype(np.int64) + count)
        count += int(of.max(initial=-1)) + 1
    table = pa.Table.from_arrays(
        [people.take(pa.array(np.concatenate(person))), tokens(rng, count).take(pa.array(np.concatenate(home)))],
        schema=DATASETS["households"].schema,
    )
    return table.sort_by("person_token")


def codes_table(ground: Ground) -> pa.Table:
    """Names of ports, lanes and offices; invented, of no country."""
    rows: list[Mapping[str, str]] = []
    for port, code in enumerate(port_codes(ground).to_pylist()):
        again = port // len(PLACES)
        rows.append(
            {"list": "ports", "code": code, "name": PLACES[port % len(PLACES)] + (f" {again + 1}" if again else "")}
        )
    names = [row["name"] for row in rows]
    for code in lane_codes(ground).to_pylist():
        port, lane = int(code[1:].split("-")[0]) - 1, code.split("-")[1]
        way = "inwards" if lane[0] == "I" else "outwards"
        rows.append({"list": "lanes", "code": code, "name": f"{names[port]}, lane {lane[1:]} {way}"})
    for office in range(ground.scenario.offices):
        rows.append(
            {"list": "offices", "code": f"O{office + 1:02d}", "name": f"Office of {names[office % len(names)]}"}
        )
    return pa.Table.from_pylist(rows, schema=DATASETS["codes"].schema)
