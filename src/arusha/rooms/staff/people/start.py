"""The start page: what waits for the person who is signed in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from arusha.core.people.roles import SIGNED_IN
from arusha.rooms.staff.people.asking import today
from arusha.rooms.staff.people.own import given_by_another
from arusha.ui.pages import page
from arusha.ui.waiting_list import overseen_by, waiting_for


@page("", name="home", may=SIGNED_IN)
def home(request: Any) -> HttpResponse:
    """What waits, each with its first few. A password that another person set is to be changed first."""
    if given_by_another(request.user):
        return redirect("me-password")
    on = today(request)
    shown = {"waiting": waiting_for(request.actor, on), "numbers": overseen_by(request.actor, on)}
    return render(request, "people/home.html", shown)
