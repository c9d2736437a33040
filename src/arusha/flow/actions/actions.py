"""What is done with an action: it is opened, done, verified by someone else, or cancelled."""

from datetime import date
from typing import Any

from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arusha.core.files.store import Stored
from arusha.core.journal.acts import Act, Locked, Why, act
from arusha.core.journal.effects import Create, Effects, Remember, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Person
from arusha.core.people.roles import role
from arusha.flow.actions.effect import figure_of, measured
from arusha.flow.actions.models import Action, ActionEvidence
from arusha.flow.actions.states import OPENERS, SEEN, after, may, when
from arusha.flow.cases.models import Case, case_is_about
from arusha.flow.cases.opening import visible_findings
from arusha.flow.cases.standing import day_of
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.numbers import next_number
from arusha.lib.factors import Factor
from arusha.lib.ids import spoken

SENTENCES["action-yours"] = _("An action is yours: %(number)s, due on %(due)s.")
SENTENCES["action-due"] = _("The due date of action %(number)s is now %(due)s.")
SENTENCES["action-done"] = _("Action %(number)s is done and waits to be verified.")
SENTENCES["action-returned"] = _("Action %(number)s is not done yet: look at the reason.")
SENTENCES["action-verified"] = _("Action %(number)s is verified.")
SENTENCES["action-cancelled"] = _("Action %(number)s is cancelled.")

LONGEST_WHAT = 300
LONGEST_TEXT = 20_000


def number_of(action: Action) -> str:
    """The action's number as people say it."""
    return spoken("A", action.number)


@act("action.opened", may=role(*sorted(OPENERS)))
def open_action(
    what: str,
    factor: str,
    owner: Any,
    due: date,
    *,
    case: Any = None,
    finding: Any = None,
    figure: str = "",
    act: Act,
) -> Effects:
    """Open an action, from a case or a finding that the actor may see or from neither, for an owner it is not about."""
    day = day_of(act.at)
    what = " ".join(what.split())
    refuse_if(not what or len(what) > LONGEST_WHAT, "what", _("Say in at most 300 characters what is to be done."))
    refuse_if(factor not in list(Factor), "factor", _("Choose the key factor."))
    refuse_if(due < day, "due-past", _("The due date has passed already."))
    refuse_if(bool(figure) and figure_of(figure) is None, "figure-unknown", _("Nothing computes this figure."))
    row = Action(
        id=act.new_id(),
        number=next_number(Action),
        what=what,
        factor=factor,
        owner=_person(owner),
        due=due,
        opened_at=act.at,
        opened_by_id=act.by.person,
        case=_case(act.by, case) if case else None,
        finding=_finding(act.by, finding) if finding else None,
        figure=figure,
    )
    _refuse_subject(row, row.owner, day)
    before = measured(row, "before", day, act)
    return create(row) + Effects((Create(before),) if before else ()) + _tell(row, "action-yours", row.owner, due=due)


@act("action.done", may=may("action.done"), when=when("action.done"))
def finish(action: Locked[Action], *, act: Act) -> Effects:
    """Say that it is done. Something must show it: words or a file."""
    shows = action.evidence.exists()
    refuse_if(not shows, "evidence-missing", _("Add first what shows that it is done: words, or a file."))
    state = after("action.done", action.state)
    effects = action.set(state=state, done_at=act.at, done_by_id=act.by.person)
    measure = measured(action, "done", day_of(act.at), act) if figure_of(action.figure) else None
    return effects + Effects((Create(measure),) if measure else ()) + _tell(action, "action-done", action.opened_by)


@act("action.verified", may=may("action.verified"), when=when("action.verified"))
def verify(action: Locked[Action], *, act: Act) -> Effects:
    """Confirm, as someone else than who did it, that it is done."""
    state = after("action.verified", action.state)
    effects = action.set(state=state, verified_at=act.at, verified_by_id=act.by.person)
    return effects + _tell(action, "action-verified", action.owner)


@act("action.returned", why=Why.REQUIRED, may=may("action.returned"), when=when("action.returned"))
def send_back(action: Locked[Action], *, act: Act) -> Effects:
    """Say why it is not done yet."""
    del act
    state = after("action.returned", action.state)
    return action.set(state=state, done_at=None, done_by=None) + _tell(action, "action-returned", action.owner)


@act("action.cancelled", why=Why.REQUIRED, may=may("action.cancelled"), when=when("action.cancelled"))
def cancel(action: Locked[Action], *, act: Act) -> Effects:
    """Give it up, with the reason."""
    state = after("action.cancelled", action.state)
    return action.set(state=state, cancelled_at=act.at) + _tell(action, "action-cancelled", action.owner)


@act("action.due-changed", why=Why.REQUIRED, may=may("action.due-changed"), when=when("action.due-changed"))
def change_due(action: Locked[Action], due: date, *, act: Act) -> Effects:
    """Move the due date, with the reason; the journal keeps the one before."""
    refuse_if(due < day_of(act.at), "due-past", _("The due date has passed already."))
    refuse_if(due == action.due, "due-same", _("This is its due date already."))
    return action.set(due=due) + _tell(action, "action-due", action.owner, due=due)


@act("action.owner-changed", why=Why.REQUIRED, may=may("action.owner-changed"), when=when("action.owner-changed"))
def change_owner(action: Locked[Action], owner: Any, *, act: Act) -> Effects:
    """Give it to someone else."""
    person = _person(owner)
    refuse_if(person.pk == action.owner_id, "owner-same", _("It is this person's already."))
    _refuse_subject(action, person, day_of(act.at))
    return action.set(owner=person) + _tell(action, "action-yours", person, due=action.due)


@act("action.evidence-added", may=may("action.evidence-added"), when=when("action.evidence-added"))
def add_evidence(
    action: Locked[Action],
    text: str = "",
    stored: Stored | None = None,
    name: str = "",
    media: str = "",
    *,
    act: Act,
) -> Effects:
    """Add what shows that it is done: words, a file that the store keeps, or both."""
    text = text.strip()
    refuse_if(not text and stored is None, "evidence-nothing", _("Write something, or choose a file."))
    refuse_if(len(text) > LONGEST_TEXT, "text-long", _("The text is too long: 20,000 characters at most."))
    row = ActionEvidence(id=act.new_id(), of=action, text=text, by_id=act.by.person, at=act.at)
    told: dict[str, Any] = {"text": bool(text)}
    if stored is not None:
        known = action.evidence.filter(kept=stored.kept).exists()
        refuse_if(known, "evidence-known", _("The action has this very file already: it has the same hash."))
        row.kept, row.sha256, row.size = stored
        row.name, row.media = name, media
        told |= {"kept": stored.kept, "size": stored.size}
    return Effects((Create(row), Remember(told)))


@act("action.file-taken", may=SEEN)
def take_file(action: Locked[Action], evidence: Any, *, act: Act) -> Effects:
    """Record that someone took a file of the action."""
    del act
    held = action.evidence.filter(pk=evidence).exclude(kept="").first()
    refuse_if(held is None, "evidence-unknown", _("There is no such file."))
    assert held is not None
    return Effects((Remember({"evidence": str(held.pk), "kept": held.kept}),))


@act("action.measured", may=may("action.measured"), when=when("action.measured"))
def measure(action: Locked[Action], *, act: Act) -> Effects:
    """Keep what its figure is worth now, over the last full month: once a month."""
    row = measured(action, "later", day_of(act.at), act)
    refuse_if(row is None, "figure-none", _("This action names no figure."))
    assert row is not None
    known = action.measures.filter(start=row.start).exclude(when="before").exists()
    refuse_if(known, "measured", _("The last full month is measured already."))
    return Effects((Create(row),))


def _person(key: Any) -> Person:
    person = Person.objects.filter(pk=key).first() if key else None
    refuse_if(person is None, "person-unknown", _("There is no such person."))
    assert person is not None
    return person


def _case(actor: Any, key: Any) -> Case:
    case = Case.objects.visible_to(actor).filter(pk=key).first()
    refuse_if(case is None, "not-found", _("There is nothing here, or not for you."))
    assert case is not None
    return case


def _finding(actor: Any, key: Any) -> Finding:
    found = visible_findings(actor, [key])
    refuse_if(not found, "not-found", _("There is nothing here, or not for you."))
    return found[0]


def _refuse_subject(action: Action, person: Person, day: date) -> None:
    """An action never goes to someone its case or finding is about: they would learn of it."""
    actor = actor_of(person, day)
    about_them = False
    if action.finding_id:
        about_them = not Finding.objects.visible_to(actor).filter(pk=action.finding_id).exists()
    if action.case_id:
        about_them |= Case.objects.filter(case_is_about(actor, OuterRef("pk")), pk=action.case_id).exists()
    refuse_if(about_them, "owner-subject", _("It cannot go to this person. Choose someone else."))


def _tell(action: Action, kind: str, person: Person, due: date | None = None) -> Notify:
    facts = {"number": number_of(action)} | ({"due": due.isoformat()} if due else {})
    return Notify(person.pk, kind, reverse("actions-one", args=[action.pk]), facts)
