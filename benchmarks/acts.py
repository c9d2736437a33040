"""What the record costs: an act beside the same write without a journal, and verifying beside hashing the same bytes.

Both through the public functions, on a database file in WAL mode with synchronous=FULL, one act a transaction.
"""

import hashlib
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROUNDS, ACTS, ENTRIES = 5, 400, 1_000_000


def main() -> None:
    """Print the two ratios with their settings."""
    where = Path(os.environ.get("BENCH_DIR", Path.cwd() / "build"))
    where.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="arusha-bench-", dir=where) as folder:
        os.environ |= {"ARUSHA_HOME": f"{folder}/home", "ARUSHA_KEYS": f"{folder}/keys"}
        from arusha.conf.commands.installing import install

        install("Benchmark", "UTC", demo=False)
        from arusha.conf.ready import ready

        with ready():
            acts()
            stored(Path(folder) / "home" / "arusha.sqlite3")
    verifying()


def acts() -> None:
    """An act that changes one row, and the same change without one."""
    from django.db import connection, transaction

    from arusha.core.journal.acts import Act
    from arusha.core.journal.guard import acting
    from arusha.core.people import people
    from arusha.core.people.models import Grant, Person
    from arusha.core.people.roles import System

    now = datetime.now(UTC)
    act = Act(by=System("bench"), at=now)
    people.add_units([("B", "Bench", "UTC", None)], act=act)
    people.add_persons([("Bench", None, "B", "x")], act=act)
    people.grant(Person.objects.get().pk, "officer", now.date(), act=act)
    key = Grant.objects.get().pk

    def with_journal() -> None:
        for _ in range(ACTS):
            people.end_grant(key, now.date(), act=Act(by=System("bench"), at=now, why="bench"))

    def without() -> None:
        for _ in range(ACTS):
            with transaction.atomic(), acting():
                row = Grant.objects.select_for_update().get(pk=key)
                Grant.objects.filter(pk=key, version=row.version).update(until=now.date(), version=row.version + 1)

    with connection.cursor() as cursor:
        settings = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    times: dict[str, list[float]] = {"act": [], "bare": []}
    for _ in range(ROUNDS):
        for name, run in (("act", with_journal), ("bare", without)):
            began = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - began) / ACTS)
    act_s, bare_s = (statistics.median(times[name]) for name in ("act", "bare"))
    print(f"settings: {settings}, {ACTS} acts a round, median of {ROUNDS} interleaved rounds")
    print(f"an act with its entry and reason: {act_s * 1e3:.2f} ms; the same write alone: {bare_s * 1e3:.2f} ms")
    print(f"ratio {act_s / bare_s:.2f} (to reach: 1.5)")


def stored(database: Path) -> None:
    """A million entries in the database: the program's own check, and reading and hashing the same bytes."""
    from arusha.core.journal import chain
    from arusha.core.journal.guard import acting
    from arusha.core.journal.models import Entry
    from arusha.lib.ids import uuid7
    from arusha.lib.seal.chain import canonical, entry_digest

    now, by, name = datetime.now(UTC), "person:0190d3f2-0000-7000-8000-000000000001", "finding.disposed"

    def entry() -> Entry:
        key = uuid7(now)
        told = {"about": f"finding:{key}", "act": name, "at": now.isoformat(), "by": by, "id": str(key), "v": 1}
        body = canonical(told | {"facts": {"set": {"state": ["open", "explained"]}}, "why": "ab" * 32})
        return Entry(id=key, act=name, about=told["about"], by=by, at=now, body=body, digest=entry_digest(body))

    for _ in range(0, ENTRIES, 50_000):
        with acting():
            Entry.objects.bulk_create((entry() for _ in range(50_000)), batch_size=500)
    chain.chain_new()
    ratios = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with sqlite3.connect(database) as raw:
            for (body,) in raw.execute("SELECT body FROM journal_entry ORDER BY seq"):
                hashlib.sha256(body).digest()
        bare = time.perf_counter() - began
        began = time.perf_counter()
        report = chain.check()
        if not report.ok or report.chained < ENTRIES:
            sys.exit("an honest journal was not found to be one")
        ratios.append((time.perf_counter() - began) / bare)
    print(
        f"checking {ENTRIES:,} entries in the database, with the columns beside them: ratio to reading and hashing the "
        f"same bytes {statistics.median(ratios):.2f} (to reach: 3)"
    )


def verifying() -> None:
    """A million entries through the stand-alone verifier, and their bytes through SHA-256 alone."""
    from arusha.lib.seal.chain import canonical, entry_digest, link_line, next_link
    from arusha.lib.seal.verify_journal import verify

    told = {"about": "", "act": "finding.disposed", "at": "2026-03-02T09:30:00+00:00", "v": 1, "why": "ab" * 32}
    told |= {"by": "person:0190d3f2-0000-7000-8000-000000000001", "facts": {"set": {"state": ["open", "explained"]}}}
    bodies = [canonical(told | {"about": f"finding:{i:036d}", "id": f"{i:036d}"}) for i in range(ENTRIES)]
    lines, last = [], None
    for start in range(0, ENTRIES, 1000):
        last = next_link(last, [entry_digest(body) for body in bodies[start : start + 1000]])
        lines.append(link_line(last))
    stated = {"link": len(lines), "last_seq": ENTRIES, "link_hash": last.hash.hex() if last else ""}
    ratios = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for body in bodies:
            hashlib.sha256(body).digest()
        bare = time.perf_counter() - began
        began = time.perf_counter()
        counted = verify(iter(bodies), lines, stated, Path("there are no digests"))
        whole = time.perf_counter() - began
        if counted != (ENTRIES, ENTRIES):
            sys.exit("the verifier did not count every entry of an honest journal")
        ratios.append(whole / bare)
    middle = statistics.median(ratios)
    print(f"verifying {ENTRIES:,} entries, stand-alone: ratio to hashing the same bytes {middle:.2f} (to reach: 3)")


if __name__ == "__main__":
    main()
