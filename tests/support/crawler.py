"""Somebody who follows every link and sends every form, and reads each answer for what should not be in it."""

import io
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from arusha.core.journal.models import Entry

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ALIKE = 2
"""Addresses of one page that somebody opens: lists lead to any number of them."""
SWAPS = 1
"""Other things that a form is made to name."""
QUESTIONS = {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA", "SET"}


@dataclass(frozen=True)
class Form:
    """A form as a page shows it: where it goes, what it sends, its files."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two forms the same one: the page that takes it, and the act that it names."""
        return route_of(self.action), dict(self.fields).get("do", "")

    def data(self, once: str) -> dict[str, Any]:
        """What is sent, under a request key of its own."""
        sent: dict[str, Any] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value)
        if "once" in sent:
            sent["once"] = [once]
        for name in self.files:
            file = io.BytesIO(b"words of a file")
            file.name = "words.txt"
            sent[name] = file
        return sent


@dataclass
class Page(HTMLParser):
    """The links and the forms of a page, the forms filled in as a browser would send them."""

    address: str
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._form: dict[str, Any] | None = None
        self._select: dict[str, Any] | None = None
        self._outside: dict[str, list[tuple[str, str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and told.get("href"):
            self.links.append(urljoin(self.address, told["href"].partition("#")[0]))
        elif tag == "form":
            action = urljoin(self.address, told.get("action") or self.address)
            self._form = {"action": action, "method": told.get("method", "get").lower(), "fields": [], "files": []}
            self._form |= {"id": told.get("id", ""), "seen": set()}
        elif tag == "select":
            self._select = {"name": told.get("name", ""), "values": []}
        elif tag == "option" and self._select is not None:
            self._select["values"].append((told.get("value", ""), "selected" in told))
        elif tag in ("input", "textarea", "button") and told.get("name"):
            self._input(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            values, name = self._select["values"], self._select["name"]
            chosen = next((v for v, on in values if on and v), next((v for v, _on in values if v), ""))
            self._add(name, chosen)
            self._select = None
        elif tag == "form" and self._form is not None:
            told = self._form
            fields = tuple(told["fields"]) + tuple(self._outside.get(told["id"], ()))
            self.forms.append(Form(told["action"], told["method"], fields, tuple(told["files"])))
            self._form = None

    def _input(self, tag: str, told: dict[str, str]) -> None:
        name, kind = told["name"], told.get("type", "text")
        if told.get("form"):
            self._outside.setdefault(told["form"], []).append((name, told.get("value", "")))
        elif kind == "file" and self._form is not None:
            self._form["files"].append(name)
        elif kind in ("radio", "checkbox"):
            if self._form is not None and name not in self._form["seen"]:
                self._form["seen"].add(name)
                self._add(name, told.get("value", "on"))
        elif tag == "textarea" or (kind not in ("hidden", "submit", "button") and not told.get("value")):
            self._add(name, _typed(name))
        else:
            self._add(name, told.get("value", ""))

    def _add(self, name: str, value: str) -> None:
        if self._form is not None and name != "csrfmiddlewaretoken":
            self._form["fields"].append((name, value))


def _typed(name: str) -> str:
    """What somebody types into an empty field."""
    parts = {"day": "9", "month": "4", "year": "2026"}
    return parts.get(name.rpartition("_")[2], "because")


def route_of(address: str) -> str:
    """The pattern of the page that an address is of."""
    try:
        return str(resolve(urlsplit(address).path).route)
    except Resolver404:
        return ""


def page_of(address: str, answered: Any) -> Page:
    """What an answer offers to go on with."""
    page = Page(address)
    if answered.headers.get("Content-Type", "").startswith("text/html"):
        page.feed(body_of(answered).decode())
    return page


def body_of(answered: Any) -> bytes:
    """All of an answer, a file too."""
    if answered.streaming:
        if not hasattr(answered, "_read"):
            answered._read = b"".join(answered.streaming_content)
        return bytes(answered._read)
    return bytes(answered.content)


def alike(address: str) -> tuple[str, tuple[str, ...]]:
    """What addresses have in common that differ in a thing or a value only."""
    parts = urlsplit(address)
    return route_of(address), tuple(sorted(name for name, _value in parse_qsl(parts.query)))


def crawl(client: Client, start: str = "/") -> Iterator[tuple[str, Any, Page]]:
    """Every page that links lead to from the start: its address, the answer, what it offers."""
    todo, seen, opened = [start], {start}, dict[Any, int]()
    while todo:
        address = todo.pop(0)
        answered = client.get(address)
        page = page_of(address, answered)
        yield address, answered, page
        location = [urljoin(address, answered.headers["Location"])] if "Location" in answered.headers else []
        filters = [f"{form.action.partition('?')[0]}?{_query(form)}" for form in page.forms if form.method == "get"]
        for link in (*location, *page.links, *filters):
            inside = link.startswith("/") and not link.startswith(("//", "/static/"))
            if not inside or link in seen or opened.get(alike(link), 0) >= ALIKE:
                continue
            seen.add(link)
            opened[alike(link)] = opened.get(alike(link), 0) + 1
            todo.append(link)


def _query(form: Form) -> str:
    return "&".join(f"{name}={value}" for name, value in form.fields if value and value != "because")


def state() -> dict[str, Any]:
    """Every row of every table of ours, by table: what an act may change."""
    models = [model for model in apps.get_models() if model.__module__.startswith("arusha.")]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


class Attempt:
    """A request whose effects are looked at and taken back."""

    def __init__(self, client: Client, before: dict[str, Any]) -> None:
        self.client, self.before = client, before
        self.answers: list[Any] = []
        self.changed: set[str] = set()
        self.entries: list[Entry] = []
        self._wrote = False

    def send(self, form: Form, once: str) -> "Attempt":
        """Send a form, go where the answer leads, and note what it changed."""
        cookies = copy(self.client.cookies)
        try:
            with transaction.atomic(), connection.execute_wrapper(self._watch):
                if form.method == "post":
                    answered = self.client.post(form.action, form.data(once))
                else:
                    answered = self.client.get(form.action)
                self._keep(answered)
                if self._wrote:
                    self._compare()
                if answered.status_code in (301, 302, 303) and answered.headers["Location"].startswith("/"):
                    self._keep(self.client.get(answered.headers["Location"]))
                transaction.set_rollback(True)
        finally:
            self.client.cookies = cookies
        return self

    def _keep(self, answered: Any) -> None:
        body_of(answered)
        self.answers.append(answered)

    def _watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Whatever is no question may have written; only then are the tables compared."""
        self._wrote |= sql.split(None, 1)[0].upper() not in QUESTIONS
        return execute(sql, params, many, context)

    def _compare(self) -> None:
        after = state()
        last = max((row[0] for row in self.before["journal.Entry"]), default=0)
        self.entries = list(Entry.objects.filter(seq__gt=last).order_by("seq"))
        self.changed = {name for name in after if after[name] != self.before[name]}


def swapped(form: Form, others: dict[str, list[str]]) -> Iterator[Form]:
    """The form with the ids of other things in the place of its own, wherever it names one."""
    left = SWAPS
    for found in sorted(set(UUID.findall(form.action)) | {v for _n, v in form.fields if UUID.fullmatch(v)}):
        for ids in others.values():
            for other in ids if found in ids else ():
                if other != found and left:
                    left -= 1
                    fields = tuple((name, value.replace(found, other)) for name, value in form.fields)
                    yield Form(form.action.replace(found, other), form.method, fields, form.files)
