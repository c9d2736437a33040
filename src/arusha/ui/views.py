"""The pages that belong to the shell itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arusha.ui.lists import ListError


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for an address that can't be answered; only words that a list wrote for the reader are shown."""
    told = exception if isinstance(exception, ListError) else None
    return render(request, "400.html", {"exception": told}, status=400)
