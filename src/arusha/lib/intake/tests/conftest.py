from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import Lake, Plan, Receipt, parse_mapping, receive

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
