"""Compiled loops on both cores, with an answer that does not depend on which finished first."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

Piece = TypeVar("Piece")
Answer = TypeVar("Answer")


def in_threads(work: Callable[[Piece], Answer], pieces: Sequence[Piece]) -> list[Answer]:
    """`work` on each piece, answers in the order of the pieces. For kernels that release the interpreter's lock."""
    if len(pieces) < 2:
        return [work(piece) for piece in pieces]
    with ThreadPoolExecutor(max_workers=min(len(pieces), os.cpu_count() or 1)) as pool:
        return list(pool.map(work, pieces))


def stretches(count: int, pieces: int) -> list[tuple[int, int]]:
    """`count` things as up to `pieces` consecutive half-open stretches of nearly equal length."""
    edges = [count * i // pieces for i in range(pieces + 1)]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]
