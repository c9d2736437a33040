"""The facts a model's finding is explained by; their sentences are in words/*.po."""

from arusha.lib.detect import reason


@reason("model")
class ByModel:
    """Which model, in which version, made it."""

    model: str
    version: int


@reason("model-count")
class Counted:
    """So many rows of a table."""

    value: float
    of: str
    n: int


@reason("model-distinct")
class Distinct:
    """So many different values of a column."""

    value: float
    of: str
    n: int


@reason("model-sum")
class Summed:
    """The sum of a column."""

    value: float
    of: str
    n: int


@reason("model-mean")
class Mean:
    """The mean of a column."""

    value: float
    of: str
    n: int


@reason("model-share")
class Share:
    """The share of rows that meet a condition."""

    value: float
    of: str
    n: int


@reason("model-in")
class In:
    """The period that it happened in, by its first day."""

    start: str


@reason("model-at-least")
class AtLeast:
    """The number that the model asks for."""

    than: float


@reason("model-at-most")
class AtMost:
    """The number that the model allows."""

    than: float


@reason("model-peers")
class Peers:
    """What others of the same kind have."""

    expected: float
    times: float


@reason("model-before")
class Before:
    """What the subject had in the period before."""

    expected: float
    times: float


@reason("model-again")
class Again:
    """In so many periods, of which this is the one that stands out most."""

    periods: int


MEASURED = {"count": Counted, "distinct": Distinct, "sum": Summed, "mean": Mean, "share": Share}
ASKED = {"least": AtLeast, "most": AtMost}
BESIDE = {"peers": Peers, "before": Before}
