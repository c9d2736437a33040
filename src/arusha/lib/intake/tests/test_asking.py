"""Questions in SQL: what counts is answered, and nothing else is read, written, loaded or waited for."""

from pathlib import Path

import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, receive
from arusha.lib.intake.asking import LONGEST, Limits, ask
from arusha.lib.intake.standing import write_withdrawn
from arusha.lib.intake.tests.conftest import AT

QUICK = Limits(seconds=2, memory=128 << 20, rows=5)


@pytest.fixture
def codes(lake: Lake, tmp_path: Path) -> Lake:
    for name, rows in (("a", "ports,P1,One\nports,P2,=1+1\n"), ("b", "ports,P1,One\nlanes,L1,\n")):
        path = tmp_path / f"{name}.csv"
        path.write_text("list,code,name\n" + rows)
        receive(lake, path, Plan(DATASETS["codes"]), at=AT)
    return lake


def test_what_counts_is_answered_by_its_declared_names(codes: Lake) -> None:
    answer = ask(codes, "select list, count(*) n from codes group by 1 order by 1")
    assert answer.columns == ("list", "n") and answer.rows == (("lanes", 1), ("ports", 2))
    assert (answer.count, answer.more) == (2, False) and list(answer.tables) == ["codes"]
    first = next(one for one in codes.received("codes") if one.file == "a.csv")
    write_withdrawn(codes.folder("codes"), [first.manifest])
    assert ask(codes, "select code from codes order by 1").rows == (("L1",), ("P1",)), "what steps in is there too"
    assert ask(codes, "select count(*) from crossings").rows == ((0,),), "an empty table has its columns"
    assert ask(codes, "select person_token, crossed_at from crossings").rows == ()


def test_rows_are_bounded_and_all_are_counted(codes: Lake) -> None:
    answer = ask(codes, "select * from range(100000)", QUICK)
    assert (len(answer.rows), answer.count, answer.more) == (5, 100_000, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "attach '/tmp/x.db'",
        "copy codes to '/tmp/x.csv'",
        "install httpfs",
        "load httpfs",
        "pragma database_list",
        "set memory_limit = '100GB'",
        "create table x as select 1",
        "insert into codes values ('a', 'b', 'c')",
        "select 1; select 2",
        "export database '/tmp/x'",
        "call pragma_version()",
        "",
    ],
)
def test_only_one_select_is_answered(codes: Lake, sql: str) -> None:
    with pytest.raises(IntakeError):
        ask(codes, sql, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from read_blob('/proc/self/environ')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from read_parquet('https://example.org/x.parquet')",
        "select * from parquet_metadata('/etc/passwd')",
        "select * from query('attach ''/tmp/x.db''')",
        "select * from question",
        "select * from sys",
    ],
)
def test_nothing_else_is_read(codes: Lake, sql: str) -> None:
    with pytest.raises(IntakeError) as caught:
        ask(codes, sql, QUICK)
    assert "root:" not in str(caught.value)


@pytest.mark.parametrize(
    "sql", ["attach '/tmp/x.db'", "/**/ pragma database_list", "select * from read_text('/etc/passwd')"]
)
def test_the_worst_is_refused_quickly(codes: Lake, sql: str) -> None:
    with pytest.raises(IntakeError) as caught:
        ask(codes, sql, QUICK)
    assert caught.value.kind == "question" and "root:" not in str(caught.value)


def test_papers_and_rejects_beside_the_rows_are_not_read(codes: Lake) -> None:
    folder = codes.folder("codes") / codes.received("codes")[0].manifest
    for name in ("rejects.parquet", "manifest.json"):
        with pytest.raises(IntakeError):
            ask(codes, f"select * from read_text('{folder / name}')", QUICK)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r",
        "select count(*) from range(10000000000) a, range(10000000000) b",
        "select repeat('x', 3000000000)",
        "select string_agg(repeat('x', 1000000), '') from range(100000)",
        "select list(range) from range(1000000000)",
    ],
)
def test_what_would_take_for_ever_or_all_memory_is_stopped(codes: Lake, sql: str) -> None:
    with pytest.raises(IntakeError) as caught:
        ask(codes, sql, QUICK)
    assert caught.value.kind == "question"


def test_a_long_value_is_cut_and_a_long_question_refused(codes: Lake) -> None:
    ((value,),) = ask(codes, "select repeat('x', 5000)", QUICK).rows
    assert len(str(value)) == 2_001
    with pytest.raises(IntakeError, match="longer than"):
        ask(codes, "select '" + "x" * LONGEST + "'")
