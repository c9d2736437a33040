"""Run as a process of its own: install, receive, watch, look into what was found. It can be made to die anywhere.

    python errand.py HOME FILE               to the end; says in JSON what there is, and how many calls each stage took
    python errand.py HOME FILE acts 12345    dies, as by `kill -9`, at that call of a function within the stage
    python errand.py HOME FILE install       ends after that stage

Run again after it died it goes on, as a person would: the same commands, the same forms sent again.
"""

import hashlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any


class Counted:
    """Counts the calls of functions, Python's and C's, of every thread; dies at one of them where that is named."""

    def __init__(self, die_at: int) -> None:
        self.calls, self.die_at = 0, die_at

    def __call__(self, frame: Any, event: str, arg: Any) -> None:
        if event in ("call", "c_call"):
            self.calls += 1
            if self.calls == self.die_at:
                os.kill(os.getpid(), signal.SIGKILL)


def counted(stage: Callable[[], None], die_at: int) -> int:
    """Carry a stage out; how many calls it took."""
    counting = Counted(die_at)
    threading.setprofile(counting)
    sys.setprofile(counting)
    try:
        stage()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return counting.calls


def main(home: str, file: str, last: str = "", die_at: str = "0") -> None:
    """All stages in order, or up to one."""
    os.environ |= {"ARUSHA_HOME": home, "ARUSHA_KEYS": f"{home}-keys"}
    from arusha.conf.commands import installing
    from arusha.conf.ready import ready, set_up

    set_up()
    installing.say = lambda *told: None  # the first password is nobody's here

    def stop(stage: str) -> int:
        return int(die_at) if stage == last else 0

    def install() -> None:
        installing.init(name="Sabotage", zone="UTC", administrator="administrator")

    calls = {"install": counted(install, stop("install"))}
    if last == "install":
        return
    with ready() as here:
        for stage in (receive, watch, act):
            name = stage.__name__
            calls[name] = counted(lambda stage=stage: stage(here.now(), Path(file)), stop(name))
        told = whole(here.now(), Path(home))
    sys.stdout.write(json.dumps({"calls": calls, "whole": told}))


def receive(at: Any, file: Path) -> None:
    """Receive the file."""
    from arusha.core.people.roles import System
    from arusha.flow.runs import receiving

    receiving.receive("codes", file, None, by=System("test"), at=at, progress=lambda told: None)


def watch(at: Any, file: Path) -> None:
    """Run a detector of the tests' own on it."""
    from arusha.core.people.roles import System
    from arusha.flow.runs import watching
    from arusha.flow.runs.tests.small import twice

    list(watching.watch([twice], by=System("test"), at=at, progress=lambda told: None))


def act(at: Any, file: Path) -> None:
    """A person, a case, a note, a file, a disposal: each form with its request key."""
    from arusha.core.files import store
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.actors import actor_of
    from arusha.core.people.models import Person
    from arusha.core.people.roles import System
    from arusha.flow.cases import content, opening
    from arusha.flow.inbox import findings
    from arusha.flow.inbox.models import Finding

    def system(once: str) -> Act:
        return Act(by=System("test"), at=at, why="because", once=once)

    people.add_persons([("Lead", "OFF-1", "HQ", "Officer")], act=system("t:person"))
    lead = Person.objects.get(staff_number="OFF-1")
    people.grant(lead.pk, "integrity-officer", at.date(), act=system("t:grant"))
    actor = actor_of(lead, at.date())

    def by(once: str) -> Act:
        return Act(by=actor, at=at, why="because", once=once)

    found = Finding.objects.order_by("hit_id")
    case = opening.open_case([found[0].pk], "A case", act=by("t:case"))
    content.add_note(case.id, "Seen.", act=by("t:note"))
    kept = store.put(BytesIO(b"a page"))
    content.add_file(case.id, kept, "page.txt", "text/plain", "", act=by("t:file"))
    findings.dispose(found[1].pk, "explained", act=by("t:dispose"))


def whole(at: Any, home: Path) -> dict[str, Any]:
    """What there is at the end: rows of each table, whether the journal holds, every file but the database's own."""
    from django.db import connection

    from arusha.conf.working import fall_due
    from arusha.core.journal import chain
    from arusha.flow.inbox.models import Finding

    fall_due(at + timedelta(days=2))
    chain.chain_new()
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith("django_")]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            rows[table] = cursor.fetchone()[0]
    found = [[f.hit_id, f.support, f.state, f.sightings.count()] for f in Finding.objects.order_by("hit_id")]
    lake = sorted(str(p.relative_to(home)) for p in (home / "lake").rglob("*") if p.is_file())
    rows_held = hashlib.sha256((next((home / "lake" / "codes").glob("*/rows.parquet"))).read_bytes()).hexdigest()
    others = sorted(p.name for p in home.iterdir() if not p.name.startswith("arusha.sqlite3"))
    evidence = sum(p.is_file() for p in (home / "evidence").rglob("*"))
    runs = sum(p.is_file() for p in (home / "runs").rglob("*"))
    return {
        # What was begun and given up is told by the record: entries, runs and reasons may be more.
        "rows": {name: n for name, n in rows.items() if not name.startswith(("journal_", "runs_"))},
        "found": found,
        "journal": chain.check().ok,
        "lake": lake,
        "rows_held": rows_held,
        "others": others,
        "evidence": evidence,
        "hits": runs,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
