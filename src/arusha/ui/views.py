"""What is shown where a request cannot be answered: a page to a person, a problem to a program."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from arusha.ui import problems
from arusha.ui.lists import ListError

API = "/api/v"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that can't be answered; only words that a list wrote for the reader are shown."""
    if request.path_info.startswith(API):
        return problems.answer(problems.of(exception))
    told = exception if isinstance(exception, ListError) else None
    return render(request, "400.html", {"exception": told}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not allowed."""
    if request.path_info.startswith(API):
        return problems.answer(problems.of(exception))
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what is not there."""
    if request.path_info.startswith(API):
        return problems.answer(problems.not_found())
    return defaults.page_not_found(request, exception)


def failed(request: Any) -> HttpResponse:
    """The page for what nobody foresaw."""
    if request.path_info.startswith(API):
        return problems.answer(problems.of(Exception()))
    return defaults.server_error(request)
