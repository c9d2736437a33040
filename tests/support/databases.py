"""Which tests run on which database.

A plain `pytest` uses SQLite. `python -m tests.support.postgres` runs those tests that use a database once more on
PostgreSQL: those that ask for `db`, and those marked `both` or `postgresql`, whose programs get a database each.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import postgres
from tests.support.program import Program

THERE = os.environ.get(postgres.SERVER)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has nothing to say of the database that the tests run on."""
    wanted: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (wanted if _on_this(item) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = wanted
    if THERE == "":
        for item in wanted:
            item.add_marker(pytest.mark.skip(reason=postgres.NOT_INSTALLED))


def _on_this(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if THERE is None:
        return "postgresql" not in marks
    uses = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())) or {"both", "postgresql"} & marks
    return bool(uses or "django_db" in marks) and "sqlite" not in marks


def with_own_database(program: Program) -> Program:
    """The program, with an empty database of its own where the tests run on PostgreSQL."""
    if THERE:
        program.settings.update(postgres.settings_of(THERE, postgres.new_database(THERE)))
    return program


def database_of(program: Program) -> str:
    """The name of the program's database on PostgreSQL."""
    return urlsplit(program.settings["ARUSHA_DATABASE"]).path.removeprefix("/")


def copy_with_database(program: Program, folder: Path) -> Program:
    """The same installation once more, with its files, keys and a database of its own."""
    assert THERE
    copy = program.copy(folder)
    copy.settings.update(postgres.settings_of(THERE, postgres.copy_of(THERE, database_of(program))))
    return copy


@pytest.fixture(scope="session")
def server() -> str:
    """The folder of the socket of the server that the tests run on."""
    assert THERE, "these tests are for `python -m tests.support.postgres`"
    return THERE
