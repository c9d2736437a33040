"""Mappings that come with the program, by name; any other is a file."""

from pathlib import Path

from arusha.lib.intake.errors import IntakeError

SHIPPED = Path(__file__).resolve().parents[2] / "packs" / "reference" / "mappings"


def find(name: str) -> Path:
    """The mapping file of that path, or the shipped one of that name. IntakeError lists the shipped ones."""
    if Path(name).is_file():
        return Path(name)
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}
    if name in shipped:
        return shipped[name]
    do = f"name a file, or one of those that come with the program: {', '.join(shipped)}"
    raise IntakeError("no-mapping", f"there is no mapping {name!r}", do=do)
