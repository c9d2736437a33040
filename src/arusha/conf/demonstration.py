"""The demonstration administration: made by seed, received through the ordinary door, supervised like any other."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from arusha.conf import places
from arusha.conf.commands.installing import install
from arusha.conf.ready import Here, ready
from arusha.ui.terminal import fail, progress, say

PACK = Path(__file__).resolve().parent.parent / "packs" / "demo" / "administration.yaml"
RECEIVED = ("codes", "crossings", "roster", "households", "declarations", "inspections", "searches", "waiting")


def make(rows: int, seed: int) -> None:
    """Install, make the world, receive it, run every detector, say what was found. Done before, it only says so."""
    if not PACK.exists():
        fail("The demonstration pack is not part of this installation: `arusha init` sets up a real one.")
    pack = yaml.safe_load(PACK.read_text("utf-8"))
    installed = places.installation()
    if installed is not None and not installed.demo:
        fail(f"{places.home()} holds a real installation. Set ARUSHA_HOME to another folder for the demonstration.")
    began = time.monotonic()
    if installed is None:
        install(pack["name"], pack["zone"], demo=True)
    with ready() as here:
        _people(pack, here.now())
        source = places.home() / "demo-source"
        _source(pack["scenario"], rows, seed, source)
        _receive(source / "data", here)
        _staff(pack, source / "data", here.now())
        _decide(here.now())
        _supervise(here)
        _propose(pack["change"], here.now())
        say(f"\nAll of it took {time.monotonic() - began:.0f} s.\n")
        _say_findings()
        _say_accounts(pack)


def _source(scenario: str, rows: int, seed: int, out: Path) -> None:
    """Make the world in a process of its own: this one is to run detectors, and may not know the answers."""
    done = out / "data" / "made"
    told = f"{scenario} {rows} {seed}"
    if done.exists() and done.read_text() == told:
        return
    if done.exists():
        fail(f"{places.home()} holds a demonstration made as '{done.read_text()}'. Remove the folder to make another.")
    with progress(f"making {rows:,} crossings and all that goes with them"):
        command = [sys.executable, "-m", "arusha.conf.cli", "synth", scenario, "--rows", str(rows), "--seed", str(seed)]
        subprocess.run([*command, "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
    done.write_text(told)


def _receive(data: Path, here: Here) -> None:
    from arusha.core.people.roles import System
    from arusha.flow.runs import receiving
    from arusha.flow.runs.models import Run
    from arusha.lib.synth.guard import forbid_key_folders

    forbid_key_folders()
    for dataset in RECEIVED:
        done = Run.objects.filter(kind="receive", name=dataset, state="done").first()
        if done is not None:
            continue
        began = time.monotonic()
        with progress(f"receiving {dataset}") as told:
            file = data / f"{dataset}.parquet"
            receipt = receiving.receive(dataset, file, None, by=System("demo"), at=here.now(), progress=told)
        m = receipt.manifest
        counts = f"{m.accepted:,} accepted, {m.rejected:,} set aside, {m.duplicates:,} duplicates"
        say(f"{dataset}: {m.received:,} rows received: {counts}, {time.monotonic() - began:.1f} s")


def _decide(at: datetime) -> None:
    """What an administration would decide once its data are in, by the same acts: each folder's `demo.py` says what."""
    from arusha.conf import discovery

    for module in discovery.modules("demo"):
        module.decide(at)


def _supervise(here: Here) -> None:
    from arusha.conf.working import fall_due
    from arusha.core.journal.chain import chain_new
    from arusha.flow.runs.commands import watch_all

    watch_all([], "", here.now())
    fall_due(here.now())
    chain_new()


def _propose(change: dict[str, Any], at: datetime) -> None:
    """One person has tried a detector with another setting and proposes it: a second one is to decide."""
    from arusha.core.journal.acts import Act
    from arusha.core.people.actors import actor_of
    from arusha.core.people.models import Account
    from arusha.flow.runs import governing, trying
    from arusha.flow.runs.models import DetectorChange

    name = change["detector"]
    if DetectorChange.objects.filter(detector=name).count() != 1:
        return
    actor = actor_of(Account.objects.get(username=change["by"]).person, at.date())
    asked = trying.ask(name, change["settings"], change["vary"], act=Act(by=actor, at=at))
    with progress(f"trying {name} with another setting") as told:
        run = trying.carry_out(UUID(asked.id), at=at, progress=told)
    governing.propose(name, True, run.params["settings"], run.pk, act=Act(by=actor, at=at, why=change["why"]))


def _people(pack: dict[str, Any], at: datetime) -> None:
    """The integrity office, with the accounts that the demonstration prints."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.models import Account, Person, Unit
    from arusha.core.people.roles import System

    head = pack["head_office"]
    act = Act(by=System("demo"), at=at)
    if not Unit.objects.filter(code=head["code"]).exists():
        people.add_units([(head["code"], head["name"], pack["zone"], None)], act=act)
    for told in pack["accounts"]:
        if Account.objects.filter(username=told["username"]).exists():
            continue
        if not Person.objects.filter(name=told["name"]).exists():
            people.add_persons([(told["name"], None, head["code"], told["title"])], act=act)
        person = Person.objects.get(name=told["name"])
        if not person.grants.exists():
            people.grant(person.pk, told["role"], at.date(), act=act)
        people.open_account(
            person.pk, told["username"], pack["password"], demo=True, language=told["language"], act=act
        )


def _staff(pack: dict[str, Any], data: Path, at: datetime) -> None:
    """The officers and units of the rosters as persons, so that no subject sees what is about them."""
    import pyarrow.parquet as pq

    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.models import Account, Person, Unit
    from arusha.core.people.roles import System

    act = Act(by=System("demo"), at=at)
    roster = pq.read_table(data / "roster.parquet", columns=["officer_id", "unit_id"])
    home_unit = dict(zip(roster["officer_id"].to_pylist(), roster["unit_id"].to_pylist(), strict=True))
    known = set(Unit.objects.values_list("code", flat=True))
    units = sorted(set(home_unit.values()) - known)
    if units:
        people.add_units([(unit, unit, pack["zone"], pack["head_office"]["code"]) for unit in units], act=act)
    there = set(Person.objects.exclude(staff_number=None).values_list("staff_number", flat=True))
    unknown = sorted(set(home_unit) - there)
    new = [(f"Officer {o.removeprefix('OFF-')}", o, home_unit[o], "Officer") for o in unknown]
    if new:
        with progress("adding the officers of the rosters"):
            people.add_persons(new, act=act)
    if not Account.objects.filter(username=pack["officer"]["username"]).exists():
        person = Person.objects.exclude(staff_number=None).order_by("staff_number").first()
        people.grant(person.pk, "officer", at.date(), act=act)
        people.open_account(person.pk, pack["officer"]["username"], pack["password"], demo=True, act=act)


def _say_findings() -> None:
    """The two most certain of each kind, most certain first."""
    from arusha.flow.inbox.commands import listed, tell
    from arusha.flow.inbox.models import Finding

    say("The first findings:\n")
    kinds = Finding.objects.filter(state="open", ordinary=False).values_list("signal", "kind").distinct()
    for signal, kind in sorted(kinds):
        for row in listed(2, "open", signal=signal, kind=kind):
            tell(row)


def _say_accounts(pack: dict[str, Any]) -> None:
    say(f"\nSign-ins of the demonstration, all with the password {pack['password']}:")
    for told in pack["accounts"]:
        say(f"  {told['username']:<14} {told['title']}")
    say(f"  {pack['officer']['username']:<14} Officer\n")
