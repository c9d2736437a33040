"""How good hits on officers and those whom they favour are, judged by the answer key."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from arusha.lib.synth.key import AnswerKey
from arusha.lib.synth.score import Share, upper_limit

KINDS: Mapping[str, str] = {"officer-trader": "trader", "officer-traveller": "traveller"}
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Favoured:
    """What the hits of kinds 'officer-trader' and 'officer-traveller' are worth.

    found : pairs found, by band, of all planted: the same officer with the same trader or traveller.
    false : pairs named that were not planted; `false_limit` the upper Clopper–Pearson limit of the share, 95%.
    false_as : what the officer or the subject of a false pair is in the key: a look-alike's kind, or 'nobody'.
    """

    found: Mapping[str, Share]
    false: Share
    false_limit: float
    false_as: Mapping[str, int]


def score_favours(hits: pa.Table, key: AnswerKey) -> Favoured:
    """Judge hits (schema `arusha.lib.detect.HITS`; those of other kinds are passed over)."""
    rows = hits.select(["kind", "subjects"]).to_pylist()
    named = {(row["subjects"][0], row["subjects"][1], KINDS[row["kind"]]) for row in rows if row["kind"] in KINDS}
    planted = {(row["officer_id"], row["subject"], row["of"]): row["band"] for row in key.favours.to_pylist()}
    bands = dict.fromkeys(planted.values())
    found = {
        band: Share(sum(planted[pair] == band for pair in named & set(planted)), list(planted.values()).count(band))
        for band in bands
    }
    wrong = sorted(named - set(planted))
    alike = key.alike.to_pylist()
    told = Counter(_kind(officer, subject, alike) for officer, subject, _ in wrong)
    return Favoured(found, Share(len(wrong), len(named)), upper_limit(len(wrong), len(named)), dict(told))


def pooled_favours(reports: Sequence[Favoured]) -> Favoured:
    """Several worlds' reports as one."""
    bands = dict.fromkeys(band for report in reports for band in report.found)
    found = {
        band: Share(
            sum(report.found[band].good for report in reports if band in report.found),
            sum(report.found[band].all for report in reports if band in report.found),
        )
        for band in bands
    }
    wrong, named = (sum(getattr(report.false, name) for report in reports) for name in ("good", "all"))
    told = sum((Counter(report.false_as) for report in reports), Counter[str]())
    return Favoured(found, Share(wrong, named), upper_limit(wrong, named), dict(told))


def _kind(officer: str, subject: str, alike: Sequence[Mapping[str, str | None]]) -> str:
    """The first look-alike of the key that the pair, its officer or its subject is."""
    for row in alike:
        if row["officer_id"] in (officer, None) and row["subject"] in (subject, None):
            return str(row["kind"])
    return NOBODY
