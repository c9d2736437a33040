"""Writing down what was planted, as the tables of the answer key."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.synth.crowd import Crowd
from arusha.lib.synth.ground import SHIFTS, Ground, shift_of
from arusha.lib.synth.key import GROUPS, MEMBERS, OFFICERS, RING_ROWS, RINGS, SERVED
from arusha.lib.synth.rings import Ring
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import Floats
from arusha.lib.synth.tables import moments, officer_codes, port_codes, unit_codes


def ring_ids(rings: Sequence[Ring]) -> list[str]:
    """The rings' names."""
    return [f"R-{number + 1:04d}" for number in range(len(rings))]


def rings_table(ground: Ground, rings: Sequence[Ring], crowd: Crowd, people: pa.Array) -> pa.Table:
    """One row a ring."""
    ports = port_codes(ground).to_pylist()
    starts = _starts(rings)
    crossed = np.bincount(crowd.rows.person, minlength=crowd.people)
    rows = []
    for ring, name, start in zip(rings, ring_ids(rings), starts, strict=True):
        members = people.take(pa.array(ring.members)).to_pylist()
        times = crowd.utc[crowd.joint[start : start + len(ring.rows)]]
        span = moments(np.array([times.min(), times.max()])).to_pylist()
        rows.append(
            {
                "ring_id": name,
                "band": ring.plan.band,
                "members": members,
                "lookout": members[0] if ring.plan.lookout else None,
                "size": len(ring.members),
                "crossings": len(ring.events.at),
                "rows": len(ring.rows),
                "own_rows": int(crossed[ring.members].sum()) - len(ring.rows),
                "spread_minutes": ring.spread,
                "presence": ring.plan.presence,
                "ports": [ports[port] for port in ring.ports],
                "first_at": span[0],
                "last_at": span[1],
                "parameters": json.dumps(asdict(ring.plan), sort_keys=True),
            }
        )
    return pa.Table.from_pylist(rows, schema=RINGS)


def ring_rows_table(rings: Sequence[Ring], crowd: Crowd, people: pa.Array) -> pa.Table:
    """Every row of a joint crossing, ring by ring, in order of time."""
    ring = _ring_of(rings)
    event = np.concatenate([np.zeros(0, np.int32), *(r.event for r in rings)])
    order = np.lexsort((crowd.joint, ring))
    columns = [
        pa.array(ring_ids(rings), pa.string()).take(pa.array(ring[order])),
        pa.array(event[order].astype(np.int64)),
        pa.array(crowd.joint[order]),
        people.take(pa.array(crowd.rows.person[crowd.joint[order]])),
    ]
    return pa.Table.from_arrays(columns, schema=RING_ROWS)


def groups_tables(rings: Sequence[Ring], crowd: Crowd, people: pa.Array) -> tuple[pa.Table, pa.Table]:
    """All groups, and who is in them."""
    names = ring_ids(rings)
    sizes = [len(ring.members) for ring in rings]
    groups = [_columns(names, ["ring"] * len(names), sizes, [True] * len(names), [False] * len(names))]
    who = np.concatenate([np.zeros(0, np.int64), *(ring.members for ring in rings)])
    of = np.repeat(np.arange(len(rings)), sizes)
    members = [_memberships(names, of, who, "ring", people, together=True)]
    for part in crowd.groups:
        count = len(part.registered)
        ids = [f"{part.kind}-{number + 1}" for number in range(count)]
        size = np.bincount(part.of, minlength=count)
        groups.append(_columns(ids, [part.kind] * count, size, [part.together] * count, part.registered))
        members.append(_memberships(ids, part.of, part.who, part.kind, people, together=part.together))
    return pa.concat_tables(groups), pa.concat_tables(members)


def _columns(*columns: object) -> pa.Table:
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, GROUPS, strict=True)], schema=GROUPS
    )


def _memberships(
    ids: Sequence[str],
    of: NDArray[np.signedinteger],
    who: NDArray[np.signedinteger],
    kind: str,
    people: pa.Array,
    *,
    together: bool,
) -> pa.Table:
    columns = [
        people.take(pa.array(who)),
        pa.array(ids, pa.string()).take(pa.array(of)),
        pa.repeat(kind, len(who)),
        pa.repeat(together, len(who)),
    ]
    return pa.Table.from_arrays(columns, schema=MEMBERS)


def officers_table(rings: Sequence[Ring], rosters: Rosters) -> pa.Table:
    """Who works with which ring."""
    codes, units = officer_codes(rosters).to_pylist(), unit_codes(rosters).to_pylist()
    rows = [
        {
            "officer_id": codes[ring.officer],
            "unit_id": units[rosters.unit[ring.officer]],
            "ring_id": name,
            "how": ring.plan.officer.how,
            "effort": ring.plan.officer.effort,
            "weeks": ring.plan.officer.weeks,
        }
        for ring, name in zip(rings, ring_ids(rings), strict=True)
        if ring.officer is not None and ring.plan.officer is not None
    ]
    return pa.Table.from_pylist(rows, schema=OFFICERS)


def served_table(ground: Ground, rings: Sequence[Ring], rosters: Rosters, crowd: Crowd) -> pa.Table:
    """Every officer by every ring: how much of it passed on the officer's lane, and how much would by chance."""
    ring = _ring_of(rings).astype(np.int64)
    event = np.concatenate([np.zeros(0, np.int32), *(r.event for r in rings)]).astype(np.int64)
    rows = crowd.rows.where(crowd.joint)
    officer = rosters.at_lane[crowd.lane[crowd.joint], shift_of(rows.at)].astype(np.int64)
    many = len(rosters.unit) + 1
    most = int(event.max(initial=0)) + 1
    present = np.bincount(ring * most + event, minlength=len(rings) * most)
    triple, counts = np.unique((ring * most + event) * many + officer + 1, return_counts=True)
    crossing, who = np.divmod(triple, many)
    half = 2 * counts >= present[crossing]
    pair, place = np.unique(crossing // most * many + who, return_inverse=True)
    served = np.bincount(place, weights=half, minlength=len(pair)).astype(np.int64)
    on_lane = np.bincount(place, weights=counts, minlength=len(pair)).astype(np.int64)
    known = pair % many > 0  # a crossing on a closed lane has no officer
    of, who = pair[known] // many, pair[known] % many - 1
    expected = _expected(ground, rings, rosters, of, who)
    crossings = np.array([len(r.events.at) for r in rings], np.int64)[of]
    columns = [
        pa.array(ring_ids(rings), pa.string()).take(pa.array(of)),
        officer_codes(rosters).take(pa.array(who)),
        unit_codes(rosters).take(pa.array(rosters.unit[who])),
        *(pa.array(c) for c in (served[known], on_lane[known], crossings, expected, crossings - expected)),
    ]
    return pa.Table.from_arrays(columns, schema=SERVED)


def _expected(
    ground: Ground, rings: Sequence[Ring], rosters: Rosters, of: NDArray[np.int64], who: NDArray[np.int64]
) -> Floats:
    """Crossings of ring `of` that officer `who` would serve if each took any open lane of any like shift."""
    flat = ground.lanes.ravel()
    place_of_lane = np.repeat(np.arange(len(flat)), flat)
    cells = len(flat) * SHIFTS
    officer, shift, lane = rosters.duties
    on = lane >= 0
    cell = place_of_lane[lane[on]] * SHIFTS + (shift[on] - 1) % SHIFTS
    duties = np.bincount(officer[on].astype(np.int64) * cells + cell, minlength=len(rosters.unit) * cells)
    duties = duties.reshape(len(rosters.unit), cells)
    share = duties / np.maximum(duties.sum(axis=0), 1)
    visits = np.zeros((len(rings), cells))
    for number, ring in enumerate(rings):
        events = ring.events
        kind = (shift_of(events.at) - 1) % SHIFTS
        visits[number] = np.bincount((events.port * 2 + events.out) * SHIFTS + kind, minlength=cells)
    return np.asarray((visits[of] * share[who]).sum(axis=1))


def _starts(rings: Sequence[Ring]) -> NDArray[np.int64]:
    lengths = np.array([len(ring.rows) for ring in rings], np.int64)
    return np.cumsum(lengths) - lengths


def _ring_of(rings: Sequence[Ring]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(rings)), [len(ring.rows) for ring in rings]).astype(np.int64)
