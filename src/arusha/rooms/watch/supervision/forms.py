"""The form that composes a model, table by table, and the reasons of what is done with one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.flow.cases.offers import ActForm
from arusha.lib.datasets import DATASETS
from arusha.rooms.watch.supervision import saying
from arusha.rooms.watch.supervision.definition import (
    NUMERIC,
    Condition,
    Definition,
    Join,
    Unfit,
    check,
    column_of,
    offered,
)

CONDITIONS, PARTS, PAIRS, PEERS, POINTED = 4, 2, 2, 2, 2
NONE = ("", "–")
VALUE = _("Value, or the name of another column")


class Tables(forms.Form):
    """Which tables the model reads: asked first, since all else depends on them."""

    table = forms.ChoiceField(label=_("Rows of"))
    join = forms.ChoiceField(label=_("Joined to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every declared table."""
        super().__init__(*args, **kwargs)
        named = [(name, f"{name} – {first_line(declared.meaning)}") for name, declared in DATASETS.items()]
        fields: Any = self.fields
        fields["table"].choices = named
        fields["join"].choices = [("", _("No other table")), *named]

    def clean(self) -> dict[str, Any]:
        """A table is not joined to itself."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("join") and typed.get("join") == typed.get("table"):
            self.add_error("join", saying.wrong(Unfit("join-itself", typed["join"])))
        return typed


class Compose(ActForm):
    """A definition over tables that were chosen; `definition` once it is valid."""

    title = forms.CharField(label=_("What it is called"), help_text=_("Name no person."), max_length=120)
    slug = forms.CharField(
        label=_("Short name"), help_text=_("Small letters, digits and hyphens; it cannot be changed."), max_length=40
    )
    found = forms.ChoiceField(label=_("Rows of the first table"), choices=list(saying.FOUND.items()))
    within = forms.FloatField(
        label=_("Hours that their times may lie apart"), required=False, min_value=0.01, help_text=_("Empty: any.")
    )
    measure = forms.ChoiceField(label=_("What is measured"), choices=list(saying.MEASURES.items()))
    of = forms.ChoiceField(label=_("Column that is measured"), required=False)
    period = forms.ChoiceField(label=_("Over"), choices=list(saying.PERIODS.items()))
    against = forms.ChoiceField(label=_("Held against"), choices=list(saying.AGAINST.items()))
    side = forms.ChoiceField(label=_("Found where it is"), choices=list(saying.SIDES.items()))
    than = forms.FloatField(label=_("This number, or so many times as much"), min_value=0)
    least = forms.IntegerField(label=_("Rows needed to judge"), min_value=1, initial=10)
    fdr = forms.FloatField(
        label=_("Share of false findings allowed"),
        help_text=_("Used where shares are held against others."),
        min_value=0.0001,
        max_value=0.5,
        initial=0.01,
    )
    every = forms.ChoiceField(label=_("When it runs"), choices=list(saying.EVERY.items()))

    def __init__(self, *args: Any, tables: tuple[str, ...], fresh: bool = True, **kwargs: Any) -> None:
        """Offer the columns of the tables; a model that is there already keeps its names."""
        self.tables = tables
        super().__init__(*args, **kwargs)
        if not fresh:
            del self.fields["title"], self.fields["slug"]
        if len(tables) < 2:
            del self.fields["found"], self.fields["within"]

    def prepare(self) -> None:
        """One field for each column that can be chosen."""
        all_of = [(name, name) for name in offered(self.tables)]
        names = [(name, name) for name in offered(self.tables, ("token", "text"))]
        self.choose("of", [NONE, *all_of])
        for i in range(POINTED):
            self._add(
                f"subject{i}", [NONE] * (i > 0) + names, _("It points at") if not i else _("Together with"), i == 0
            )
        for i in range(PEERS):
            self._add(f"peer{i}", [NONE, *names], _("Others are like it where they have the same"), needed=False)
        for prefix, count in (("where", CONDITIONS), ("share", PARTS)):
            for i in range(count):
                self._condition(f"{prefix}{i}", all_of)
        if len(self.tables) > 1:
            pairs = [(f"{a}={b}", f"{a} = {b}") for a, b in joinable(*self.tables)]
            for i in range(PAIRS):
                self._add(
                    f"on{i}", [NONE] * (i > 0) + pairs, _("Columns that are equal") if not i else _("And also"), i == 0
                )

    def _add(self, name: str, choices: Iterable[Any], label: Any, needed: bool) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=list(choices), required=needed)

    def _condition(self, name: str, columns: list[tuple[str, str]]) -> None:
        self._add(name, [NONE, *columns], _("Column"), needed=False)
        self._add(f"{name}_test", saying.TESTS.items(), _("Comparison"), needed=False)
        self.fields[f"{name}_value"] = forms.CharField(label=VALUE, required=False, max_length=120)

    def group(self, prefix: str) -> list[list[Any]]:
        """The bound fields of each condition, in threes."""
        count = CONDITIONS if prefix == "where" else PARTS
        return [[self[f"{prefix}{i}"], self[f"{prefix}{i}_test"], self[f"{prefix}{i}_value"]] for i in range(count)]

    @property
    def conditions(self) -> list[list[Any]]:
        """The fields of the rows' conditions."""
        return self.group("where")

    @property
    def parts(self) -> list[list[Any]]:
        """The fields of a share's conditions."""
        return self.group("share")

    def several(self, prefix: str) -> list[Any]:
        """The bound fields `prefix0`, `prefix1`, …"""
        return [self[name] for name in self.fields if name.startswith(prefix) and name[len(prefix) :].isdecimal()]

    def clean(self) -> dict[str, Any]:
        """Put the definition together, and say what does not fit in it."""
        typed: dict[str, Any] = super().clean() or {}
        if self.errors:
            return typed
        try:
            self.definition = composed(self.tables, typed)
            check(self.definition)
        except Unfit as unfit:
            self.add_error(None, saying.wrong(unfit))
        return typed


def composed(tables: tuple[str, ...], typed: Mapping[str, Any]) -> Definition:
    """The definition that was typed."""
    join = None
    if len(tables) > 1:
        pairs = [typed[f"on{i}"].split("=") for i in range(PAIRS) if typed.get(f"on{i}")]
        on = tuple((ours, theirs) for ours, theirs in pairs)
        join = Join(tables[1], on, typed.get("within"), typed["found"] == "found")
    return Definition(
        table=tables[0],
        subjects=_filled(typed, "subject", POINTED),
        measure=typed["measure"],
        of=typed["of"] if typed["measure"] in ("distinct", "sum", "mean") else "",
        share=_conditions(typed, "share", PARTS) if typed["measure"] == "share" else (),
        where=_conditions(typed, "where", CONDITIONS),
        join=join,
        period=typed["period"],
        against=typed["against"],
        side=typed["side"],
        than=typed["than"],
        peers=_filled(typed, "peer", PEERS) if typed["against"] == "peers" else (),
        least=typed["least"],
        fdr=typed["fdr"],
        every=typed["every"],
    )


def typed_of(asked: Definition) -> dict[str, Any]:
    """A definition as the form shows it: the other way round of `composed`."""
    told: dict[str, Any] = {name: getattr(asked, name) for name in ("measure", "of", "period", "against", "side")}
    told |= {name: getattr(asked, name) for name in ("than", "least", "fdr", "every")}
    told |= {f"subject{i}": name for i, name in enumerate(asked.subjects)}
    told |= {f"peer{i}": name for i, name in enumerate(asked.peers)}
    for prefix, conditions in (("where", asked.where), ("share", asked.share)):
        for i, each in enumerate(conditions):
            told |= {f"{prefix}{i}": each.column, f"{prefix}{i}_test": each.test}
            told[f"{prefix}{i}_value"] = each.than or each.value
    if asked.join:
        told |= {f"on{i}": "=".join(pair) for i, pair in enumerate(asked.join.on)}
        told |= {"within": asked.join.within, "found": "found" if asked.join.found else "missing"}
    return told


def joinable(ours: str, theirs: str) -> list[tuple[str, str]]:
    """Pairs of columns of one kind, those of the same name first."""
    left, right = DATASETS[ours].columns, DATASETS[theirs].columns
    pairs = [(a.name, b.name) for a in left for b in right if a.kind == b.kind and a.kind not in NUMERIC]
    return sorted(pairs, key=lambda pair: pair[0] != pair[1])


def first_line(meaning: str) -> str:
    """The first sentence of a table's meaning."""
    return meaning.splitlines()[0] if meaning else ""


def _filled(typed: Mapping[str, Any], prefix: str, count: int) -> tuple[str, ...]:
    return tuple(typed[f"{prefix}{i}"] for i in range(count) if typed.get(f"{prefix}{i}"))


def _conditions(typed: Mapping[str, Any], prefix: str, count: int) -> tuple[Condition, ...]:
    found = []
    for i in range(count):
        column, value = typed.get(f"{prefix}{i}"), (typed.get(f"{prefix}{i}_value") or "").strip()
        if column:
            test = typed.get(f"{prefix}{i}_test") or "="
            other = value if _is_column(value) else ""
            found.append(Condition(column, test, "" if other else value, other))
        elif value:
            raise Unfit("value-alone", value)
    return tuple(found)


def _is_column(text: str) -> bool:
    try:
        column_of(text)
    except Unfit:
        return False
    return True
