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
    names: Annotated[
        list[str],
        typer.Argument(metavar="name", help="a detector of `arusha detector list`; several run in this order"),
    ],
    inputs: Annotated[list[str], typer.Option("--input", help="DATASET=FILE, Parquet or CSV")],
    out: Annotated[list[Path], typer.Option("--out", help="where to write the hits, a Parquet file for each detector")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting; DETECTOR.NAME=VALUE where several run")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="say what was found as JSON")] = False,
) -> None:
    """Run detectors on files, without a database. Each file is read once; what takes groups gets those just found."""
    from arusha.lib.detect.files import write_hits
    from arusha.lib.synth.guard import forbid_key_folders, refuse_key_path

    forbid_key_folders()
    chosen = [_detector(name) for name in names]
    if len(out) != len(chosen):
        fail(f"{len(chosen)} detectors and {len(out)} --out: give a file for each, in the same order.")
    files = {key: Path(path) for key, path in _pairs(inputs, "--input", "DATASET=FILE")}
    params = [wanted.settings(_settings_of(wanted.name, names, settings or [])) for wanted in chosen]
    known = _inputs_of(chosen)
    for key, path in files.items():
        if key not in known:
            fail(f"{' and '.join(names)} take no input {key!r}; there are {', '.join(known)}.")
        refuse_key_path(path)
    found = []
    with progress(" and ".join(names)) as told:
        tables = _read(files, known, told)
        for wanted, given, path in zip(chosen, params, out, strict=True):
            told(f"{wanted.name}: detecting")
            hits = wanted.run({i.name: tables[i.name] for i in wanted.inputs if i.name in tables}, given)
            write_hits(hits, path)
            if "group" in wanted.of:
                tables.update({key: hits for key, i in known.items() if i.dataset is None and key not in files})
            found.append({"detector": wanted.name, "hits": hits.num_rows, "out": str(path)})
    if as_json:
        say_json(found[0] if len(found) == 1 else found)
    else:
        for one in found:
            say(f"{one['detector']}: {one['hits']:,} hits in {one['out']}")


def _inputs_of(chosen: list[Any]) -> dict[str, Any]:
    """The inputs of these detectors by name; of one that several take, the columns that any of them looks at."""
    from dataclasses import replace

    known: dict[str, Any] = {}
    for declared in (i for wanted in chosen for i in wanted.inputs):
        before = known.get(declared.name, declared)
        columns = (*before.columns, *declared.columns) if before.columns and declared.columns else ()
        known[declared.name] = replace(declared, columns=tuple(dict.fromkeys(columns)))
    return known


def _read(files: dict[str, Path], known: dict[str, Any], told: Any) -> dict[str, Any]:
    from arusha.lib.detect.files import read_input

    told("reading")
    return {key: read_input(known[key], path) for key, path in files.items()}


def _settings_of(name: str, names: list[str], given: list[str]) -> dict[str, str]:
    """The settings meant for this detector, of those given for all."""
    mine = {}
    for key, value in _pairs(given, "--set", "NAME=VALUE"):
        owner, dot, setting = key.rpartition(".")
        if dot and owner not in names:
            fail(f"--set {key}={value}: {owner!r} is not among the detectors that run: {', '.join(names)}.")
        if not dot and len(names) > 1:
            fail(f"--set {key}={value}: say of which detector, as in --set {names[0]}.{key}={value}.")
        if not dot or owner == name:
            mine[setting] = value
    return mine


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
