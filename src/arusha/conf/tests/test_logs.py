"""A line of the log holds words of the code only, whoever writes it and whatever went wrong."""

import json
import logging
import sys

import pytest
from django.test import RequestFactory

from arusha.conf import logs

SECRET = "Amina Juma"


def line(name: str, message: object, *args: object, wrong: BaseException | None = None, **facts: object) -> dict:
    record = logging.LogRecord(name, 40, "/x/site-packages/axes/a.py", 7, message, args, wrong and sys.exc_info())
    record.__dict__ |= facts
    told = logs.Lines().format(record)
    assert SECRET not in told and "\n" not in told
    return json.loads(told)


def test_another_librarys_message_is_told_by_its_template_or_its_place():
    assert line("axes", "Failed login by %s", SECRET)["says"] == "Failed login by %s"
    told = line("axes", f"Failed login by {SECRET}")
    assert "says" not in told and told["at"] == "axes/a.py:7" and told["logger"] == "axes"


def test_of_ours_only_declared_facts_are_told():
    told = line("arusha.requests", "answered", status=200, route="cases/<uuid:pk>/", who=SECRET)
    assert (told["event"], told["status"], told["route"]) == ("answered", 200, "cases/<uuid:pk>/") and "who" not in told


def test_an_exception_is_told_by_its_types_and_places():
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as before:
            raise ValueError(f"no such person: {SECRET}") from before
    except ValueError as wrong:
        told = line("django.request", "%s: %s", "Error", SECRET, wrong=wrong)["error"]
    assert [text for text in told if " " not in text] == ["builtins.KeyError", "builtins.ValueError"]
    assert told[0].startswith("arusha/conf/tests/test_logs.py:") and told[0].endswith("types_and_places")


@pytest.mark.parametrize(
    ("path", "route"),
    [(f"/{SECRET}/?q={SECRET}", "unknown"), ("/static/arusha.css", "static"), ("/sign-in/?next=/x", "sign-in/")],
)
def test_a_request_is_one_line_with_its_route(client, db, caplog, path, route):
    with caplog.at_level("INFO", "arusha.requests"):
        answer = client.get(path)
    (record,) = [record for record in caplog.records if record.name == "arusha.requests"]
    assert (record.route, record.method, record.status) == (route, "GET", answer.status_code)
    assert len(answer["X-Request-Id"]) == 16


def test_a_method_that_somebody_invented_is_not_repeated():
    assert logs._method(RequestFactory().generic(SECRET, "/")) == "other"
