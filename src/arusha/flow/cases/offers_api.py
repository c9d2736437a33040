"""Offers for programs: each act that a page offers is an operation, by the same form, the same refusals.

    offer_operations(OFFERS, "cases/{uuid:pk}", "case", group="cases", may=CASES, row_of=visible)

makes `POST cases/{pk}/note`, `POST cases/{pk}/decide` … What is sent has the fields of the form, and the version that
was seen where the page sends it too.
"""

import inspect
from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from django import forms
from ninja import Body, File, Form, UploadedFile
from pydantic import Field, create_model

from arusha.core.journal.models import Entry
from arusha.core.people.roles import May
from arusha.flow.cases.offers import ActForm, Offer
from arusha.ui.fields import filled
from arusha.ui.operations import Call, Done, Sent, Versioned, act_of, done, operation
from arusha.ui.problems import unfit

OWN = ("do", "once", "version")
"""Fields of every act's form that are not of its content."""
MANY = 200
Row = Callable[[Any, UUID], Any]


def offer_operations(offers: Iterable[Offer], path: str, name: str, *, group: str, may: May, row_of: Row) -> None:
    """Declare an operation for each offer. `row_of(actor, id)` is the row, or Problem where it is not for them."""
    for offer in offers:
        word = offer.do.replace("_", "-")
        view = _view(offer, row_of)
        view.__module__ = row_of.__module__
        view.__doc__ = inspect.getdoc(offer.act.body)
        declare = operation("POST", f"{path}/{word}", name=f"{name}-{word}", group=group, may=may, answers=Done)
        declare(view)


def _view(offer: Offer, row_of: Row) -> Callable[..., Done]:
    """The operation's function. Its annotations are of the offer's form, since django-ninja reads them."""
    sent, file = _sent(offer), _file_of(offer.form)

    def with_file(request: Call, pk: UUID, given: Any, file: Any = None) -> Done:
        return _perform(offer, request, row_of(request.actor, pk), given, file)

    def without(request: Call, pk: UUID, given: Any) -> Done:
        return _perform(offer, request, row_of(request.actor, pk), given)

    body, form, upload = (cast(Any, one) for one in (Body, Form, File))
    if file is None:
        without.__annotations__["given"] = body[sent]
        return without
    with_file.__annotations__["given"] = form[sent]
    with_file.__annotations__["file"] = upload[UploadedFile if file.required else UploadedFile | None]
    if file.required:
        with_file.__defaults__ = None
    return with_file


def _perform(offer: Offer, request: Call, row: Any, given: Any, file: Any = None) -> Done:
    typed = given.model_dump(exclude={"version"})
    act = act_of(request, typed.get("why", ""), getattr(given, "version", None))
    told = Entry.objects.filter(once=act.once, act=offer.act.name, by=request.actor.ref).first()
    if told is not None:  # what its form chose from may be gone, though all went well
        return Done(about=told.about, entry=str(told.id), repeated=True)
    refusal = offer.act.refusal(request.actor, row)
    if refusal is not None:
        raise refusal
    own = {"do": offer.do, "once": "api"}
    form = filled(offer.form, typed | own, files={"file": file} if file else {}, row=row, actor=request.actor)
    if not form.is_valid():
        raise unfit(form)
    return done(offer.perform(row, form.cleaned_data, act))


def _file_of(form: type[ActForm]) -> Any:
    return next((f for f in _fields(form).values() if isinstance(f, forms.FileField)), None)


def _fields(form: type[ActForm]) -> dict[str, forms.Field]:
    return {name: field for name, field in form.base_fields.items() if name not in OWN}


def _sent(offer: Offer) -> Any:
    """The type of what is sent: the fields of the form, in pydantic's words."""
    fields: dict[str, Any] = {
        name: _typed(field) for name, field in _fields(offer.form).items() if not isinstance(field, forms.FileField)
    }
    name = "".join(part.title() for part in offer.act.name.replace(".", "-").split("-"))
    return create_model(f"{name}Sent", __base__=Versioned if offer.versioned else Sent, **fields)


def _typed(field: forms.Field) -> tuple[Any, Any]:
    """A field's type and its default; `...` where it must be sent."""
    said = str(field.label or "")
    match field:
        case forms.MultipleChoiceField():
            kind: Any = Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=MANY, description=said)]
            return kind, ... if field.required else []
        case forms.ChoiceField():
            words = tuple(str(value) for value, _label in cast(Any, field.choices) if value)
            one: Any = Literal[words] if words else Annotated[str, Field(min_length=1, max_length=120)]
            return Annotated[one, Field(description=said)], ...
        case forms.BooleanField():
            return Annotated[bool, Field(description=said)], ... if field.required else False
        case forms.DateField():
            return Annotated[date, Field(description=said)], ...
    longest = getattr(field, "max_length", None) or 4000
    least = 1 if field.required else 0
    kind = Annotated[str, Field(min_length=least, max_length=longest, description=said)]
    return kind, ... if field.required else ""
