"""The demonstration that journeys start from; each of them works on a copy."""

import fcntl
import os

import pytest

from tests.support import demonstration as demonstrations
from tests.support.chromium import installed


@pytest.fixture(scope="session")
def untouched(tmp_path_factory):
    """The demonstration as it was made, to be copied; where several workers test, the first one makes it for all."""
    installed()
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    with (folder / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return demonstrations.made(folder / "demonstration")


@pytest.fixture(scope="module")
def demonstration(untouched, tmp_path_factory):
    """A copy of the demonstration for the journeys of one file."""
    return untouched.copy(tmp_path_factory.mktemp("copied") / "demonstration")
