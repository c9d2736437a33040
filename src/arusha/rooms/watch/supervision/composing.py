"""What is done with a supervision model: composed, tried, proposed by one person, put in force by another, retired."""

import re
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Create, Effects, Set, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import SYSTEM, May, role
from arusha.rooms.watch.supervision.definition import Definition
from arusha.rooms.watch.supervision.models import Model, Version

READERS = role("analyst", "risk-officer", "integrity-officer", "auditor")
COMPOSER = role("analyst", "risk-officer", "integrity-officer")
SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
STATES: dict[str, "str | Promise"] = {
    "draft": pgettext_lazy("state of a model", "Draft"),
    "proposed": pgettext_lazy("state of a model", "Proposed"),
    "in-force": pgettext_lazy("state of a model", "In force"),
    "declined": pgettext_lazy("state of a model", "Declined"),
    "retired": pgettext_lazy("state of a model", "Retired"),
}


def _someone_else(actor: Any, version: Any) -> bool:
    return version is None or str(version.proposed_by_id) != str(actor.person)


SECOND = role("risk-officer", "integrity-officer", "analyst") & May("not who proposed it", _someone_else)


def _in(*states: str) -> tuple[Condition, ...]:
    return (Condition("model-state", lambda v: v.state in states, _("The state of this model does not allow it.")),)


TRIED = Condition(
    "model-untried", lambda v: bool(v.tried), _("Try it on the data first: whoever agrees sees what came.")
)


@act("model.composed", may=COMPOSER)
def compose(slug: str, title: str, definition: Definition, *, act: Act) -> Effects:
    """A new model with its first version, a draft."""
    title = " ".join(title.split())
    refuse_if(not SLUG.fullmatch(slug), "slug", _("Give a short name of 3 to 40 small letters, digits and hyphens."))
    refuse_if(not title or len(title) > 120, "title", _("Give a title of at most 120 characters."))
    refuse_if(Model.objects.filter(slug=slug).exists(), "slug-taken", _("There is a model of that short name already."))
    model = Model(id=act.new_id(), slug=slug, title=title, opened_at=act.at, opened_by_id=act.by.person)
    return create(model) + Effects((Create(_version(model, 1, definition, act)),))


@act("model.changed", may=COMPOSER)
def change(model: Locked[Model], definition: Definition, *, act: Act) -> Effects:
    """Another definition: a draft is replaced, else a new version is drafted. What is in force stays in force."""
    last = model.versions.order_by("-number").first()
    assert last is not None
    refuse_if(last.digest == definition.digest, "model-same", _("This is what the latest version says already."))
    refuse_if(last.state == "proposed", "model-proposed", _("A version is proposed: let it be decided first."))
    if last.state == "draft":
        plain = {"definition": definition.plain(), "digest": definition.digest, "tried": {}}
        return Effects((Set(last, plain),), f"model:{model.pk}")
    return Effects((Create(_version(model, last.number + 1, definition, act)),), f"model:{model.pk}")


@act("model.tried", may=COMPOSER | SYSTEM, when=_in("draft", "proposed"))
def keep_trial(version: Locked[Version], tried: dict[str, Any], *, act: Act) -> Effects:
    """Keep what the version made of the data; no subject is kept."""
    return version.set(tried=tried | {"at": act.at.isoformat()})


@act("model.proposed", why=Why.REQUIRED, may=COMPOSER, when=(*_in("draft"), TRIED))
def propose(version: Locked[Version], *, act: Act) -> Effects:
    """Ask that it be put in force; someone else decides."""
    return version.set(state="proposed", proposed_at=act.at, proposed_by_id=act.by.person)


@act("model.put-in-force", why=Why.REQUIRED, may=SECOND, when=(*_in("proposed"), TRIED))
def put_in_force(version: Locked[Version], *, act: Act) -> Effects:
    """Let it become a detector, as someone else than who proposed it; the version before is retired."""
    before = Version.objects.select_for_update().filter(of=version.of_id, state="in-force")
    retired = tuple(Set(old, {"state": "retired", "decided_at": act.at}) for old in before)
    new = Set(version, {"state": "in-force", "decided_at": act.at, "decided_by_id": act.by.person})
    return Effects((*retired, new), f"version:{version.pk}")


@act("model.declined", why=Why.REQUIRED, may=COMPOSER, when=_in("proposed"))
def decline(version: Locked[Version], *, act: Act) -> Effects:
    """Say why it is not put in force, or take the proposal back."""
    return version.set(state="declined", decided_at=act.at, decided_by_id=act.by.person)


@act("model.retired", why=Why.REQUIRED, may=COMPOSER, when=_in("in-force"))
def retire(version: Locked[Version], *, act: Act) -> Effects:
    """End it: it makes no more findings, and those that it made stay."""
    return version.set(state="retired", decided_at=act.at, decided_by_id=act.by.person)


def _version(model: Model, number: int, definition: Definition, act: Act) -> Version:
    return Version(
        id=act.new_id(), of=model, number=number, definition=definition.plain(), digest=definition.digest, state="draft"
    )
