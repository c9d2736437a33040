"""A day of a whole installation, and what the program wrote of it meanwhile: nothing that is about anybody."""

import json
import re
import sqlite3
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pyarrow.parquet as pq
import pytest

pytestmark = [pytest.mark.journey, pytest.mark.slow]
REASON, FILE_NAME, NOTE = "reason-given-on-the-day", "name-of-the-file.pdf", "words-of-the-note"
WRONG_NAME = "mistyped-account"
BOUNDARY = "0123456789boundary"


class Reader:
    """Someone with a browser that runs nothing."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.html = ""

    def go(self, path: str, data: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> int:
        headers = {"Content-Type": kind, "Referer": f"{self.address}{path}"}
        request = Request(f"{self.address}{path}", data, headers if data is not None else {})
        try:
            with self.opener.open(request, timeout=60) as answer:
                self.html, self.at = answer.read().decode(), answer.url.removeprefix(self.address)
                return answer.status
        except HTTPError as refused:
            self.html = refused.read().decode()
            return refused.code

    def field(self, name: str, within: str = "") -> str:
        part = self.html[self.html.index(within) :] if within else self.html
        return re.search(rf'name="{name}"[^>]*value="([^"]*)"', part)[1]

    def send(self, path: str, **fields: str) -> int:
        return self.go(path, urlencode({"csrfmiddlewaretoken": self.field("csrfmiddlewaretoken")} | fields).encode())

    def sign_in(self, name: str, password: str) -> int:
        self.go("/sign-in/")
        return self.send("/sign-in/", username=name, password=password, next="/")

    def offer(self, do: str) -> dict[str, str]:
        """The hidden fields of an act's form."""
        at = self.html.index(f'value="{do}"')
        part = self.html[self.html.rfind("<form", 0, at) : self.html.index("</form>", at)]
        return {"do": do, "once": re.search(r'name="once"[^>]*value="([^"]*)"', part)[1]}

    def upload(self, path: str, **fields: str) -> int:
        parts = {"csrfmiddlewaretoken": self.field("csrfmiddlewaretoken")} | fields
        body = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in parts.items()
        )
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{FILE_NAME}"\r\n\r\n'
        whole = f"{body}{head}%PDF-1.7 x\r\n--{BOUNDARY}--\r\n".encode()
        return self.go(path, whole, f"multipart/form-data; boundary={BOUNDARY}")


def a_day(address: str, demonstration, database) -> None:
    assert Reader(address).sign_in(WRONG_NAME, "x" * 12) == 400
    for _ in range(6):  # until the name is locked out
        locked = Reader(address).sign_in("auditor", f"{REASON}-typed-as-password")
    assert locked == 429
    reader = Reader(address)
    assert reader.sign_in("integrity", demonstration.password) == 200
    assert reader.go(f"/findings/?{urlencode({'q': NOTE})}") == 200
    reader.go("/findings/")
    finding = re.search(r"/findings/([0-9a-f-]{36})/", reader.html)[1]
    assert reader.go(f"/cases/new/?finding={finding}") == 200
    told = {"title": "A title of the day", "why": REASON, "do": "open", "once": reader.field("once")}
    assert reader.send(f"/cases/new/?finding={finding}", **told) == 200
    case = reader.at.partition("#")[0]
    assert reader.send(case, text=NOTE, **reader.offer("note")) == 200 and NOTE in reader.html
    assert reader.upload(case, what=NOTE, **reader.offer("file")) == 200 and FILE_NAME in reader.html
    assert reader.go(f"/{NOTE}/") == 404 and reader.go(f"/cases/{'0' * 8}-0000-7000-8000-{'0' * 12}/") == 404
    database("ALTER TABLE cases_casenote RENAME TO aside")
    assert reader.go(case) == 500 and NOTE not in reader.html
    database("ALTER TABLE aside RENAME TO cases_casenote")
    assert reader.go(case) == 200


def known_of_people(program) -> set[str]:
    """Everything in the data that names or describes somebody."""
    with sqlite3.connect(program.home / "arusha.sqlite3") as database:
        columns = ("name FROM people_person", "username FROM people_account", "staff_number FROM people_person")
        found = {text for column in columns for (text,) in database.execute(f"SELECT {column}") if text}
        found |= {text for (text,) in database.execute("SELECT ref FROM inbox_findingsubject")}
        found |= {text for (text,) in database.execute("SELECT id FROM people_person")}
    (rows,) = (program.home / "lake" / "crossings").glob("*/rows.parquet")
    found |= set(pq.read_table(rows, columns=["person_token"])["person_token"].to_pylist())
    found |= {path.name for path in (program.home / "evidence").rglob("*") if path.is_file()}
    # Words that the program itself is made of are no names: `officer` is a role's as well as a demonstration's account.
    own = {"officer", "integrity", "investigator", "analyst", "auditor", "director", "administrator"}
    return found - own | {REASON, FILE_NAME, NOTE, WRONG_NAME, "A title of the day", "127.0.0.1"}


def test_what_is_written_meanwhile_is_of_nobody(demonstration):
    program = demonstration.program

    def by_hand(statement: str) -> None:
        with sqlite3.connect(program.home / "arusha.sqlite3", timeout=20) as database:
            database.execute(statement)

    with program.served() as address:
        a_day(address, demonstration, by_hand)
    told, _, rest = (program.folder / "serve.log").read_text().partition("\n")
    assert told.startswith("Serving http://127.0.0.1:")
    lines = [json.loads(line) for line in rest.splitlines()]
    words = set(re.findall(r"[\w.:@+-]+", rest))
    known = known_of_people(program)
    assert len(known) > 1000 and known & words == set()
    assert [text for text in known if " " in text and text in rest] == []
    assert not [
        text for text in (REASON, FILE_NAME, NOTE, WRONG_NAME, "127.0.0.1", str(program.folder)) if text in rest
    ]
    answered = [line for line in lines if line.get("event") == "answered"]
    assert {"cases/<uuid:pk>/", "cases/new/", "sign-in/", "unknown", "static"} >= {
        line["route"] for line in answered if line["status"] != 200
    } and {200, 302, 400, 404, 429, 500} <= {line["status"] for line in answered}
    (fault,) = [line for line in lines if line["level"] == "error"]
    assert fault["error"][-1] == "django.db.utils.OperationalError" and "flow/cases/showing.py" in str(fault["error"])
    assert fault["request"] in {line["request"] for line in answered if line["status"] == 500}
