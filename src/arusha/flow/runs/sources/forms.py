"""The forms of received files: bringing one, saying how its columns are read, withdrawing one, correcting rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.lib.datasets import DATASETS, Column, Dataset
from arusha.lib.intake import IntakeError, Plan, parse_mapping
from arusha.lib.intake.mapping import SEPARATORS, SourceUnit, Take
from arusha.lib.intake.proposing import as_yaml
from arusha.lib.intake.units import FACTORS

WORDS = {mark: word for word, mark in SEPARATORS.items()}


class Bring(forms.Form):
    """A file, and what it is."""

    once = forms.RegexField(r"^[\w-]+$", widget=forms.HiddenInput, max_length=80)
    dataset = forms.ChoiceField(label=_("What the file holds"), choices=[(name, name) for name in DATASETS])
    file = forms.FileField(label=_("File"), help_text=_("CSV, Excel (.xlsx) or Parquet"))


class Correct(forms.Form):
    """Rows set aside that come back."""

    once = forms.RegexField(r"^[\w-]+$", widget=forms.HiddenInput, max_length=80)
    file = forms.FileField(label=_("Corrected file"))


class Reason(forms.Form):
    """The reason of an act."""

    once = forms.RegexField(r"^[\w-]+$", widget=forms.HiddenInput, max_length=80)
    why = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=4000)


class Reading(forms.Form):
    """How a file is read, and where each of our columns comes from. What the form has no field for stays as it was."""

    source = forms.CharField(label=_("Name of the source"), required=False, max_length=120)
    zone = forms.CharField(label=_("Time zone of times that name none"), required=False, help_text="Africa/Nairobi")
    separator = forms.ChoiceField(label=_("Separator"), choices=[(mark, word) for word, mark in SEPARATORS.items()])
    encoding = forms.CharField(label=_("Encoding"), max_length=40)
    decimal = forms.ChoiceField(label=_("Decimal sign"), choices=[(".", "."), (",", ",")])
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=40)
    standing = forms.ChoiceField(label=_("Where it seems to restate an earlier file"))

    def __init__(self, *args: Any, plan: Plan, names: Sequence[str], earlier: Sequence[tuple[str, str]], **more: Any):
        more["initial"] = _typed(plan)
        super().__init__(*args, **more)
        self.plan = plan
        choices: Any = self.fields["standing"]
        first = [("ask", _("Ask me before anything is kept")), ("beside", _("Set aside the rows that contradict"))]
        choices.choices = [*first, *earlier]
        marks: Any = self.fields["separator"]
        if plan.separator not in WORDS:
            marks.choices = [*marks.choices, (plan.separator, plan.separator)]
        self.columns = [self._add(column, names) for column in plan.dataset.columns]

    def _add(self, column: Column, names: Sequence[str]) -> list[str]:
        take = self.plan.columns.get(column.name)
        fields: dict[str, forms.Field] = {}
        if take is not None and take.value is not None:
            return []  # a constant is the mapping's own
        known = list(dict.fromkeys([*names, *([take.source] if take and take.source else [])]))
        nothing = _("not in the file") if column.optional else _("choose")
        label = column.name
        fields["from"] = forms.ChoiceField(
            label=label,
            required=False,
            help_text=column.meaning,
            choices=[("", nothing), *((n, n) for n in known if n)],
        )
        if column.kind in ("date", "instant"):
            fields["format"] = forms.CharField(label=_("Written as"), required=False, help_text="%d/%m/%Y %H:%M")
        if column.allowed or column.code:
            told = ", ".join(column.allowed) or column.code or ""
            fields["codes"] = forms.CharField(
                label=_("Codes: theirs = ours"), required=False, help_text=told, max_length=4000
            )
        if column.unit is not None:
            units = [
                ("", column.unit.of),
                *((unit, unit) for unit in FACTORS[column.unit.of] if unit != column.unit.of),
            ]
            fields["unit"] = forms.ChoiceField(label=_("Counted in"), required=False, choices=units)
        for name, field in fields.items():
            self.fields[f"{column.name}__{name}"] = field
        return [f"{column.name}__{name}" for name in fields]

    def bounds(self) -> list[list[Any]]:
        """The fields of each of our columns."""
        return [[self[name] for name in names] for names in self.columns if names]

    def mapping(self) -> str:
        """What was typed as a mapping; IntakeError where it makes no sense."""
        typed = self.cleaned_data
        columns = dict(self.plan.columns)
        for column in self.plan.dataset.columns:
            source = typed.get(f"{column.name}__from")
            if f"{column.name}__from" in self.fields:
                columns.pop(column.name, None)
                if source:
                    columns[column.name] = self._take(column, source)
        said = {key: typed[key] for key in ("source", "separator", "encoding", "decimal", "sheet")}
        plan = replace(self.plan, **said, zone=typed["zone"] or None, columns=columns)
        text = as_yaml(plan)
        parse_mapping(text)
        return text

    def _take(self, column: Column, source: str) -> Take:
        before = self.plan.columns.get(column.name) or Take(source=source, empty=self.plan.empty)
        typed = self.cleaned_data
        unit = typed.get(f"{column.name}__unit") or ""
        same = before.unit is not None and before.unit.source == unit
        return replace(
            before,
            source=source,
            format=typed.get(f"{column.name}__format") or None,
            codes=_codes(typed.get(f"{column.name}__codes") or "", column.name),
            unit=before.unit if same else SourceUnit(unit) if unit else None,
        )


def _typed(plan: Plan) -> dict[str, Any]:
    typed: dict[str, Any] = {key: getattr(plan, key) for key in ("source", "separator", "encoding", "decimal", "sheet")}
    typed |= {"zone": plan.zone or "", "standing": "ask"}
    for name, take in plan.columns.items():
        typed[f"{name}__from"] = take.source
        typed[f"{name}__format"] = take.format or ""
        typed[f"{name}__codes"] = "; ".join(f"{theirs} = {ours}" for theirs, ours in (take.codes or {}).items())
        typed[f"{name}__unit"] = take.unit.source if take.unit else ""
    return typed


def _codes(text: str, column: str) -> Mapping[str, str] | None:
    if not text.strip():
        return None
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if not all(equals and ours.strip() for _theirs, equals, ours in pairs):
        raise IntakeError("mapping", f"codes of {column!r} are written as: theirs = ours; theirs = ours")
    return {theirs.strip(): ours.strip() for theirs, _equals, ours in pairs}


def empty_plan(dataset: str) -> Plan:
    """A plan that says nothing yet."""
    found: Dataset = DATASETS[dataset]
    return Plan(found)
