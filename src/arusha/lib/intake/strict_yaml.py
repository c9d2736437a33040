"""YAML read strictly: every scalar is text, so that NO stays Norway, and every error names its line."""

import difflib
from collections.abc import Collection, Mapping

import yaml

from arusha.lib.intake.errors import IntakeError


def document(text: str, name: str) -> yaml.Node:
    """The root node of the one document in `text`; IntakeError says at which line it is not YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as wrong:
        line = f", line {wrong.problem_mark.line + 1}" if wrong.problem_mark else ""
        raise IntakeError(
            "mapping", f"not YAML: {wrong.problem or wrong}", where=name + line, do="mend the line and try again"
        ) from None
    except yaml.YAMLError as wrong:
        raise IntakeError("mapping", f"not YAML: {wrong}", where=name, do="mend the file and try again") from None
    if root is None:
        raise IntakeError("mapping", "the file is empty", where=name, do="say at least `dataset:`")
    return root


def place(node: yaml.Node, name: str) -> str:
    """Where a node stands, for people: file and 1-based line."""
    return f"{name}, line {node.start_mark.line + 1}"


def entries(node: yaml.Node, name: str, allowed: Collection[str] | None = None) -> Mapping[str, yaml.Node]:
    """The keys and values of a mapping node. A key given twice, or not in `allowed`, is an error."""
    if not isinstance(node, yaml.MappingNode):
        raise IntakeError(
            "mapping", "a list or a text stands where `key: value` lines are needed", where=place(node, name)
        )
    found: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = text(key_node, name)
        if key in found:
            raise IntakeError("mapping", f"{key!r} is said twice", where=place(key_node, name), do="keep one of them")
        if allowed is not None and key not in allowed:
            raise unknown(key, allowed, "key", place(key_node, name))
        found[key] = value
    return found


def text(node: yaml.Node, name: str) -> str:
    """The text of a scalar node."""
    if not isinstance(node, yaml.ScalarNode):
        raise IntakeError("mapping", "a list or a block stands where one value is needed", where=place(node, name))
    return str(node.value)


def texts(node: yaml.Node, name: str) -> tuple[str, ...]:
    """The texts of a list node."""
    if not isinstance(node, yaml.SequenceNode):
        raise IntakeError(
            "mapping", "one value stands where a list is needed", where=place(node, name), do="write it as [a, b]"
        )
    return tuple(text(item, name) for item in node.value)


def unknown(given: str, allowed: Collection[str], what: str, where: str) -> IntakeError:
    """The error for a word that is not among those allowed, with the nearest of them where one is near."""
    near = difflib.get_close_matches(given, allowed, 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return IntakeError("mapping", f"unknown {what} {given!r}", where=where, do=f"{meant}allowed: {', '.join(allowed)}")
