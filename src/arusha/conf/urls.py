"""The addresses, made from the pages that the folders declare."""

import functools
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import path

from arusha.conf import api, api_pages, sign_in
from arusha.conf.compose import compose
from arusha.ui.pages import PAGES, Page

assert sign_in and api_pages  # their pages are declared there
compose()


def served(page: Page) -> Any:
    """The page behind its permission and its methods; whoever is not signed in is asked to."""

    @functools.wraps(page.view)
    def view(request: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in (*page.methods, "HEAD", "OPTIONS"):
            return HttpResponseNotAllowed(page.methods)
        if not page.may.allows(request.actor, None) if request.actor else page.may.told != "everyone":
            if request.actor is None:
                return redirect_to_login(request.get_full_path())
            raise PermissionDenied
        return page.view(request, **kwargs)

    return view


urlpatterns = [
    *(path(page.path, served(page), name=page.name) for page in PAGES.values()),
    *api.addresses(api.build()),
]
handler400 = "arusha.ui.views.bad_request"
handler403 = "arusha.ui.views.forbidden"
handler404 = "arusha.ui.views.not_found"
handler500 = "arusha.ui.views.failed"
