"""Who a token stands for."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from arusha.core.people.roles import SIGNED_IN
from arusha.ui.operations import Call, group, operation

group("me", _("Your own page"))


class Me(BaseModel):
    """Whom the token is of, and what it may do today."""

    id: UUID
    name: str
    staff_number: str | None
    roles: list[str]
    scopes: list[str]
    token: str
    until: date


@operation("GET", "me", name="me", group="me", may=SIGNED_IN, answers=Me)
def me(request: Call) -> Me:
    """Whom the token is of, in which roles today, and what it may be used for until when."""
    actor, token = request.actor, request.token
    return Me(
        id=UUID(actor.person),
        name=actor.name,
        staff_number=actor.staff_number,
        roles=sorted(actor.roles),
        scopes=token.scopes,
        token=token.name,
        until=token.until,
    )
