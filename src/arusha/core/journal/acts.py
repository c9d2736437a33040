"""Acts: the only way state changes. An act locks, versions and writes its entry in one transaction.

    @act("gift.disposed", why=Why.REQUIRED, may=KEEPER)
    def dispose(gift: Locked[Gift], how: str, *, act: Act) -> Effects:
        refuse_if(gift.disposal is not None, "gift.already-disposed", _("This gift is already disposed of."))
        return gift.set(disposal=how)

    dispose(gift_id, "returned", act=Act(by=actor, at=now, why="…", once=request_key))

The body only decides. Called again with the same request key (`once`) an act changes nothing and answers as before.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.effects import Effects, plain, ref_of
from arusha.core.journal.keys import reasons_key
from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.refusals import Refused
from arusha.core.journal.writing import writing
from arusha.lib.ids import uuid7
from arusha.lib.seal.chain import canonical, entry_digest
from arusha.lib.seal.sealed_text import seal_text

Row = TypeVar("Row", bound=models.Model)
LOCKED = object()
Locked = Annotated[Row, LOCKED]
"""The act's first parameter: given as an id, read and locked for the transaction."""

LONGEST_REASON = 4000


class Actor(Protocol):
    """Whoever acts: a person in their roles, or a named part of the program."""

    @property
    def ref(self) -> str:
        """Such as `person:0190…` or `system:worker`."""
        ...


class Why(StrEnum):
    """Whether an act takes a reason."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, when and why. `once` makes it idempotent; `version` is the version the actor saw, where it matters."""

    by: Any
    at: datetime
    why: str = ""
    once: str | None = None
    version: int | None = None

    def new_id(self) -> UUID:
        """A new UUIDv7 of the act's moment."""
        return uuid7(self.at)


@dataclass(frozen=True, slots=True)
class Done:
    """What an act answers: what it was about, its entry, whether it had been done before, whether it made the thing."""

    about: str
    entry: UUID
    repeated: bool = False
    created: bool = False

    @property
    def id(self) -> str:
        """The primary key, as text, of the row the act was about."""
        return self.about.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Condition:
    """What the state of the thing must be for an act to be offered, the word for a refusal and its sentence."""

    rule: str
    holds: Callable[[Any], bool]
    said: "str | Promise"


@dataclass(frozen=True, slots=True)
class Performed:
    """A declared act: call it to perform it, ask it whether it is offered."""

    name: str
    why: Why
    may: Callable[[Any, Any], bool]
    when: tuple[Condition, ...]
    model: type[models.Model] | None
    body: Callable[..., Effects]

    def __call__(self, *args: Any, act: Act, **kwargs: Any) -> Done:
        """Perform it: all of it, with its entry, or nothing.

        Raises
        ------
        Refused
            naming the rule: `why-missing`, `why-too-long`, `not-found`, `not-allowed`, `changed-meanwhile`, `busy`,
            `text-unfit`, or one of the act's own.
        """
        self._check_reason(act)
        with writing():
            repeated = self._done_before(act)
            if repeated:
                return repeated
            row = None
            if self.model is not None:
                row = self._lock(args[0], act)
                args = (row, *args[1:])
            refusal = self.refusal(act.by, row)
            if refusal:
                raise refusal
            effects = self.body(*args, act=act, **kwargs)
            facts = [step.apply(act) for step in effects.steps]
            about = ref_of(row) if row is not None else effects.about or ""
            return _record(self.name, act, about, facts)

    def refusal(self, actor: Any, row: models.Model | None) -> Refused | None:
        """Why the actor would be refused now, or None: the rule that the button and the server share."""
        if not self.may(actor, row):
            return Refused("not-allowed", _("You are not allowed to do this."))
        for condition in self.when:
            if not condition.holds(row):
                return Refused(condition.rule, condition.said)
        return None

    def offered(self, actor: Any, row: models.Model | None = None) -> bool:
        """Whether the actor could do it now."""
        return self.refusal(actor, row) is None

    def _check_reason(self, act: Act) -> None:
        if self.why is Why.REQUIRED and not act.why.strip():
            raise Refused("why-missing", _("Give a reason: it is kept with the entry."))
        if len(act.why) > LONGEST_REASON:
            raise Refused("why-too-long", _("The reason is too long: 4,000 characters at most."))

    def _done_before(self, act: Act) -> Done | None:
        if act.once is None:
            return None
        entry = Entry.objects.filter(once=act.once).only("id", "act", "about", "by").first()
        if entry is None:
            return None
        # Another's key tells nothing of what it was used for, neither that it went well nor what about.
        if (entry.act, entry.by) != (self.name, act.by.ref):
            raise Refused("once-reused", _("This request was already used for something else. Load the page again."))
        return Done(entry.about, entry.id, repeated=True)

    def _lock(self, key: Any, act: Act) -> models.Model:
        assert self.model is not None
        key = key.pk if isinstance(key, models.Model) else key
        try:
            row = self.model._default_manager.select_for_update().get(pk=key)
        except (ObjectDoesNotExist, ValueError):
            raise Refused("not-found", _("There is nothing here, or not for you.")) from None
        if act.version is not None and act.version != getattr(row, "version", act.version):
            raise Refused("changed-meanwhile", _("Someone else changed this meanwhile. Look at it again."))
        return row


def act(
    name: str,
    *,
    may: Callable[[Any, Any], bool],
    why: Why = Why.NONE,
    when: tuple[Condition, ...] = (),
) -> Callable[[Callable[..., Effects]], Performed]:
    """Declare an act: `may(actor, row)` is the permission, `when` the policy; a first parameter `Locked` is locked."""

    def declare(body: Callable[..., Effects]) -> Performed:
        performed = Performed(name, why, may, when, _locked_model(body), body)
        ACTS[name] = performed
        return performed

    return declare


ACTS: dict[str, Performed] = {}
"""Every declared act, by name."""


def _locked_model(body: Callable[..., Effects]) -> type[models.Model] | None:
    first = next(iter(inspect.signature(body).parameters), None)
    hint = typing.get_type_hints(body, include_extras=True).get(first or "")
    if typing.get_origin(hint) is Annotated and LOCKED in typing.get_args(hint):
        return typing.cast(type[models.Model], typing.get_args(hint)[0])
    return None


def _record(name: str, act: Act, about: str, facts: list[Mapping[str, Any]]) -> Done:
    entry_id = act.new_id()
    commitment = None
    if act.why.strip():
        sealed = seal_text(act.why.strip(), reasons_key(), entry_id.bytes)
        commitment = sealed.commitment.hex()
        _insert(Reason, {"entry": entry_id, "ciphertext": sealed.ciphertext})
    body = canonical(
        {
            "about": about,
            "act": name,
            "at": act.at.isoformat(),
            "by": act.by.ref,
            "facts": plain(_merged(facts)),
            "id": str(entry_id),
            "v": 1,
            "why": commitment,
        }
    )
    row = {"id": entry_id, "once": act.once, "act": name, "about": about, "by": act.by.ref, "at": act.at, "body": body}
    _insert(Entry, {**row, "digest": entry_digest(body)})
    return Done(about, entry_id, created=any(about in part.get("created", ()) for part in facts))


def _insert(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """One INSERT without the ORM's signals and look-ups: every act pays for it, and the journal's rows need neither."""
    statement, fields = _statement(model, tuple(values))
    given = [(field, values[field.name]) for field in fields]
    prepared = [v if v is None or type(v) is str else field.get_db_prep_save(v, connection) for field, v in given]
    with connection.cursor() as cursor:
        cursor.execute(statement, prepared)


@functools.cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    columns, marks = [f'"{name}"' for name in names], ["%s"] * len(names)
    fields = tuple(model._meta.get_field(name) for name in names)
    table = model._meta.db_table
    if model is Entry and connection.vendor == "postgresql":
        # A sequence of PostgreSQL leaves a gap where a transaction is taken back; this writer has the turn.
        columns, marks = ['"seq"', *columns], [f'(SELECT coalesce(max("seq"), 0) + 1 FROM "{table}")', *marks]
    return f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({", ".join(marks)})', fields


def _merged(facts: list[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in facts:
        for kind, told in part.items():
            for key, value in told.items():
                held = merged.setdefault(kind, {})
                held[key] = held[key] + value if kind == "created-many" and key in held else value
    return merged
