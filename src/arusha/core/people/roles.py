"""Roles, and who may do what: small rules that can be asked, combined and read aloud in the permission table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLES: Mapping[str, "str | Promise"] = {
    "integrity-officer": _("Integrity officer"),
    "investigator": _("Investigator"),
    "report-recipient": _("Report recipient"),
    "ethics-adviser": _("Ethics adviser"),
    "risk-officer": _("Risk officer"),
    "auditor": _("Auditor"),
    "hr-officer": _("HR officer"),
    "head-of-office": _("Head of office"),
    "officer": _("Officer"),
    "analyst": _("Analyst"),
    "publisher": _("Publisher"),
    "system-administrator": _("System administrator"),
}
"""Stable words as they stand in the database, and what they are called."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person on a day: their roles, their staff number, the units they serve in with the units above those."""

    person: str
    name: str
    staff_number: str | None
    roles: frozenset[str]
    units: frozenset[str]
    recused: frozenset[tuple[str, str]] = frozenset()

    @property
    def ref(self) -> str:
        """How the journal names the actor."""
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class System:
    """A named part of the program that acts without a person, such as the worker; the journal names it."""

    part: str
    person: str = ""
    name: str = "Arusha"
    staff_number: None = None
    roles: frozenset[str] = frozenset({"system"})
    units: frozenset[str] = frozenset()
    recused: frozenset[tuple[str, str]] = frozenset()

    @property
    def ref(self) -> str:
        """How the journal names the actor."""
        return f"system:{self.part}"


@dataclass(frozen=True, slots=True)
class May:
    """A permission: `allows` answers for an actor and a row, `told` names it in the permission table."""

    told: str
    allows: Callable[[Any, Any], bool]

    def __call__(self, actor: Any, row: Any = None) -> bool:
        """Whether the actor may; nobody at all may not."""
        return actor is not None and self.allows(actor, row)

    def __or__(self, other: "May") -> "May":
        return May(f"{self.told} or {other.told}", lambda actor, row: self(actor, row) or other(actor, row))

    def __and__(self, other: "May") -> "May":
        return May(f"{self.told}, {other.told}", lambda actor, row: self(actor, row) and other(actor, row))


def role(*names: str) -> May:
    """Whoever holds one of these roles."""
    unknown = set(names) - set(ROLES)
    if unknown:
        raise ValueError(f"no such role: {sorted(unknown)}")
    return May(" or ".join(names), lambda actor, row: bool(actor.roles & set(names)))


SIGNED_IN = May("signed in", lambda actor, row: bool(actor.person))
SYSTEM = May("the program itself", lambda actor, row: "system" in actor.roles)
EVERYONE = May("everyone", lambda actor, row: True)
ADMINISTRATOR = role("system-administrator")
