"""The API's document for programs, and the same as a page for people: nothing is fetched from another host."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from arusha.core.people.roles import EVERYONE, SIGNED_IN
from arusha.ui.components import draw
from arusha.ui.operations import GROUPS, OPERATIONS, Operation
from arusha.ui.pages import page


@page("api/v1/openapi.json", name="api-openapi", may=EVERYONE)
def openapi(request: Any) -> HttpResponse:
    """What operations there are, as OpenAPI 3.1: the same in every installation, and nothing of this one."""
    from arusha.conf.openapi import document

    del request
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


@page("api/", name="api", may=SIGNED_IN)
def operations(request: Any) -> HttpResponse:
    """Every operation with its address and its scope, and which the reader may use."""
    groups = [
        {
            "name": name,
            "said": GROUPS[name],
            "rows": [_row(one, request.actor) for one in OPERATIONS.values() if one.group == name],
        }
        for name in sorted(GROUPS)
    ]
    headers = [_("Address"), _("What it does"), _("Scope"), _("You")]
    return render(request, "ui/api.html", {"groups": groups, "headers": headers})


def _row(one: Operation, actor: Any) -> list[Any]:
    from arusha.conf.api import PREFIX

    address = f"{one.method} /{PREFIX}{one.path.replace('uuid:', '')}"
    may = one.may(actor)
    says = (one.view.__doc__ or "").strip().split("\n")[0]
    return [
        {"text": address, "code": True},
        format_html('<span lang="en" dir="ltr">{}</span>', says),
        {"text": one.scope, "code": True},
        draw("tag", text=_("You may") if may else _("Not for you"), tone="good" if may else "neutral"),
    ]
