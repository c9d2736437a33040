"""Acts on actions for programs: opening one, every act that its page offers, and its files."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from arusha.core.files import store
from arusha.core.journal.acts import Act
from arusha.core.people.roles import SIGNED_IN
from arusha.flow.actions import actions
from arusha.flow.actions.api_reading import visible
from arusha.flow.actions.offered import OFFERS
from arusha.flow.actions.pages import OPENER
from arusha.flow.cases.api_reading import visible as visible_case
from arusha.flow.cases.offers_api import offer_operations
from arusha.flow.cases.opening import visible_findings
from arusha.flow.cases.standing import named
from arusha.lib.factors import Factor
from arusha.ui.exports import file_response
from arusha.ui.operations import Call, Done, Sent, act_of, done, operation
from arusha.ui.problems import Problem, not_found


class Open(Sent):
    """An action to open."""

    what: Annotated[str, Field(min_length=1, max_length=300, description="What is to be done; its owner reads this")]
    factor: Factor
    who: Annotated[str, Field(min_length=1, max_length=120, description="Who does it: staff number or full name")]
    due: date
    figure: Annotated[str, Field(max_length=80, description="The figure that it should move")] = ""
    case: UUID | None = None
    finding: UUID | None = None


@operation("POST", "actions", name="action-open", group="actions", may=OPENER, answers=Done, status=201)
def open_(request: Call, given: Open) -> Done:
    """Open an action, from a case or a finding that you may see or from neither. Its owner is told."""
    case = visible_case(request.actor, given.case) if given.case else None
    if given.finding and not visible_findings(request.actor, [given.finding]):
        raise not_found()
    told = actions.open_action(
        given.what,
        given.factor,
        named(given.who).pk,
        given.due,
        case=case.pk if case else None,
        finding=given.finding,
        figure=given.figure,
        act=act_of(request),
    )
    return done(told)


offer_operations(OFFERS, "actions/{uuid:pk}", "action", group="actions", may=SIGNED_IN, row_of=visible)


@operation(
    "GET",
    "actions/{uuid:pk}/evidence/{uuid:item}",
    name="action-evidence-file",
    group="actions",
    may=SIGNED_IN,
    binary=True,
)
def evidence(request: Call, pk: UUID, item: UUID) -> Any:
    """A file of the action. Taking it is recorded."""
    row = visible(request.actor, pk)
    held = row.evidence.filter(pk=item).exclude(kept="").first()
    if held is None:
        raise not_found()
    try:
        file = store.open_(held.kept)
    except store.StoreError:
        said = _("This file is missing or altered on the disk: tell your system administrator.")
        raise Problem(409, "file-damaged", said) from None
    actions.take_file(row.pk, held.pk, act=Act(by=request.actor, at=request.at))
    return file_response(file, held.name, held.media)
