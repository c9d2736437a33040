"""The journal on the command line: verify it, sign a checkpoint, export it for an outsider."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.conf import places
from arusha.conf.ready import ready
from arusha.lib.seal import verify_journal
from arusha.lib.seal.diagnose import describe
from arusha.ui.terminal import fail, progress, say, say_json


def add(app: typer.Typer) -> None:
    """Offer `journal verify`, `journal checkpoint` and `journal export`."""
    group = typer.Typer(help="The record of every act.", no_args_is_help=True, rich_markup_mode=None)
    for name, command in (("verify", verify), ("checkpoint", checkpoint), ("export", export)):
        group.command(name)(command)
    app.add_typer(group, name="journal")


def verify(
    checkpoint: Annotated[Path | None, typer.Option(help="a checkpoint that was kept elsewhere")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the report as JSON")] = False,
) -> None:
    """Check every stored entry against the chain, and the chain against a checkpoint kept elsewhere."""
    with ready(), progress("verifying the journal"):
        from arusha.core.journal import chain

        report = chain.check(checkpoint.read_bytes() if checkpoint else None)
    if as_json:
        say_json(
            {
                "ok": report.ok,
                "entries": report.entries,
                "chained": report.chained,
                "links": report.links,
                "vouched": report.vouched,
                "head": report.head.hex(),
                "faults": [fault.__dict__ for fault in report.faults],
            }
        )
    else:
        for line in describe(report):
            say(line)
    if not report.ok:
        fail("The journal does not verify.", 1)


def checkpoint(
    out: Annotated[Path, typer.Option("--out", help="a file elsewhere, or a folder for one named by the moment")],
) -> None:
    """Chain what is new and sign a checkpoint. It serves only if it is kept where this machine cannot reach."""
    from arusha.lib.seal.checkpoints import check, fingerprint

    with ready() as here, progress("chaining the journal"):
        from arusha.core.journal import chain
        from arusha.core.journal.keys import journal_key

        chain.chain_new()
        signed = chain.checkpoint(installation=here.installation.id, at=here.now())
        if signed is None:
            fail("There is nothing in the journal yet.")
        if out.is_dir():
            out /= f"checkpoint-{here.now():%Y%m%dT%H%M%SZ}.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(signed)
        told = check(signed, journal_key().public_key())
    say(f"Checkpoint over {told.last_seq:,} entries in {out}\nFingerprint: {fingerprint(told)}")
    say("Keep it on another machine: beside the database it proves nothing.")


def export(folder: Annotated[Path, typer.Argument(help="a folder for the files that the verifier reads")]) -> None:
    """Write the journal's stored bytes, its links, the public key and the stand-alone verifier."""
    with ready(), progress("exporting the journal"):
        from arusha.core.journal import chain

        chain.chain_new()
        count: Any = chain.export(folder, places.keys())
        shutil.copyfile(verify_journal.__file__, folder / "verify_journal.py")
    say(f"{count:,} entries in {folder}")
    say(f"Verify: python {folder}/verify_journal.py {folder} --checkpoint FILE --public-key {folder}/journal.pub.pem")
