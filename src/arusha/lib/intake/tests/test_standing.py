"""Files that no longer count, what steps in for them, files that restate others; and nothing is ever counted twice."""

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, receive
from arusha.lib.intake.standing import write_withdrawn
from arusha.lib.intake.tests.conftest import AT

HEADER = "list,code,name\n"
CODES = Plan(DATASETS["codes"])


class House:
    """A lake into which lists of codes are received by short names."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.lake, self.names = folder, Lake(folder / "home"), dict[str, str]()
        folder.mkdir(exist_ok=True)

    def give(self, name: str, rows: str, **more: Any):
        path = self.folder / f"{name}.csv"
        path.write_text(HEADER + "".join(f"ports,{row[0]},{row[1:]}\n" for row in rows.split()))
        receipt = receive(self.lake, path, CODES, at=AT.replace(minute=len(self.names)), **more)
        self.names[name] = receipt.manifest.manifest
        return receipt

    def withdraw(self, *names: str) -> None:
        write_withdrawn(self.lake.folder("codes"), [self.names[name] for name in names])

    def rows(self) -> list[str]:
        table = self.lake.read("codes").data
        return sorted(f"{row['code']}{row['name'] or ''}" for row in table.to_pylist())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


def test_a_withdrawn_file_does_not_count_and_is_still_there(house: House) -> None:
    house.give("a", "1x 2x")
    house.give("b", "3x")
    house.withdraw("a")
    assert house.rows() == ["3x"] and len(house.lake.received("codes")) == 2
    assert house.lake.gone("codes") == {house.names["a"]: ""}
    assert house.lake.read("codes", manifests=[house.names["a"]]).data.num_rows == 2, "a run of before runs again"
    with pytest.raises(IntakeError, match="is withdrawn; restore it: arusha source restore"):
        house.give("a", "1x 2x")
    house.withdraw()
    assert house.rows() == ["1x", "2x", "3x"]
    assert house.lake.verify() == ()


def test_a_duplicate_of_a_withdrawn_row_steps_in_once_with_its_own_number(house: House) -> None:
    house.give("a", "1x 2x 3x")
    house.give("b", "9x 2x 1x")
    house.give("c", "2x 8x")
    house.withdraw("a")
    assert house.rows() == ["1x", "2x", "8x", "9x"]
    table = house.lake.read("codes")
    told = {source.manifest: source.rows if source.rows is None else source.rows.tolist() for source in table.sources}
    assert told == {house.names["b"]: None, house.names["c"]: [1]}
    assert house.lake.rows("codes", house.names["b"], [0, 2]).column("code").to_pylist() == ["9", "1"]
    house.withdraw("a", "b")
    assert house.rows() == ["2x", "8x"], "then the next that said so steps in"


def test_what_steps_in_is_compared_with_what_comes(house: House) -> None:
    house.give("a", "1x 2x")
    house.give("b", "1x")
    house.withdraw("a")
    receipt = house.give("c", "1x 2x 3x")
    assert (receipt.manifest.accepted, receipt.manifest.duplicates) == (2, 1)
    assert house.rows() == ["1x", "2x", "3x"]
    house.withdraw("a", "b")
    assert house.rows() == ["1x", "2x", "3x"]


def test_a_file_that_replaces_another_stands_in_its_place_until_it_is_withdrawn(house: House) -> None:
    house.give("a", "1x 2x 3x")
    receipt = house.give("b", "1y 2x", replaces=[house.lake.received("codes")[0].manifest[:8]], beside=False)
    assert (receipt.manifest.accepted, receipt.manifest.rejected, receipt.manifest.duplicates) == (2, 0, 0)
    assert house.rows() == ["1y", "2x"] and house.lake.gone("codes") == {house.names["a"]: house.names["b"]}
    with pytest.raises(IntakeError, match="is replaced by"):
        house.give("a", "1x 2x 3x")
    house.withdraw("b")
    assert house.rows() == ["1x", "2x", "3x"]


def test_a_file_that_seems_to_restate_another_is_asked_about_before_anything_is_kept(house: House) -> None:
    house.give("a", "1x 2x 3x 4x")
    with pytest.raises(IntakeError) as asked:
        house.give("b", "1x 2y 9x", beside=False)
    assert asked.value.kind == "restates"
    assert "2 of its 3 rows are in a.csv, received on 2026-11-24 09:00 UTC, 1 otherwise" in asked.value.what
    assert f"say --replaces {house.names['a'][:12]} if it restates that file, or --beside" in asked.value.do
    assert len(house.lake.received("codes")) == 1
    assert house.give("b", "1x 2y 9x", beside=True).manifest.reasons == {"conflicts-with": 1}
    assert house.give("c", "1x 2x 7x", beside=False).manifest.duplicates == 2, "saying the same again is no restating"
    assert house.give("d", "1y 5x 6x", beside=False).manifest.rejected == 1, "nor is one row in three"


def test_a_paper_that_replaces_nothing_reads_as_those_of_before(house: House) -> None:
    manifest = house.give("a", "1x").manifest
    assert b"replaces" not in manifest.body() and b"corrects" not in manifest.body()
    other = house.give("b", "1y", replaces=[manifest.manifest]).manifest
    assert house.lake.find("codes", other.manifest).replaces == (manifest.manifest,)


def test_names_are_given_by_their_start(house: House) -> None:
    house.give("a", "1x")
    with pytest.raises(IntakeError, match="no file of codes whose name starts with 'abc'"):
        house.give("b", "2x", replaces=["abc"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from("12345"), unique=True, max_size=5), min_size=1, max_size=4, unique_by=tuple),
    st.sets(st.integers(0, 3)),
    st.sets(st.integers(0, 3)),
)
def test_whatever_is_withdrawn_what_counts_is_what_the_others_said(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]], first: set[int], then: set[int]
) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    for number, rows in enumerate(files):
        house.give(str(number), " ".join(f"{row}x" for row in rows))
        house.withdraw(*(str(n) for n in first if n <= number))
    house.withdraw(*(str(n) for n in then if n < len(files)))
    said = {f"{row}x" for number, rows in enumerate(files) if number not in then for row in rows}
    # what was received while another was gone may be said twice only where that other is let in again
    if first <= then:
        assert house.rows() == sorted(said)
    assert set(house.rows()) == said


def test_the_order_in_which_files_are_withdrawn_makes_no_difference(tmp_path: Path) -> None:
    seen = set()
    for number, order in enumerate(permutations("abc")):
        house = House(tmp_path / str(number))
        for name, rows in (("a", "1x 2x"), ("b", "2x 3x"), ("c", "1x 3x 4x")):
            house.give(name, rows)
        house.withdraw(*order[:2])
        house.withdraw(order[0])
        house.withdraw(*sorted(order[:2]))
        seen.add((order[2], tuple(house.rows())))
    assert seen == {("a", ("1x", "2x")), ("b", ("2x", "3x")), ("c", ("1x", "3x", "4x"))}
