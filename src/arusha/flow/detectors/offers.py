"""What the page of a detector offers: to try it, to propose a change, to decide on one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done
from arusha.core.people.roles import System
from arusha.flow.cases.offers import ActForm, Offer, ReasonForm
from arusha.flow.detectors.forms import PREFIX, Governed, ProposeForm, TryForm
from arusha.flow.runs import governing, runs, standing, trying
from arusha.flow.runs.models import Run


def _try(row: Governed, typed: Mapping[str, Any], act: Act) -> Done:
    settings = {name.removeprefix(PREFIX): text for name, text in typed.items() if name.startswith(PREFIX)}
    return trying.ask(row.detector.name, settings, typed["vary"], act=act)


def _propose(row: Governed, typed: Mapping[str, Any], act: Act) -> Done:
    run = Run.objects.filter(pk=typed["trial"], kind="try", name=row.detector.name).first()
    settings = run.params["settings"] if run else row.settings
    return proposed(row.detector.name, True, settings, typed["trial"], act)


def _switch_off(row: Governed, typed: Mapping[str, Any], act: Act) -> Done:
    del typed
    return proposed(row.detector.name, False, row.settings, None, act)


def proposed(name: str, on: bool, settings: Mapping[str, str], trial: Any, act: Act) -> Done:
    """Propose it; where nothing has run yet, what the installation begins with is written down first."""
    standing.begin(act=Act(by=System("watch"), at=act.at))
    return governing.propose(name, on, settings, trial, act=act)


def _plain(performed: Any) -> Any:
    return lambda row, typed, act: performed(row.pk, act=act)


OF_DETECTOR = (
    Offer("try", runs.ask, TryForm, _try, _("Try it with other settings"), _("Try it"),
          _("The trial is asked for: the worker carries it out."), at="trial", versioned=False),
    Offer("propose", governing.propose, ProposeForm, _propose, _("Propose these settings"),
          _("Propose them"), _("It is proposed: someone else decides."), at="proposed", versioned=False),
    Offer("off", governing.propose, ReasonForm, _switch_off, _("Propose to switch it off"),
          _("Propose to switch it off"), _("It is proposed: someone else decides."), at="proposed", versioned=False,
          kind="warning"),
)  # fmt: skip
OF_CHANGE = (
    Offer("agree", governing.put_in_force, ReasonForm, _plain(governing.put_in_force), _("Put it in force"),
          _("Put it in force"), _("It is in force: it holds from the next run."), at="changes"),
    Offer("decline", governing.decline, ReasonForm, _plain(governing.decline), _("Decline it"), _("Decline it"),
          _("It is declined."), at="changes", kind="secondary"),
)  # fmt: skip
OF_TRIAL = (
    Offer("stop", runs.call_off, ActForm, _plain(runs.call_off), _("Call the trial off"), _("Call the trial off"),
          _("The trial is called off."), at="trial", versioned=False, kind="secondary"),
)  # fmt: skip
