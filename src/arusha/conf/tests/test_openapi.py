"""The OpenAPI document keeps its promises: schemathesis makes requests of it and holds the answers against it."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as of_openapi
from tests.support import small_world
from tests.support.fixtures import NOW

from arusha.conf import clock
from arusha.ui.operations import OPERATIONS

MADE, DRAWN = 20, 3
"""Cases of an operation: those that schemathesis makes of its limits, at most, and those that it draws."""
CHECKS = [
    checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_headers_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.negative_data_rejection,
    of_openapi.unsupported_method,
    of_openapi.allow_header_conformance,
    of_openapi.ignored_auth,
]
"""Not among them: that whatever fits is accepted, since a fitting finding may be disposed of already."""


@pytest.fixture(autouse=True)
def one_connection():
    """The program is called as a server calls it, which would close the connection that the test's rows stand in."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def world(someone, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    small_world.folder(settings, tmp_path)
    settings.AXES_FAILURE_LIMIT = 1_000_000  # thousands of wrong tokens are shown here
    return small_world.made(someone)


@pytest.fixture
def document(world):
    from arusha.conf.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def things(world: Any) -> dict[str, dict[str, str]]:
    """Ids of what is there, by the first part of an operation's address."""
    return {
        "findings": {"pk": str(world.finding.pk)},
        "cases": {"pk": str(world.case.pk)},
        "actions": {"pk": str(world.action.pk)},
    }


def each(operation: Any, there: dict[str, str]) -> Iterator[Any]:
    """Cases of one operation: at its limits within and beyond what fits, then drawn, of what is there and is not."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    schema = operation.schema
    yield from islice(
        schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=schema.config.generation), MADE
    )
    drawn: list[Any] = []
    for mode in modes:
        fixed = {"path_parameters": there} if there and operation.path.count("{") == 1 else {}

        @seed(7)
        @settings(
            max_examples=DRAWN,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode, **fixed))
        def draw(case: Any) -> None:
            drawn.append(case)

        draw()
    yield from drawn


def test_every_operation_answers_as_its_document_says(document, world):
    shown = {"Authorization": f"Bearer {small_world.token_of(world.again('lead'))}"}
    seen: Counter[tuple[str, int]] = Counter()
    wrong = []
    for found in document.get_all_operations():
        operation = found.ok()
        there = things(world).get(operation.path.split("/")[3], {})
        for case in each(operation, there):
            answered = case.call(headers=shown)
            seen[operation.label, answered.status_code] += 1
            try:
                case.validate_response(answered, checks=CHECKS, headers=shown)
            except FailureGroup as failures:
                wrong += [
                    f"{operation.label}: {failure} {case.as_curl_command()[:300]}" for failure in failures.exceptions
                ]
    assert not wrong, f"{len(wrong)} of {sum(seen.values())}\n\n" + "\n\n".join(wrong[:5])
    assert len({label for label, _ in seen}) == len(OPERATIONS)
    assert {200, 401, 404, 405, 409, 422} <= {status for _, status in seen}
