"""``{% ui %}`` and ``{% uiblock %}`` draw a component; the rest serves the page shell."""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, get_language_info

from arusha.ui import assets, public
from arusha.ui.components import ComponentError, declaration, draw

register = template.Library()

SHELL_LANGUAGES = ("en", "fr", "ar")
"""The languages that the shell is whole in."""


class ComponentNode(Node):
    """One component in a template, with its body where it has one."""

    def __init__(self, name: str, attributes: dict[str, FilterExpression], nodelist: NodeList | None) -> None:
        """Keep what the tag said; the names were checked when the template was read."""
        self.name = name
        self.attributes = attributes
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Resolve the attributes, where an unknown variable is no value at all, and draw."""
        values = {key: value.resolve(context, ignore_failures=True) for key, value in self.attributes.items()}
        body = None if self.nodelist is None else self.nodelist.render(context)
        return draw(self.name, body=body, csrf_token=context.get("csrf_token"), **values)


def _read(parser: Parser, token: Token) -> tuple[str, dict[str, FilterExpression]]:
    tag, *words = token.split_contents()
    if not words or words[0][0] not in "\"'":
        raise ComponentError(
            f'{{% {tag} %}} takes the name of a component in quotes first, as {{% {tag} "button" … %}}'
        )
    name, rest = words[0][1:-1], words[1:]
    attributes = token_kwargs(rest, parser)
    if rest:
        raise ComponentError(f"component {name!r}: expected attribute=value, found {' '.join(rest)!r}")
    return name, attributes


@register.tag("ui")
def do_ui(parser: Parser, token: Token) -> ComponentNode:
    """``{% ui "button" text=… href=… %}``: a component without a body."""
    name, attributes = _read(parser, token)
    declaration(name, attributes, with_body=False)
    return ComponentNode(name, attributes, None)


@register.tag("uiblock")
def do_uiblock(parser: Parser, token: Token) -> ComponentNode:
    """``{% uiblock "details" summary=… %}…{% enduiblock %}``: a component around a body."""
    name, attributes = _read(parser, token)
    declaration(name, attributes, with_body=True)
    nodelist = parser.parse(("enduiblock",))
    parser.delete_first_token()
    return ComponentNode(name, attributes, nodelist)


@register.simple_tag
def bdi(value: Any) -> SafeString:
    """An identifier, name or code isolated from the direction of the words around it."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter("bdi")
def bdi_filter(value: Any) -> SafeString:
    """The same as a filter: ``{{ case.number|bdi }}``."""
    return bdi(value)


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built asset, which changes whenever the asset does."""
    return static(assets.address(name))


@register.simple_tag
def direction() -> str:
    """``rtl`` where the active language is written from the right."""
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag
def shell_languages() -> list[dict[str, Any]]:
    """The languages to choose from, each by the name it has in itself."""
    active = (get_language() or "en").split("-")[0]
    infos = [get_language_info(code) for code in SHELL_LANGUAGES]
    return [{"code": info["code"], "name": info["name_local"], "current": info["code"] == active} for info in infos]


@register.simple_tag(takes_context=True)
def public_languages(context: Context) -> list[dict[str, Any]]:
    """The same public page in each language of the public."""
    return public.languages(context["request"])


@register.simple_tag(takes_context=True)
def again(context: Context, name: str) -> str:
    """Render a block of the page a second time: its title is its heading too."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


class IfBlockNode(Node):
    """What surrounds a block, drawn only on a page that fills it."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        """Name the block and keep what surrounds it."""
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        """Look at the page's own version of the block: the empty one of the shell has nothing in it."""
        blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
        block = blocks.get_block(self.name) if blocks else None
        return self.nodelist.render(context) if block and len(block.nodelist) else ""


@register.tag("ifblock")
def do_ifblock(parser: Parser, token: Token) -> IfBlockNode:
    """``{% ifblock "aside" %}…{% endifblock %}``: only where the page fills the block."""
    name = token.split_contents()[1].strip("\"'")
    nodelist = parser.parse(("endifblock",))
    parser.delete_first_token()
    return IfBlockNode(name, nodelist)
