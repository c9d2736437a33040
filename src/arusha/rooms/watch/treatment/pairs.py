"""Pairs of an officer and a subject with cases enough, and their cases."""

from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.treatment.cases import Cases, Whole


@dataclass(frozen=True, slots=True)
class Pairs:
    """`officer`, `subject` (pairs,); pair j's cases are `case[starts[j]:starts[j + 1]]`, in order of time."""

    officer: Whole
    subject: Whole
    starts: Whole
    case: Whole

    def cases_of(self, pair: int) -> Whole:
        """The cases of one pair."""
        return self.case[self.starts[pair] : self.starts[pair + 1]]

    def sums(self, of_case: np.ndarray) -> np.ndarray:
        """By pair, the sum of a value of each case."""
        of = np.repeat(np.arange(len(self.officer)), np.diff(self.starts))
        return np.bincount(of, of_case[self.case], minlength=len(self.officer))


def pairs_of(cases: Cases, least: int) -> Pairs:
    """The pairs with at least so many cases."""
    many = len(cases.subjects) + 1
    key = cases.officer * many + cases.subject
    order = np.argsort(key, kind="stable")
    new = np.flatnonzero(np.r_[np.ones(min(len(key), 1), bool), key[order][1:] != key[order][:-1]])
    edges = np.r_[new, len(key)]
    enough = np.flatnonzero(np.diff(edges) >= least) if len(key) else np.empty(0, np.int64)
    kept = [order[edges[j] : edges[j + 1]] for j in enough]
    starts = np.r_[0, np.cumsum([len(k) for k in kept])].astype(np.int64)
    case = np.concatenate(kept) if kept else np.empty(0, np.int64)
    first = case[starts[:-1]]
    return Pairs(cases.officer[first], cases.subject[first], starts, case)
