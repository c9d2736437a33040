"""Detectors without a database: files in, hits out. Nothing here loads Django."""

from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.conf import discovery
from arusha.ui.terminal import fail, progress, say, say_json, table


def add(app: typer.Typer) -> None:
    """Offer `detect`, `detector` and `synth`."""
    app.command("detect")(detect)
    app.command("synth")(synth)
    group = typer.Typer(help="What the detectors are.", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(detector_list)
    group.command("show")(detector_show)
    app.add_typer(group, name="detector")


def detect(
    name: Annotated[str, typer.Argument(help="the detector, as in `arusha detector list`")],
    inputs: Annotated[list[str], typer.Option("--input", help="DATASET=FILE, Parquet or CSV")],
    out: Annotated[Path, typer.Option("--out", help="where to write the hits, a Parquet file")],
    settings: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting of the detector")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="say what was found as JSON")] = False,
) -> None:
    """Run one detector on files, without a database."""
    from arusha.lib.detect.files import read_input, write_hits
    from arusha.lib.synth.guard import forbid_key_folders, refuse_key_path

    forbid_key_folders()
    wanted = _detector(name)
    files = {key: Path(path) for key, path in _pairs(inputs, "--input", "DATASET=FILE")}
    params = wanted.settings(dict(_pairs(settings or [], "--set", "NAME=VALUE")))
    known = {declared.name: declared for declared in wanted.inputs}
    for key, path in files.items():
        if key not in known:
            fail(f"{name} takes no input {key!r}; it takes {', '.join(known)}.")
        refuse_key_path(path)
    with progress(f"{name}") as told:
        told("reading")
        tables: dict[str, Any] = {key: read_input(known[key], path) for key, path in files.items()}
        told("detecting")
        hits = wanted.run(tables, params)
        write_hits(hits, out)
    if as_json:
        say_json({"detector": name, "hits": hits.num_rows, "out": str(out)})
    else:
        say(f"{name}: {hits.num_rows:,} hits in {out}")


def synth(
    scenario: Annotated[str, typer.Argument(help="a scenario; an unknown one lists them")],
    rows: Annotated[int, typer.Option("--rows", help="number of crossings", min=1000)],
    seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same world")],
    out: Annotated[Path, typer.Option("--out", help="a folder: data/ and key/ are made in it")],
) -> None:
    """Make an invented world with planted wrongs. Data and answer key go to different folders."""
    from arusha.lib.synth import SCENARIOS, make
    from arusha.lib.synth.files import write

    if scenario not in SCENARIOS:
        fail(f"There is no scenario {scenario!r}; there are {', '.join(SCENARIOS)}.")
    with progress(f"making {scenario}"):
        write(make(scenario, rows, seed), out)
    say(f"{scenario}, seed {seed}: data in {out / 'data'}, answer key in {out / 'key'}")


def detector_list() -> None:
    """The detectors, what they need and what they find."""
    rows = [
        (d.name, " ".join(i.name if not i.optional else f"[{i.name}]" for i in d.inputs), ", ".join(d.of))
        for d in discovery.detectors().values()
    ]
    table(("detector", "reads", "finds"), rows)


def detector_show(
    name: Annotated[str, typer.Argument(help="the detector, as in `arusha detector list`")],
) -> None:
    """A detector: its method, its settings, what it is blind to."""
    from arusha.lib.detect.detector import fields_of

    wanted = _detector(name)
    say(f"{wanted.name}, version {wanted.version}\n\n{_doc(wanted.function)}\n")
    say("It reads:")
    for declared in wanted.inputs:
        say(f"  {declared.name}{' (if given)' if declared.optional else ''}")
    say(f"\nBy chance means: {wanted.null}")
    say(f"It is blind to: {', '.join(wanted.blind_to) or 'nothing that is known'}\n")
    table(("setting", "default"), [(field.name, str(field.default)) for field in fields_of(wanted.params)])


def _detector(name: str) -> Any:
    found = discovery.detectors()
    if name not in found:
        fail(f"There is no detector {name!r}; there are {', '.join(found)}.")
    return found[name]


def _pairs(given: list[str], option: str, form: str) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key or not value:
            fail(f"{option} {text}: give it as {form}.")
        pairs.append((key, value))
    return pairs


def _doc(function: Any) -> str:
    import inspect

    return inspect.getdoc(function) or ""
