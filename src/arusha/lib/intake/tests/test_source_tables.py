"""Tables of databases: read only, as they stand at one moment, and no secret told."""

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, parse_mapping, receive
from arusha.lib.intake.source_tables import address, extract
from arusha.lib.intake.tests.conftest import AT

GOODS = """dataset: declarations
decimal: ","
columns:
  declaration_id: Number
  item_no: Item
  accepted_on: Day
  office_code: Office
  hs_code: Code
  net_mass: Mass
"""
ROWS = """insert into goods values
('D2', 1, '2026-03-02', 'O', '0101', 1.5, 'secret'), ('D1', 1, '2026-03-01', 'O', '0102', 1e3, 'x')"""
Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(*statements: str) -> Path:
        path = tmp_path / "customs.db"
        with sqlite3.connect(path) as base:
            base.execute("create table if not exists goods (Number, Item, Day, Office, Code, Mass real, Remark)")
            for statement in statements:
                base.execute(statement)
        base.close()
        return path

    return make


def taken(path: Path, into: Path, mapping: str = GOODS, table: str = "goods") -> tuple[Plan, int]:
    return extract(address(str(path)), table, parse_mapping(mapping), into)


def test_rows_come_in_order_of_their_key_and_only_what_is_taken(made: Made, tmp_path: Path) -> None:
    into = tmp_path / "extract.csv"
    plan, count = taken(made(ROWS), into)
    assert into.read_text().splitlines() == [
        "Number,Item,Day,Office,Code,Mass,Remark",
        "D1,1,2026-03-01,O,0102,1000,",
        'D2,1,2026-03-02,O,0101,"1,5",',
    ]
    assert count == 2 and stat.S_IMODE(into.stat().st_mode) == 0o600
    receipt = receive(Lake(tmp_path / "home"), into, plan, at=AT, name="goods of customs.db")
    assert (receipt.manifest.accepted, receipt.manifest.not_taken) == (2, ("Remark",))
    assert Lake(tmp_path / "home").read("declarations").data.column("net_mass").to_pylist() == [1000.0, 1.5]


def test_the_same_rows_in_another_order_are_the_same_file(made: Made, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    path = made(ROWS)
    taken(path, first)
    made(
        "create table other as select * from goods order by Number",
        "delete from goods",
        "insert into goods select * from other",
    )
    taken(path, second)
    assert first.read_bytes() == second.read_bytes()


def test_the_database_is_never_written(made: Made, tmp_path: Path) -> None:
    path = made(ROWS, "create view sly as select *, (select load_extension('x')) from goods")
    before = path.read_bytes()
    with pytest.raises(IntakeError, match="cannot be read"):
        taken(path, tmp_path / "extract.csv", table="sly")
    taken(path, tmp_path / "extract.csv")
    assert path.read_bytes() == before and sorted(p.name for p in tmp_path.iterdir()) == ["customs.db", "extract.csv"]


@pytest.mark.parametrize("table", ["nothing", 'goods"; drop table goods; --', "goods where 1=0"])
def test_a_table_that_is_not_there_is_refused_and_leaves_nothing(made: Made, tmp_path: Path, table: str) -> None:
    with pytest.raises(IntakeError, match="cannot be read: no such table"):
        taken(made(ROWS), tmp_path / "extract.csv", table=table)
    assert not (tmp_path / "extract.csv").exists()


def test_a_column_that_is_missing_and_bytes_are_told(made: Made, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"customs.db, goods: no column 'Massa' \(is it 'Mass'\?\)"):
        taken(made(ROWS), tmp_path / "extract.csv", GOODS.replace("Mass", "Massa"))
    path = made("insert into goods values ('D3', 1, x'00ff', 'O', '0101', 1, '')")
    with pytest.raises(IntakeError, match="column 'Day' holds bytes"):
        taken(path, tmp_path / "extract.csv")


def test_a_password_is_not_taken_from_the_command_line_nor_shown(tmp_path: Path) -> None:
    url = "postgresql://ann:s3cret@db.example/customs"
    for given in (url, "postgresql://ann@db.example/customs?password=s3cret"):
        with pytest.raises(IntakeError, match="on the command line") as caught:
            address(given)
        assert "s3cret" not in str(caught.value)
    file = tmp_path / "address"
    file.write_text(url + "\n")
    for given in ("env:CUSTOMS", f"file:{file}"):
        found = address(given, {"CUSTOMS": url})
        assert (found.secret, found.shown) == (url, "postgresql://db.example/customs")
        assert "s3cret" not in repr(found)
    with pytest.raises(IntakeError, match="no environment variable CUSTOMS"):
        address("env:CUSTOMS", {})


def test_addresses_that_lead_nowhere_are_refused(made: Made, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database")
    with pytest.raises(IntakeError, match="is no SQLite database"):
        address(str(tmp_path / "text.db"))
    with pytest.raises(IntakeError, match="'oracle' cannot be read; name a SQLite file"):
        address("oracle://host/x")
    with pytest.raises(IntakeError, match="No such file"):
        address(f"sqlite:{tmp_path}/none.db")
    assert address(f"sqlite://{made()}").shown == "customs.db"
    with pytest.raises(IntakeError, match="cannot be read"):
        extract(address(f"postgresql:///x?host={tmp_path}"), "t", Plan(DATASETS["codes"]), tmp_path / "e")


@pytest.mark.postgresql
def test_a_table_of_postgresql_is_read_in_one_snapshot(tmp_path: Path) -> None:
    from tests.support.postgres import SERVER, SUPERUSER, execute, new_database, url

    server = os.environ[SERVER]
    name = new_database(server)
    execute(
        server,
        "create schema asy",
        'create table asy.goods ("Number" text, "Item" int, "Day" date, "Office" text, "Code" text,'
        ' "Mass" numeric(10,2), "Remark" text)',
        "insert into asy.goods values ('D2', 1, '2026-03-02', 'O', '0101', 1.50, 's'),"
        " ('D1', 1, '2026-03-01', 'O', 'a,\"b', 7, null)",
        database=name,
    )
    into = tmp_path / "extract.csv"
    _, count = extract(address(url(server, name, SUPERUSER)), "asy.goods", parse_mapping(GOODS), into)
    assert count == 2 and into.read_text().splitlines() == [
        "Number,Item,Day,Office,Code,Mass,Remark",
        'D1,1,2026-03-01,O,"a,""b","7,00",',
        'D2,1,2026-03-02,O,0101,"1,50",',
    ]
    execute(server, "create table moments (person_token text, port_code text, direction text, crossed_at timestamptz)",
            "insert into moments values ('T', 'A', 'in', '2026-03-01 10:00+03')", database=name)  # fmt: skip
    plan, _ = extract(address(url(server, name, SUPERUSER)), "moments", Plan(DATASETS["crossings"]), into)
    assert receive(Lake(tmp_path / "home"), into, plan, at=AT).manifest.accepted == 1
    (row,) = Lake(tmp_path / "home").read("crossings").data.to_pylist()
    assert row["crossed_at"].isoformat() == "2026-03-01T07:00:00+00:00"
    with pytest.raises(IntakeError, match="does not exist"):
        extract(address(url(server, name, SUPERUSER)), "asy.none", parse_mapping(GOODS), into)
