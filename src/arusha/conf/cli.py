"""The one `arusha` command. A folder offers commands in its `commands.py`, a function `add(app, ready)`."""

import errno
import sys

import typer

from arusha.conf import database, discovery, places
from arusha.conf.commands import detecting, installing, journal, keeping, keys, upgrading
from arusha.conf.ready import ready
from arusha.ui.terminal import fail

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
MAKE_ROOM = "Nothing is half-done: make room, and run the same command again to go on."
HELP = "Arusha: from a signal to a finding, a case, an action and a measure."


def build() -> typer.Typer:
    """The command with everything that the folders declare."""
    app = typer.Typer(
        help=HELP, no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
    )
    for module in (installing, upgrading, detecting, journal, keeping, keys):
        module.add(app)
    for offered in discovery.modules("commands"):
        offered.add(app, ready)
    return app


def main() -> None:
    """Entry point: errors that a person can mend are a sentence, not a traceback."""
    try:
        build()(standalone_mode=True)
    except KeyboardInterrupt:
        fail("Stopped. Nothing is half-done: run the same command again to go on.", 130)
    except (ValueError, PermissionError, FileNotFoundError) as wrong:
        if "--debug" in sys.argv:
            raise
        fail(str(wrong))
    except OSError as wrong:
        if wrong.errno not in FULL:
            raise
        fail(f"{wrong.filename or places.home()}: {wrong.strerror}. {MAKE_ROOM}")
    except Exception as wrong:
        said = database.explained(wrong)
        if said is None and type(wrong).__name__ not in ("Refused", "KeysMissing", "OperationalError", "Busy"):
            raise
        said = said or str(wrong)
        full = getattr(wrong, "rule", "") == "full" or "full" in said or "disk I/O" in said
        fail(f"The database takes no more ({said}). {MAKE_ROOM}" if full else said)


if __name__ == "__main__":
    main()
