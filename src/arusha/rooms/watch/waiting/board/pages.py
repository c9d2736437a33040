"""The board: for everybody, in five languages, as pages and files; and the page on which publishing is decided."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from arusha.core.people.roles import role
from arusha.flow.cases.offers import answer, shown
from arusha.rooms.watch.waiting.board import files, forms, showing
from arusha.rooms.watch.waiting.board.deciding import LICENCES, PUBLISHERS, published
from arusha.rooms.watch.waiting.board.models import Board
from arusha.rooms.watch.waiting.board.seen import Seen, seen
from arusha.ui.pages import page
from arusha.ui.public import public_csv, public_page, readers_language

READERS = PUBLISHERS | role("integrity-officer", "analyst", "risk-officer", "auditor")


@public_page("waiting-times/", name="waiting-times-any", seconds=0)
def in_any_language(request: Any) -> HttpResponse:
    """To the board in a language that the reader's browser asks for."""
    if published() is None:
        raise Http404
    response = redirect("waiting-times", language=readers_language(request))
    response.headers["Vary"] = "Accept-Language"
    return response


@public_page("waiting-times/<str:language>/", name="waiting-times")
def every_port(request: Any) -> HttpResponse:
    """Every hall in a row, what the service level is, the files."""
    board = _board(request)
    told = {
        **showing.whole(board),
        **(showing.listed(board) if board.halls else {}),
        "dictionary_headers": [_("Column"), _("Meaning")],
        "dictionary_rows": [[{"text": name, "code": True}, meaning] for name, meaning in files.meanings(board)],
    }
    return render(request, "board/board.html", told)


@public_page("waiting-times/<str:language>/<path:port>/", name="waiting-times-port")
def one_port(request: Any, port: str) -> HttpResponse:
    """The halls of one port, with the hours to come."""
    board = _board(request)
    halls = [hall for hall in board.halls if hall.port == port]
    if not halls:
        raise Http404
    told = {
        **showing.whole(board),
        "port": board.names.get(port, port),
        "halls": [showing.one(board, hall) for hall in halls],
    }
    return render(request, "board/port.html", told)


@public_page("waiting-times/hours.csv", name="waiting-times-hours")
def hours_file(request: Any) -> HttpResponse:
    """The hours of the last week and those to come."""
    board = _board(request)
    return _licensed(
        public_csv("waiting-times.csv", files.HOURS, files.as_rows(files.HOURS, files.hours(board))), board
    )


@public_page("waiting-times/service-level.csv", name="waiting-times-levels")
def levels_file(request: Any) -> HttpResponse:
    """The service levels."""
    board = _board(request)
    rows = files.as_rows(files.LEVELS, files.levels(board))
    return _licensed(public_csv("service-level.csv", files.LEVELS, rows), board)


@public_page("waiting-times/waiting-times.json", name="waiting-times-json")
def document(request: Any) -> HttpResponse:
    """All of it for programs of others, which may read it from their own pages."""
    board = _board(request)
    office = settings.INSTALLATION.name if settings.INSTALLATION else ""
    response = JsonResponse(files.document(board, office), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _licensed(response, board)


@page("waiting/board/", name="waiting-board", may=READERS, methods=("GET", "POST"))
def decide(request: Any) -> HttpResponse:
    """Whether waiting times are published, on what terms, and the forms to decide it."""
    board = Board.objects.first()
    wrong, status = None, 200
    if request.method == "POST":
        answered = answer(forms.offers(board), request, board, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        wrong, status = answered
    told = {
        "board": board,
        "summary": forms.summary(board),
        "offers": shown(forms.offers(board), board, request.actor, wrong),
        "wrong": wrong,
        "has_errors": wrong is not None,
    }
    return render(request, "board/decide.html", told, status=status)


def _board(request: Any) -> Seen:
    """What the board shows now. Where nothing is published there is no such page."""
    terms = published()
    if terms is None:
        raise Http404
    asked = (terms.within, terms.goal, terms.licence, terms.as_of)
    return seen(Path(settings.ARUSHA_HOME), settings.TIME_ZONE, request.at, *asked)


def _licensed(response: HttpResponse, board: Seen) -> HttpResponse:
    response.headers["Link"] = f'<{LICENCES[board.licence]}>; rel="license"'
    return response
