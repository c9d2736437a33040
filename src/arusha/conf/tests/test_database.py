"""What is not whole yet is refused before anything is written."""

import pytest
from tests.support.program import Program


@pytest.mark.parametrize(
    "words", [("init", "--name", "Customs", "--zone", "UTC"), ("backup", "data.age", "--to", "age1x"), ("doctor",)]
)
def test_no_installation_lives_on_postgresql_yet(tmp_path, words):
    program = Program(tmp_path, settings={"ARUSHA_DATABASE": "postgresql://arusha_web@/arusha"})
    done = program.run(*words, code=2)
    assert "PostgreSQL is not offered yet" in done.aside and "Unset ARUSHA_DATABASE" in done.aside
    assert not program.home.exists() and not (tmp_path / "keys").exists() and not (tmp_path / "data.age").exists()
