"""Where an installation lies: its data, its keys, and the small file that says what it is."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Installation:
    """What an installation is. `demo` binds it to this machine and shows a banner on every page.

    `database` is where its records are, `sqlite` or `postgresql`: a command that is told another would look at nothing.
    """

    id: str
    name: str
    zone: str
    demo: bool
    made_at: str
    database: str = "sqlite"


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the data: `ARUSHA_HOME`, or `var` in the folder the command is run in."""
    return Path(environ.get("ARUSHA_HOME", "var")).absolute()


def keys(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the keys: `ARUSHA_KEYS`, or a sibling of the data, so that a copy of the data holds no key."""
    if environ.get("ARUSHA_KEYS"):
        return Path(environ["ARUSHA_KEYS"]).absolute()
    data = home(environ)
    return data.with_name(data.name + "-keys")


def installation(folder: Path | None = None) -> Installation | None:
    """What is installed there, or None."""
    try:
        told = json.loads(((folder or home()) / "installation.json").read_text())
    except FileNotFoundError:
        return None
    return Installation(**told)


def install(what: Installation, folder: Path) -> None:
    """Write down what is installed, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "installation.json.part"
    draft.write_text(json.dumps(asdict(what), indent=1) + "\n")
    draft.replace(folder / "installation.json")
