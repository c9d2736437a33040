"""Officers who leave undone, or charge less for, what concerns one trader or traveller."""

from collections.abc import Iterator

from arusha.lib.datasets import Declaration, Inspection, Search
from arusha.lib.detect import Hit, Params, Table, detector, reason
from arusha.rooms.watch.treatment.shuffled import OfficerShuffle


class Treatment(Params):
    """`fdr`: share of false pairs allowed. `least`: cases that an officer must have of one trader or traveller.

    `lift`: how many times the expected the lenient outcomes must be. `more`: and how many more than the expected.
    """

    fdr: float = 0.01
    least: int = 5
    lift: float = 1.5
    more: float = 3.0


ORDINARY = Treatment()
"""The settings that hold where none are given."""


@reason("treatment-not-examined")
class NotExamined:
    """Of the trader's `of` declarations selected and given to the officer, `times` were not examined; `expected`."""

    times: int
    of: int
    expected: float


@reason("treatment-not-searched")
class NotSearched:
    """Of the traveller's `of` selections that fell to the officer, `times` were not searched; `expected` by habit."""

    times: int
    of: int
    expected: float


@reason("treatment-charged-less")
class ChargedLess:
    """Of `of` irregular cases `low` were charged less than three in four of the like, not `expected`.

    `charged`, `usual`: duty and penalty in per cent of the value, medians of these and of the like.
    """

    low: int
    of: int
    expected: float
    charged: float
    usual: float


@reason("treatment-fined-less")
class FinedLess:
    """The same of the penalty in per cent of the duty."""

    low: int
    of: int
    expected: float
    charged: float
    usual: float


@reason("treatment-officer-otherwise")
class OfficerOtherwise:
    """Of `of` other cases the officer left `times` undone."""

    times: int
    of: int


@reason("treatment-subject-otherwise")
class SubjectOtherwise:
    """Of `of` cases of the same trader or traveller other officers left `times` undone."""

    times: int
    of: int


@reason("treatment-peers")
class Peers:
    """Others' cases of the same place, lane and way of selection: `times` of `of`, weighed as this pair's are."""

    times: int
    of: int


@reason("treatment-shrunk")
class Shrunk:
    """Lenient outcomes as a multiple of the expected, drawn towards the mean of all pairs, with its limits."""

    ratio: float
    low: float
    high: float


@detector(
    "treatment",
    of=("officer-trader", "officer-traveller"),
    null=OfficerShuffle(),
    blind_to=(
        "fewer-than-5-cases",
        "subjects-whom-one-officer-has-alone",
        "officers-lenient-with-everybody",
        "examinations-recorded-and-not-made",
        "cases-that-were-never-selected",
        "favours-that-a-whole-office-does",
        "charges-without-a-value",
    ),
    one_of=("inspections", "searches"),
    reads={
        "declarations": (
            "declaration_id",
            "item_no",
            "office_code",
            "importer_id",
            "hs_code",
            "item_price",
            "currency",
        ),
    },
)
def treatment(
    inspections: Table[Inspection] | None = None,
    declarations: Table[Declaration] | None = None,
    searches: Table[Search] | None = None,
    *,
    p: Treatment = ORDINARY,
) -> Iterator[Hit]:
    """Pairs of an officer and a trader or traveller whose cases are left undone or charged less than habits explain."""
    from arusha.rooms.watch.treatment.found import found

    if inspections is not None and declarations is None:
        raise ValueError("treatment: inspections name no trader; give the declarations that they are of, too")
    yield from found(inspections, declarations, searches, p)
