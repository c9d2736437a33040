"""The demonstration that journeys start from; each of them works on a copy."""

import pytest

from tests.support import demonstration as demonstrations


@pytest.fixture(scope="session")
def untouched(tmp_path_factory):
    """The demonstration as it was made, to be copied."""
    return demonstrations.made(tmp_path_factory.mktemp("demonstration") / "made")


@pytest.fixture(scope="module")
def demonstration(untouched, tmp_path_factory):
    """A copy of the demonstration for the journeys of one file."""
    return untouched.copy(tmp_path_factory.mktemp("copied") / "demonstration")
