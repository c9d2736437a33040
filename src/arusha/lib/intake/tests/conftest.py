from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import Lake, Plan, Receipt, parse_mapping, receive
from arusha.lib.intake.binding import bind
from arusha.lib.intake.reading import Batch
from arusha.lib.intake.validate import Checked, check

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SHARED = Path(__file__).parents[5].parent / "shared" / "data"
MAPPINGS = Path(__file__).parents[3] / "packs" / "reference" / "mappings"

Give = Callable[..., Receipt]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "home")


@pytest.fixture
def give(lake: Lake, tmp_path: Path) -> Give:
    """Receives text or bytes as a file, by a mapping's text or as it is."""

    def give(
        content: str | bytes, mapping: str = "", *, dataset: str = "crossings", name: str = "given.csv"
    ) -> Receipt:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        plan = parse_mapping(mapping, "mapping.yaml") if mapping else Plan(DATASETS[dataset])
        return receive(lake, path, plan, at=AT)

    return give


def shared(folder: str) -> Path:
    """A folder of data made by others; skips where it is missing."""
    if not (SHARED / folder).is_dir():
        pytest.skip(f"needs ../shared/data/{folder}, which is not part of the project")
    return SHARED / folder


CROSSING = {"person_token": "T", "port_code": "A", "direction": "in", "crossed_at": "2026-03-01T08:00:00Z", "lane": ""}


def checked(dataset: str, rows: list[dict[str, str | None]], mapping: str = "", **lists: tuple[str, ...]) -> Checked:
    """What the checks say of these rows as a file's texts; `lists` are code lists received before."""
    plan = parse_mapping(f"dataset: {dataset}\n{mapping}") if mapping else Plan(DATASETS[dataset])
    names = tuple(rows[0])
    batch = Batch(np.arange(len(rows)), {name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    return check(batch, bind(plan, names, None, "given.csv", lambda name: lists.get(name)))
