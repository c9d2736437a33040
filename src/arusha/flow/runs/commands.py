"""Receiving and watching on the command line."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, progress, say, say_json

DATASETS_TOLD = "crossings, roster, households, waiting, declarations, inspections, searches, codes"
TOLD = 5
"""Rejects told on the command line."""
DATABASE = "a SQLite file, postgresql://HOST/DATABASE, or env:NAME or file:PATH that hold such an address"
REPLACES = "a received file that this one restates, by its name or its first letters; it no longer counts"
ANYWAY = "take it though it seems to restate a file: rows that contradict are set aside"
CORRECTS = "the received file whose rows set aside this one gives again, corrected"
MEND = "mend the file, its mapping or the received codes"


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `receive`, `receive-table` and `watch`."""
    add_tables(app, ready)

    @app.command()
    def receive(
        dataset: Annotated[str, typer.Argument(help=DATASETS_TOLD)],
        files: Annotated[list[Path], typer.Argument(metavar="file", help="CSV, Excel (.xlsx) or Parquet, one or more")],
        mapping: Annotated[str, typer.Option(help="a mapping file, or one that comes with the program")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="the receipt as JSON, one object a file")] = False,
        replaces: Annotated[list[str] | None, typer.Option(help=REPLACES)] = None,
        beside: Annotated[bool, typer.Option("--beside", help=ANYWAY)] = False,
        corrects: Annotated[str, typer.Option(help=CORRECTS)] = "",
    ) -> None:
        """Receive files: every row is accepted, or set aside with its reason, or told to be a duplicate."""
        from arusha.lib.intake import mappings

        if corrects and (mapping or replaces or len(files) > 1):
            fail("--corrects takes one file, which is read by the mapping of the file that it corrects.")
        where = mappings.find(mapping) if mapping else None
        with ready() as here:
            from arusha.core.people.roles import System
            from arusha.flow.runs import receiving

            how = receiving.Beside(tuple(replaces or ()), beside, corrects)
            for file in files:
                with progress(f"receiving {dataset}") as told:
                    receipt = receiving.receive(
                        dataset, file, where, by=System("command"), at=here.now(), progress=told, beside=how
                    )
                answer(receipt, file.name, as_json)

    @app.command()
    def watch(
        detectors: Annotated[list[str] | None, typer.Argument(help="all of them where none is named")] = None,
        as_of: Annotated[str, typer.Option(help="leave out rows of this day and later, YYYY-MM-DD")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="the outcomes as JSON")] = False,
    ) -> None:
        """Run the detectors on what has been received; each hit becomes a finding, once."""
        with ready() as here:
            outcomes = watch_all(detectors or [], as_of, here.now(), quiet=as_json)
        if as_json:
            say_json([asdict(outcome) for outcome in outcomes])


def add_tables(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `receive-table`."""

    @app.command("receive-table")
    def receive_table(
        dataset: Annotated[str, typer.Argument(help=DATASETS_TOLD)],
        database: Annotated[str, typer.Argument(metavar="url", help=DATABASE)],
        table: Annotated[str, typer.Argument(help="a table or view: name, or schema.name")],
        mapping: Annotated[str, typer.Option(help="a mapping file, or one that comes with the program")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="the receipt as JSON")] = False,
        replaces: Annotated[list[str] | None, typer.Option(help=REPLACES)] = None,
        beside: Annotated[bool, typer.Option("--beside", help=ANYWAY)] = False,
    ) -> None:
        """Receive a table of a SQL database as it stands now: read only, and through the same checks as a file."""
        from arusha.lib.intake import mappings, source_tables

        where = mappings.find(mapping) if mapping else None
        source = source_tables.address(database)
        with ready() as here:
            from arusha.core.people.roles import System
            from arusha.flow.runs import receiving

            how = receiving.Beside(tuple(replaces or ()), beside)
            with progress(f"receiving {dataset}") as told:
                receipt = receiving.receive_table(
                    dataset, source, table, where, by=System("command"), at=here.now(), progress=told, beside=how
                )
            answer(receipt, table, as_json)


def answer(receipt: Any, name: str, as_json: bool) -> None:
    """Hand over a receipt; leave with 1 where nothing came in."""
    if as_json:
        say(receipt.as_json())
    else:
        tell(receipt)
    if receipt.manifest.received and not receipt.manifest.accepted and not receipt.already:
        fail(f"Nothing of {name} was accepted: {MEND}, and receive it again.", 1)


def tell(receipt: Any) -> None:
    """A receipt in words, with the first rows that were set aside."""
    from arusha.lib.intake.words import receipt_sentences, reject_sentence

    sentences = receipt_sentences(receipt)
    for sentence in sentences[:1] if receipt.already else sentences:
        say(f"{receipt.manifest.dataset}: {sentence}")
    if receipt.already:
        return
    for line in (*of_correction(receipt.manifest), *of_drift(receipt.manifest)):
        say(f"  {line}")
    for reject in receipt.first_rejects[:TOLD]:
        say(f"  row {reject.row}: {reject_sentence(reject)}")
    if receipt.manifest.rejected > TOLD:
        say("  … and more")
    if receipt.manifest.rejected and not receipt.manifest.corrects:
        name = receipt.manifest.manifest[:12]
        say(f"  To correct them: arusha source set-aside {receipt.manifest.dataset} {name} --out to-correct.csv")


def of_correction(manifest: Any) -> list[str]:
    """How much of the file that this one corrects waits still."""
    if not manifest.corrects:
        return []
    from django.conf import settings

    from arusha.lib.intake import Lake
    from arusha.lib.intake.correcting import left

    lake = Lake(Path(settings.ARUSHA_HOME))
    first = lake.named(manifest.dataset, manifest.corrects)
    waits = left(lake, first)
    return [f"Of {waits.of:,} rows of {first.file} that were set aside, {len(waits.rows):,} wait to be corrected."]


def of_drift(manifest: Any) -> list[str]:
    """How the file differs in shape from the last one of its source."""
    from django.conf import settings

    from arusha.lib.intake import Lake
    from arusha.lib.intake.drifting import drift, last_of_source
    from arusha.lib.intake.words import sentence

    before = last_of_source(Lake(Path(settings.ARUSHA_HOME)).received(manifest.dataset), manifest)
    found = drift(before, manifest) if before and not manifest.corrects else ()
    return [sentence("drift", one.what, {"column": one.column, "before": one.before, "now": one.now}) for one in found]


def watch_all(names: list[str], as_of: str, at: Any, *, quiet: bool = False) -> list[Any]:
    """Run the named detectors, or all; say what came of each as it comes."""
    from datetime import date

    from arusha.core.people.roles import System
    from arusha.flow.inbox import offered
    from arusha.flow.runs import watching

    known = offered.detectors()
    unknown = sorted(set(names) - set(known))
    if unknown:
        fail(f"There is no detector {unknown[0]!r}; there are {', '.join(known)}.")
    try:
        until = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        fail(f"--as-of {as_of}: give a day as YYYY-MM-DD.")
    chosen = [known[name] for name in (names or known)]
    outcomes = []
    with progress("watching") as told:
        for outcome in watching.watch(chosen, by=System("command"), at=at, as_of=until, progress=told):
            outcomes.append(outcome)
            if not quiet:
                say(said(outcome))
    return outcomes


def said(outcome: Any) -> str:
    """An outcome in a line."""
    match outcome.state:
        case "done":
            return f"{outcome.detector}: {outcome.hits:,} hits, {outcome.new:,} new findings, {outcome.seconds:.1f} s"
        case "past":
            where = (
                f"they are in runs/{outcome.run}/hits.parquet, and the inbox, which tells of later days, is as it was"
            )
            return f"{outcome.detector}: {outcome.hits:,} hits as of that day, {outcome.seconds:.1f} s; {where}"
        case "unchanged":
            return f"{outcome.detector}: nothing new received since the last run; {outcome.hits:,} hits stand"
        case "failed":
            return f"{outcome.detector}: failed: {'; '.join(outcome.needs)}"
        case "off":
            return f"{outcome.detector}: off: {', '.join(outcome.needs)}; see arusha detectors show {outcome.detector}"
    return f"{outcome.detector}: not offered: needs {', '.join(outcome.needs)}"
