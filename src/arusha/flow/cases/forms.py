"""The forms of a case's acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.flow.cases.offers import ActForm, ReasonForm
from arusha.flow.cases.opening import LONGEST_TITLE, SUBJECT_KINDS
from arusha.flow.cases.outcomes import OUTCOMES
from arusha.flow.cases.showing import subject_words
from arusha.flow.cases.standing import known_persons, members_of
from arusha.flow.cases.states import MEMBER_ROLES
from arusha.lib.ids import spoken
from arusha.ui.fields import DayMonthYear

LONG = 20_000
CHOOSE = ("", _("Choose"))


class Open(ReasonForm):
    """Opening a case from findings."""

    title = forms.CharField(
        label=_("What the case is about"),
        help_text=_("A few words, without names: members see them in lists."),
        max_length=LONGEST_TITLE,
    )
    confirm = forms.BooleanField(
        label=_("Dispose of the finding as confirmed too, for the same reason"), required=False
    )
    field_order = ("title", "why", "confirm")


class Note(ActForm):
    """A note."""

    text = forms.CharField(label=_("Note"), widget=forms.Textarea, max_length=LONG)


class File(ActForm):
    """A file as evidence."""

    file = forms.FileField(label=_("File"), help_text=_("50 MB at most."), allow_empty_file=True, max_length=2000)
    what = forms.CharField(
        label=_("What it is and where it comes from"), widget=forms.Textarea, required=False, max_length=LONG
    )


class Rows(ActForm):
    """The rows of a finding as evidence."""

    finding = forms.ChoiceField(label=_("Finding"))

    def prepare(self) -> None:
        """Offer the findings of the case."""
        links = self.row.findings.select_related("finding").order_by("finding__number")
        self.choose("finding", [(str(link.finding_id), spoken("F", link.finding.number)) for link in links])


class Task(ActForm):
    """Something to do."""

    what = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = forms.ChoiceField(label=_("Who does it"))
    due = forms.DateField(label=_("Due date"), widget=DayMonthYear)

    def prepare(self) -> None:
        """Offer the members."""
        self.choose("owner", [CHOOSE, *((str(m.person_id), m.person.name) for m in members_of(self.row))])


class TaskDone(ActForm):
    """A task that is done."""

    task = forms.ChoiceField(label=_("Task"))
    note = forms.CharField(label=_("What came of it"), widget=forms.Textarea, max_length=LONG)

    def prepare(self) -> None:
        """Offer the open tasks: one's own, or all to the lead."""
        tasks = self.row.tasks.filter(done_at=None).order_by("due", "pk")
        leads = {str(m.person_id) for m in members_of(self.row) if m.role == "lead"}
        if self.actor.person not in leads:
            tasks = tasks.filter(owner=self.actor.person)
        self.choose("task", [(str(task.pk), task.what) for task in tasks])


class Member(ActForm):
    """Someone to name to the case."""

    who = forms.CharField(label=_("Staff number or full name"), max_length=120)
    member_role = forms.ChoiceField(label=_("Role in the case"), choices=[CHOOSE, *MEMBER_ROLES.items()])


class MemberEnd(ReasonForm):
    """Someone to take off the case."""

    member = forms.ChoiceField(label=_("Member"))
    field_order = ("member", "why")

    def prepare(self) -> None:
        """Offer the members."""
        self.choose("member", [CHOOSE, *((str(m.pk), m.person.name) for m in members_of(self.row))])


class Subject(ReasonForm):
    """A subject to add."""

    subject_kind = forms.ChoiceField(label=_("What it is"), choices=[CHOOSE, *SUBJECT_KINDS.items()])
    ref = forms.CharField(label=_("Number, code or name"), max_length=120)
    field_order = ("subject_kind", "ref", "why")


class Finding(ActForm):
    """Another finding."""

    number = forms.CharField(label=_("Number of the finding"), help_text=_("For example, F-1042-6"), max_length=30)


class Ask(ActForm):
    """A question to a subject."""

    subject = forms.ChoiceField(label=_("Subject"), help_text=_("Only subjects who are known persons can be asked."))
    question = forms.CharField(
        label=_("The question"),
        help_text=_("The subject reads exactly this, and nothing else of the case."),
        widget=forms.Textarea,
        max_length=LONG,
    )
    due = forms.DateField(label=_("Reply by"), widget=DayMonthYear)

    def prepare(self) -> None:
        """Offer the subjects that are known persons."""
        subjects = list(self.row.subjects.order_by("pk"))
        known = known_persons((s.kind, s.ref) for s in subjects)
        offered = [(str(s.pk), subject_words(s, known)) for s in subjects if (s.kind, s.ref) in known]
        self.choose("subject", [CHOOSE, *offered] if offered else [])


class Decide(ReasonForm):
    """The outcome."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("of a case", "Outcome"), widget=forms.RadioSelect, choices=list(OUTCOMES.items())
    )
    against = forms.MultipleChoiceField(
        label=_("Where it is substantiated: against whom"), widget=forms.CheckboxSelectMultiple, required=False
    )
    field_order = ("outcome", "against", "why")

    def prepare(self) -> None:
        """Offer the subjects."""
        subjects = list(self.row.subjects.order_by("pk"))
        known = known_persons((s.kind, s.ref) for s in subjects)
        self.choose("against", [(str(s.pk), subject_words(s, known)) for s in subjects])


class Close(ActForm):
    """Closing, with a reason where there is something to say."""

    why = forms.CharField(label=_("Reason"), widget=forms.Textarea, required=False, max_length=4000)


class Reply(ActForm):
    """A subject's answer."""

    text = forms.CharField(label=_("Your answer"), widget=forms.Textarea, max_length=LONG)


class Decline(ActForm):
    """A subject's wish not to answer."""

    sure = forms.BooleanField(label=_("I do not wish to answer this question"))


class Filters(forms.Form):
    """What the list of cases can be narrowed by."""

    state = forms.ChoiceField(label=_("State"), required=False)
    q = forms.CharField(label=_("Number"), required=False, max_length=30)

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        """Offer the states."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["state"]
        field.choices = [("", _("Any")), *states.items()]
