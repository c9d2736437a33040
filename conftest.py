"""What every test stands on: an installation of its own, no network, writes only through acts, one fixed moment."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_HOME = tempfile.TemporaryDirectory(prefix="arusha-tests-")
os.environ["ARUSHA_HOME"] = str(Path(_HOME.name) / "data")
os.environ["ARUSHA_KEYS"] = str(Path(_HOME.name) / "keys")
os.environ["DJANGO_SETTINGS_MODULE"] = "arusha.conf.settings"
os.environ.pop("ARUSHA_DATABASE_OWNER", None)
os.environ.pop("ARUSHA_DATABASE", None)
if os.environ.get("ARUSHA_TEST_SERVER"):  # PostgreSQL: see tests/support/postgres.py
    os.environ["ARUSHA_DATABASE"] = f"postgresql://arusha_super@/arusha?host={os.environ['ARUSHA_TEST_SERVER']}"
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parent / "build" / "numba"))

import django  # noqa: E402
import pytest  # noqa: E402

django.setup()

# A worker of xdist inherits the environment, and would load the settings before it has a folder of its own.
del os.environ["DJANGO_SETTINGS_MODULE"]

from arusha.conf.compose import compose  # noqa: E402

compose()

from django.conf import settings  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # slow hashing is not what is tested
pytest_plugins = ["tests.support.fixtures", "tests.support.systems", "tests.support.databases"]


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """In every test that uses the database, a write outside an act fails the test."""
    if not {"db", "transactional_db"} & set(request.fixturenames):
        yield
        return
    from arusha.core.journal.guard import guarded
    from arusha.core.journal.keys import make_keys

    make_keys(Path(os.environ["ARUSHA_KEYS"]))
    with guarded():
        yield
