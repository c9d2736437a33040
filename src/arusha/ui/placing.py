"""Where the nodes of a small network stand: springs along the edges, everything else apart, and no chance anywhere."""

from collections.abc import Sequence

import numpy as np

ROUNDS = 240


def places(
    nodes: Sequence[str], edges: Sequence[tuple[str, str, float]], *, wide: float = 1.0
) -> dict[str, tuple[float, float]]:
    """A place within the unit square for each node; the same input always gives the same picture."""
    if len(nodes) < 2:
        return dict.fromkeys(nodes, (0.5, 0.5))
    index = {node: place for place, node in enumerate(nodes)}
    pull = np.zeros((len(nodes), len(nodes)))
    for a, b, weight in edges:
        pull[index[a], index[b]] = pull[index[b], index[a]] = weight
    if pull.max() > 0:
        # The root keeps one very strong tie from folding everything else together.
        pull = np.sqrt(pull / pull.max())
    turn = 2 * np.pi * np.arange(len(nodes)) / len(nodes)
    spots = _settle(np.column_stack([np.cos(turn) * wide, np.sin(turn)]), pull)
    spots -= spots.min(axis=0)
    spots /= np.where(spots.max(axis=0) > 1e-9, spots.max(axis=0), 1)
    return {node: (round(float(spots[place, 0]), 4), round(float(spots[place, 1]), 4)) for node, place in index.items()}


def _settle(spots: np.ndarray, pull: np.ndarray) -> np.ndarray:
    """Move every node by the forces on it, in steps that grow smaller (after Fruchterman and Reingold)."""
    ideal = 1.6 / np.sqrt(len(spots))
    for heat in np.linspace(0.25, 0.004, ROUNDS):
        apart = spots[:, None, :] - spots[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2)) + 1e-6
        force = ideal**2 / distance**2 - pull * distance / ideal
        # A light pull to the middle keeps parts that no edge ties together on the picture.
        move = (apart * force[:, :, None]).sum(axis=1) - 0.35 * spots
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9
        spots = spots + move / length * np.minimum(length, heat)
    return spots
