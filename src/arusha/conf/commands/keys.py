"""The keys of files and protected texts on the command line: another one, and dropping those of before."""

import typer

from arusha.conf.ready import ready
from arusha.ui.terminal import progress, say


def add(app: typer.Typer) -> None:
    """Offer `keys rotate` and `keys retire`."""
    group = typer.Typer(
        help="The keys that files and protected texts are sealed under.", no_args_is_help=True, rich_markup_mode=None
    )
    for name, command in (("rotate", rotate), ("retire", retire)):
        group.command(name)(command)
    app.add_typer(group, name="keys")


def rotate() -> None:
    """Make another key, and seal every file and protected text under it. Back up the keys afterwards."""
    with ready() as here, progress("sealing anew") as told:
        from arusha.core.files import rotation
        from arusha.core.journal.acts import Act
        from arusha.core.people.roles import System

        files, texts = rotation.rotate(act=Act(by=System("command"), at=here.now()), told=told)
    say(f"Another key: {files:,} files and {texts:,} texts are sealed under it.")
    say("Next: arusha backup FILE --to age1… --keys")
    say("and, once no older backup of the data is needed: arusha keys retire")


def retire() -> None:
    """Drop the keys of before. A backup of the data that is older than the rotation opens with their backup only."""
    with ready() as here, progress("looking for what an old key still opens") as told:
        from arusha.core.files import rotation
        from arusha.core.journal.acts import Act
        from arusha.core.people.roles import System

        dropped, sealed = rotation.retire(act=Act(by=System("command"), at=here.now()), told=told)
    if not dropped:
        say("There is one key only, the one of now: nothing to drop.")
        return
    say(f"{dropped} key(s) of before are dropped; {sealed:,} files and texts were sealed anew first.")
