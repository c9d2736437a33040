"""The reference documentation, made from what the folders declare: `python -m arusha.conf.reference [--check]`."""

import ast
import inspect
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from arusha.conf import discovery
from arusha.conf.compose import compose
from arusha.conf.ready import set_up

TESTS = "../../tests/journeys"
DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"
HEAD = "<!-- Made by `make docs` from the code. Do not edit. -->\n"


def pages() -> dict[str, str]:
    """Every page of the reference by its file name."""
    set_up()
    compose()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    import arusha.conf.urls  # noqa: F401 - declares the pages of signing in
    from arusha.conf.openapi import document

    made = {
        "systems.md": systems(),
        "commands.md": commands(),
        "permissions.md": permissions(),
        "datasets.md": datasets(),
        "detectors.md": detectors(),
        "acts.md": acts(),
        "signals.md": signals(),
        "figures.md": figures(),
        "privacy.md": privacy(),
        "api.md": api(),
    }
    told = {name: HEAD + "\n".join(lines) + "\n" for name, lines in made.items()}
    return told | {"openapi.json": json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"}


def systems() -> Iterator[str]:
    """Every system that is begun: where it lives, and the journeys that show it."""
    from arusha.lib.systems import SYSTEMS

    homes: dict[str, list[str]] = {}
    for module in discovery.modules("capability"):
        for system in getattr(module, "SYSTEMS", ()):
            homes.setdefault(system, []).append("/".join(module.__name__.split(".")[1:-1]))
    journeys: dict[str, list[str]] = {}
    for system, file, test in _journeys():
        journeys.setdefault(system, []).append(f"[{test.removeprefix('test_').replace('_', ' ')}]({TESTS}/{file})")
    yield "# Systems\n"
    yield f"Of the {len(SYSTEMS)} systems that Arusha is to have, those begun. Green: a journey from an empty machine"
    yield "that bears the system's id stands in `make test`, which passes only where it does. What a system does not do"
    yield "yet is in the README of its folder.\n"
    yield "| | system | lives in | journeys |\n|---|---|---|---|"
    for system in (system for system in SYSTEMS if system in homes):
        sign = "🟢" if system in journeys else "⚪"
        yield (
            f"| {sign} {system} | {SYSTEMS[system]} | {', '.join(f'`{home}`' for home in homes[system])} "
            f"| {'; '.join(journeys.get(system, []))} |"
        )


def _journeys() -> Iterator[tuple[str, str, str]]:
    """Each id that a journey bears: the system, the file, the test."""
    for path in sorted((DOCS.parents[1] / "tests" / "journeys").glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.system":
                    yield from ((ast.literal_eval(system), path.name, node.name) for system in mark.args)


def commands() -> Iterator[str]:
    """Every command with what it takes."""
    import typer

    from arusha.conf.cli import build

    yield "# Commands\n"
    yield "`ARUSHA_HOME` names the folder of the data, `ARUSHA_KEYS` that of the keys. A command leaves with 0 where"
    yield "all is well, 1 where it found a fault and 2 where it could not do what was asked: it says why in a"
    yield "sentence.\n"
    yield from _commands("arusha", typer.main.get_command(build()))


def _commands(name: str, command: Any) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is not None:
        for word, one in sorted(inner.items()):
            yield from _commands(f"{name} {word}", one)
        return
    places = [param for param in command.params if param.param_type_name == "argument"]
    words = " ".join(f"{param.name.upper()}{'…' if param.nargs < 0 else ''}" for param in places)
    yield f"## `{name}{' ' if words else ''}{words}`\n\n{' '.join((command.help or '').split())}\n"
    told = [(param.name.upper(), param.help) for param in places]
    told += [(", ".join(p.opts), p.help) for p in command.params if p.param_type_name == "option" and p.name != "help"]
    if told:
        yield "| | |\n|---|---|"
        yield from (f"| `{word}` | {' '.join((said or '').split())} |" for word, said in told)
        yield ""


def permissions() -> Iterator[str]:
    """Every address, method and role."""
    from arusha.core.people.roles import ROLES, Actor
    from arusha.ui.pages import PAGES

    yield "# Permissions\n"
    yield "Every address with its methods, and who may ask for it. What a row shows beyond that is decided row by row:"
    yield "nobody sees what is about them, and a case only its members.\n"
    roles = list(ROLES)
    yield f"| address | methods | declared | {' | '.join(roles)} |"
    yield f"|---|---|---|{'---|' * len(roles)}"
    for page in sorted(PAGES.values(), key=lambda page: page.path):
        holders = [Actor(str(UUID(int=0)), "", None, frozenset({role}), frozenset()) for role in roles]
        marks = ["yes" if page.may(actor) else "" for actor in holders]
        yield f"| `/{page.path}` | {' '.join(page.methods)} | {page.may.told} | {' | '.join(marks)} |"


def api() -> Iterator[str]:
    """Every operation of the API with its scope and who may."""
    from arusha.conf.api import PREFIX
    from arusha.core.people.roles import ROLES, Actor
    from arusha.ui.operations import GROUPS, OPERATIONS

    roles = list(ROLES)
    yield "# API\n"
    yield "Every operation. How to call them: [Use the API](../guides/use-the-api.md). Their types:"
    yield "[openapi.json](openapi.json). What a row shows beyond that is decided row by row, as on the pages.\n"
    for name in sorted(GROUPS):
        yield f"## {name}\n\n{GROUPS[name]}\n"
        yield f"| operation | does | scope | declared | {' | '.join(roles)} |"
        yield f"|---|---|---|---|{'---|' * len(roles)}"
        for one in (one for one in OPERATIONS.values() if one.group == name):
            holders = [Actor(str(UUID(int=0)), "", None, frozenset({role}), frozenset()) for role in roles]
            marks = ["yes" if one.may(actor) else "" for actor in holders]
            address = f"{one.method} /{PREFIX}{one.path.replace('uuid:', '')}"
            said = (inspect.getdoc(one.view) or "").split("\n")[0]
            yield f"| `{address}` | {said} | `{one.scope}` | {one.may.told} | {' | '.join(marks)} |"
        yield ""


def datasets() -> Iterator[str]:
    """Every table with its columns."""
    from arusha.lib.datasets import DATASETS

    yield "# Datasets\n"
    for dataset in DATASETS.values():
        yield f"## {dataset.name}\n\n{dataset.meaning}\n\nKey: {', '.join(f'`{name}`' for name in dataset.key)}.\n"
        yield "| column | kind | needed | meaning | SAD box | WCO Data Model | privacy |\n|---|---|---|---|---|---|---|"
        for c in dataset.columns:
            kind = f"{c.kind}: {', '.join(c.allowed)}" if c.allowed else (f"{c.kind} of {c.code}" if c.code else c.kind)
            needed = "" if c.optional else "yes"
            yield (
                f"| `{c.name}` | {kind} | {needed} | {c.meaning} | {c.element.sad or ''} | {c.element.wco or ''} "
                f"| {c.privacy} |"
            )
        yield ""


def detectors() -> Iterator[str]:
    """Every detector with its method, settings and blind spots."""
    from arusha.lib.detect.detector import fields_of

    yield "# Detectors\n"
    for detector in discovery.detectors().values():
        yield f"## {detector.name}\n\n{inspect.getdoc(detector.function)}\n"
        reads = ", ".join(f"`{i.name}`" + (" (if given)" if i.optional else "") for i in detector.inputs)
        yield f"Reads {reads}; finds {', '.join(detector.of)}.\n"
        yield f"By chance means: `{detector.null}`. Blind to: {', '.join(detector.blind_to) or 'nothing known'}.\n"
        yield f"{inspect.getdoc(detector.params)}\n"
        yield "| setting | default |\n|---|---|"
        for field in fields_of(detector.params):
            yield f"| `{field.name}` | {field.default} |"
        yield ""


def acts() -> Iterator[str]:
    """Every act that changes something."""
    from arusha.core.journal.acts import ACTS

    yield "# Acts\n\nThe only ways in which anything changes. Each writes one entry in the journal.\n"
    yield "| act | who may | reason | what it does |\n|---|---|---|---|"
    for act in sorted(ACTS.values(), key=lambda act: act.name):
        first = (inspect.getdoc(act.body) or "").split("\n")[0]
        yield f"| `{act.name}` | {getattr(act.may, 'told', '')} | {act.why} | {first} |"


def signals() -> Iterator[str]:
    """Every signal that becomes a finding."""
    from arusha.flow.inbox.signals import SIGNALS

    yield "# Signals\n\n| signal | factor | the same finding again | kinds |\n|---|---|---|---|"
    for signal in sorted(SIGNALS.values(), key=lambda signal: signal.name):
        yield f"| `{signal.name}` | {signal.factor} | `{signal.match}` | {', '.join(signal.title)} |"


def figures() -> Iterator[str]:
    """Every figure of the scorecard."""
    from arusha.flow.scorecard.figures import FIGURES

    yield "# Figures\n\n| figure | factor | unit | better | says |\n|---|---|---|---|---|"
    for figure in sorted(FIGURES.values(), key=lambda figure: figure.name):
        yield f"| `{figure.name}` | {figure.factor} | {figure.unit} | {figure.better} | {figure.says} |"


def privacy() -> Iterator[str]:
    """Every stored field with its class."""
    from django.apps import apps

    from arusha.core.privacy import class_of

    yield "# Privacy\n\nWhat each stored field says of people. `open` may be published; of `personal` and `protected`"
    yield "fields the journal carries the name only.\n"
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model.__module__.startswith("arusha."):
            yield f"## {model._meta.label}\n\n| field | class |\n|---|---|"
            yield from (f"| `{field.name}` | {class_of(field)} |" for field in model._meta.concrete_fields)
            yield ""


def main() -> None:
    """Write the pages, or with --check say which are not current."""
    # Some permissions look into the database: an empty one, in a folder that goes again.
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ARUSHA_HOME": folder, "ARUSHA_KEYS": f"{folder}/keys"}
        made = pages()
    current = {name: (DOCS / name).read_text() for name in made if (DOCS / name).exists()}
    if "--check" in sys.argv:
        stale = sorted(name for name, text in made.items() if current.get(name) != text)
        if stale:
            sys.exit(f"docs/reference is not current: {', '.join(stale)}. Run `make docs` and look at the difference.")
        return
    DOCS.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (DOCS / name).write_text(text)


if __name__ == "__main__":
    main()
