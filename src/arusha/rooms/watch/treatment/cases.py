"""Inspections and searches as cases: who decided, of whom, like which others, whether it was carried out, what it cost.

A case is the last assignment of a declaration, or one selection of a traveller. Cases are alike that were selected in
the same place, for the same lane or channel, in the same way, within the same quarter of a year, of the same kind.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Declaration, Inspection, Search
from arusha.lib.detect import Table
from arusha.lib.detect.codes import codes_of, numbers
from arusha.lib.detect.moments import MICROSECONDS

QUARTER = 13 * 7 * 86_400 * 1_000_000  # microseconds of 13 weeks
STRICT = ("green", "blue", "yellow", "red")
Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases as columns of shape (cases,), in order of time.

    row : in the table given. officer, subject : places in `officers`, `subjects`.
    broad : the place where, the lane and the way in which it was selected; `like` these, the quarter and the kind.
    evaded : not carried out, or re-routed to a milder lane. charged : duty and penalty as a share of the value;
    fined : penalty as a share of the duty; NaN where nothing irregular was found or there is nothing to share by.
    peers : the cases whose charges are compared with it, of the same kind; colleagues those of the same place, whose
    fines are.
    """

    kind: str
    table: Table[Any]
    row: Whole
    at: Whole
    officer: Whole
    subject: Whole
    broad: Whole
    like: Whole
    evaded: Flags
    charged: Floats
    fined: Floats
    peers: Whole
    colleagues: Whole
    officers: pa.Array
    subjects: pa.Array

    def __len__(self) -> int:
        return len(self.row)


def of_declarations(inspections: Table[Inspection], declarations: Table[Declaration]) -> Cases:
    """Each declaration as its last inspector treated it; the trader is its importer. Others than these are left out.

    Left out: inspections of declarations that are not given, or name no importer.
    """
    data = inspections.data
    papers = _papers(declarations.data, data["declaration_id"])
    paper = _found(data["declaration_id"], papers.ids)
    at = _microseconds(data["assigned_at"])
    begun = _there(data["started_at"])
    known = np.flatnonzero(paper >= 0)
    known = known[papers.trader[paper[known]] >= 0]
    # The last assignment of each declaration; of two at once the one that was carried out.
    order = known[np.lexsort((known, begun[known], at[known], paper[known]))]
    last = order[np.r_[paper[order][1:] != paper[order][:-1], np.ones(min(len(order), 1), bool)]]
    row = last[np.lexsort((paper[last], begun[last], at[last]))]
    of = paper[row]
    lane, selected = _lanes(data, row)
    office, method = papers.office[of], _code(data["assignment_method"])[row]
    broad = together(office, selected, method)
    duty, penalty = (_amount(data[name])[row] for name in ("duty_adjustment", "penalty"))
    guilty = np.asarray(pc.fill_null(pc.equal(data["result"], "irregular"), False))[row]
    return Cases(
        kind="officer-trader",
        table=inspections,
        row=row,
        at=at[row],
        officer=_code(data["inspector_id"])[row],
        subject=papers.trader[of],
        broad=broad,
        like=together(broad, _quarter(at[row]), papers.goods[of]),
        evaded=~begun[row] | (lane < selected),
        charged=_share(duty + np.nan_to_num(penalty), papers.value[of], guilty & begun[row]),
        fined=_share(penalty, duty, guilty & begun[row]),
        peers=together(office, papers.goods[of], papers.currency[of]),
        colleagues=office,
        officers=codes_of(data["inspector_id"]).texts,
        subjects=papers.traders,
    )


def of_travellers(searches: Table[Search]) -> Cases:
    """Each traveller selected, as the officer treated them."""
    data = searches.data
    at = _microseconds(data["selected_at"])
    begun = _there(data["started_at"])
    person, port = _code(data["person_token"]), _code(data["port_code"])
    order = np.lexsort((begun, at, port, person))
    same = (np.diff(person[order]) == 0) & (np.diff(port[order]) == 0) & (np.diff(at[order]) == 0)
    one = order[np.r_[~same, np.ones(min(len(order), 1), bool)]]
    row = one[np.lexsort((person[one], begun[one], at[one]))]
    broad = together(port[row], *(_code(data[name])[row] for name in ("direction", "channel", "selection_method")))
    duty, penalty = (_amount(data[name])[row] for name in ("duty", "penalty"))
    guilty = np.asarray(pc.fill_null(pc.equal(data["result"], "irregular"), False))[row]
    goods, currency = _code(data["goods_kind"])[row], _code(data["currency"])[row]
    return Cases(
        kind="officer-traveller",
        table=searches,
        row=row,
        at=at[row],
        officer=_code(data["officer_id"])[row],
        subject=person[row],
        broad=broad,
        like=together(broad, _quarter(at[row])),
        evaded=~begun[row],
        charged=_share(duty + np.nan_to_num(penalty), _amount(data["goods_value"])[row], guilty & begun[row]),
        fined=_share(penalty, duty, guilty & begun[row]),
        peers=together(port[row], goods, currency),
        colleagues=port[row],
        officers=codes_of(data["officer_id"]).texts,
        subjects=codes_of(data["person_token"]).texts,
    )


@dataclass(frozen=True, slots=True)
class _Papers:
    """Declarations, one each: trader, office, chapter of the first item's goods, currency; value of all items."""

    ids: pa.Array
    trader: Whole
    office: Whole
    goods: Whole
    currency: Whole
    value: Floats
    traders: pa.Array


def _papers(whole: pa.Table, wanted: pa.ChunkedArray) -> _Papers:
    """The declarations whose numbers are wanted."""
    data = whole.filter(pc.is_in(_plain(whole["declaration_id"]), value_set=_plain(wanted).combine_chunks()))
    # As plain texts: a dictionary keeps those that were filtered away, and numbers here are of those that are there.
    ids = codes_of(_plain(data["declaration_id"]))
    of = ids.codes.astype(np.int64)
    item = numbers(data["item_no"].cast(pa.int64()))
    order = np.lexsort((item, of))
    # Declarations come in the order of their numbers, each with its first item.
    first = order[np.r_[np.ones(min(len(order), 1), bool), of[order][1:] != of[order][:-1]]]
    traders = codes_of(data["importer_id"])
    chapter = pc.utf8_slice_codeunits(_plain(data["hs_code"]), 0, 2)
    price = _amount(data["item_price"])
    return _Papers(
        ids=ids.texts,
        trader=traders.codes.astype(np.int64)[first],
        office=_code(data["office_code"])[first],
        goods=_code(chapter)[first],
        currency=_code(data["currency"])[first],
        value=np.bincount(of, price, minlength=len(ids.texts)) if len(of) else np.zeros(0),
        traders=traders.texts,
    )


def together(*columns: Whole) -> Whole:
    """One number for each combination of values that occurs; −1, where nothing is told, is a value too."""
    whole = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        _, code = np.unique(column, return_inverse=True)
        whole = whole * (int(code.max(initial=0)) + 1) + code
        _, whole = np.unique(whole, return_inverse=True)
    return whole.astype(np.int64)


def _lanes(data: pa.Table, row: Whole) -> tuple[Whole, Whole]:
    """How strict the lane is that each case ended in, and the one that it was selected for."""
    order = pa.array(STRICT, pa.string())
    lane, before = (
        numbers(pc.index_in(_plain(data[name]), value_set=order).cast(pa.int64()).fill_null(-1))[row]
        for name in ("lane", "rerouted_from")
    )
    return lane, np.where(before >= 0, before, lane)


def _share(paid: Floats, value: Floats, guilty: Flags) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(guilty & (value > 0), paid / value, np.nan))


def _quarter(at: Whole) -> Whole:
    """Quarters of a year, from the first case on."""
    return (at - (at.min() if len(at) else 0)) // QUARTER


def _found(column: pa.ChunkedArray, among: pa.Array) -> Whole:
    return numbers(pc.index_in(_plain(column), value_set=_plain(among)).cast(pa.int64()).fill_null(-1))


def _plain(column: Any) -> Any:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _code(column: pa.ChunkedArray) -> Whole:
    return codes_of(column).codes.astype(np.int64)


def _microseconds(column: pa.ChunkedArray) -> Whole:
    return numbers(column.cast(MICROSECONDS).cast(pa.int64()))


def _there(column: pa.ChunkedArray) -> Flags:
    return np.asarray(column.is_valid())


def _amount(column: pa.ChunkedArray) -> Floats:
    return numbers(pc.fill_null(column.cast(pa.float64()), np.nan))
