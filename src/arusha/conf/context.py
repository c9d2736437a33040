"""What the page shell shows on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from arusha.core.notices.models import Notice
from arusha.core.people.roles import ROLES
from arusha.ui.pages import MENU, PAGES


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation for the actor, unread notices, whether this is a demonstration, the administration's name."""
    actor = getattr(request, "actor", None)
    here = getattr(request, "resolver_match", None)
    section = here.url_name.split("-")[0] if here and here.url_name else ""
    items = sorted(MENU.values(), key=lambda item: item.place)
    nav = [
        {"label": item.label, "url": reverse(item.page), "current": item.page.split("-")[0] == section}
        for item in items
        if actor is not None and item.page in PAGES and PAGES[item.page].may(actor)
    ]
    unread = Notice.objects.filter(person=actor.person, read_at=None).count() if actor is not None else 0
    installed = settings.INSTALLATION
    return {
        "nav": nav,
        "account": _account(actor, unread),
        "demo_mode": settings.ARUSHA_DEMO,
        "office_name": installed.name if installed else "",
    }


def _account(actor: Any, unread: int) -> dict[str, Any] | None:
    if actor is None:
        return None
    told = _("Notices (%(count)d)") % {"count": unread} if unread else _("Notices")
    return {
        "name": actor.name,
        "role": ", ".join(str(ROLES[name]) for name in ROLES if name in actor.roles),
        "links": [
            {"url": reverse(name), "label": label}
            for name, label in (("notices", told), ("me", _("My page")))
            if name in PAGES
        ],
        "sign_out_url": reverse("sign-out"),
    }
