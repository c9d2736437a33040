"""The guides are followed to the letter: a stranger's detector in one new folder, an installation run for real."""

import io
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest
import yaml

from tests.support.program import free_port

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (GUIDES / guide).read_text(), re.DOTALL)


@pytest.fixture
def house(tmp_path):
    """A copy of the source with the guide's folder in it, and a way to run its command."""
    package = tmp_path / "src" / "arusha"
    shutil.copytree(ROOT / "src" / "arusha", package, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    detect, capability = blocks("write-a-detector.md", "python")
    folder = package / "rooms" / "watch" / "night_owls"
    (folder / "words").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "detect.py").write_text(detect)
    (folder / "capability.py").write_text(capability)
    (sentence,) = blocks("write-a-detector.md", "po")
    (folder / "words" / "en.po").write_text(sentence)
    env = {**os.environ, "PYTHONPATH": str(package.parent), "ARUSHA_HOME": str(tmp_path / "home")}
    env["ARUSHA_KEYS"] = str(tmp_path / "keys")

    def arusha(*arguments: str, module: str = "arusha.conf.cli") -> str:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    return arusha


@pytest.mark.slow
def test_a_detector_written_by_the_guide_finds_what_it_looks_for(house, tmp_path):
    from arusha.lib.synth import make

    crossings = make("border-year", 30_000, 3).tables["crossings"]
    pq.write_table(crossings, tmp_path / "crossings.parquet")
    assert "night-owls" in house("detector", "list") and "night-shift-workers" in house(
        "detector", "show", "night-owls"
    )
    house("detect", "night-owls", "--input", "crossings=crossings.parquet", "--set", "least=8", "--out", "hits.parquet")
    hits = pq.read_table(tmp_path / "hits.parquet").to_pylist()
    assert hits and all(hit["support"] > 1.5 * hit["expected"] for hit in hits)
    house(module="arusha.conf.wording")
    house("init")
    house("receive", "crossings", "crossings.parquet")
    assert "night-owls" in house("watch", "night-owls")
    assert "crossings were at night" in house("findings")


def test_the_guides_mapping_reads_and_maps(tmp_path):
    from arusha.lib.intake import Lake, parse_mapping, receive
    from tests.support.fixtures import NOW

    (mapping,) = blocks("load-your-own-data.md", "yaml")
    assert yaml.safe_load(mapping)["dataset"] == "crossings"
    file = tmp_path / "extract.csv"
    text = "Reisender;Ort;Richtung;Zeit;Spur;Bemerkung\n7f3a;Nordbrücke;E;05.01.2026 10:12;-;x\n"
    file.write_text(text, "windows-1252")
    receipt = receive(Lake(tmp_path), file, parse_mapping(mapping, "guide"), at=NOW)
    (row,) = Lake(tmp_path).read("crossings").data.to_pylist()
    assert receipt.manifest.accepted == 1 and receipt.manifest.not_taken == ()
    assert (row["port_code"], row["direction"], row["lane"]) == ("P01", "in", None)
    assert row["crossed_at"].isoformat() == "2026-01-05T07:12:00+00:00"


def test_the_guides_plain_file_is_received(tmp_path):
    from arusha.lib.datasets import DATASETS
    from arusha.lib.intake import Lake, Plan, receive
    from tests.support.fixtures import NOW

    (text,) = blocks("load-your-own-data.md", "csv")
    (tmp_path / "crossings.csv").write_text(text)
    assert (
        receive(Lake(tmp_path), tmp_path / "crossings.csv", Plan(DATASETS["crossings"]), at=NOW).manifest.accepted == 1
    )


def test_the_guides_program_reads_every_finding(client, someone, monkeypatch, capsys):
    from arusha.conf import clock
    from arusha.core.journal.acts import Act
    from arusha.core.people import people, tokens
    from arusha.core.people.roles import System
    from arusha.flow.inbox.tests.seen import group, see
    from tests.support.fixtures import NOW

    actor = someone("integrity-officer")
    people.open_account(actor.person, "guide", "long-enough-pass-1", act=Act(by=System("test"), at=NOW))
    text, digest = tokens.fresh()
    tokens.make_token(actor.person, "guide", ["findings:read"], NOW.date(), digest, act=Act(by=actor, at=NOW))
    for n in range(3):
        see(group(f"T-{n}a", f"T-{n}b"))

    def opened(asked):
        address = asked.full_url.removeprefix("https://arusha.test")
        return io.BytesIO(client.get(address, headers=dict(asked.header_items())).content)

    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("urllib.request.urlopen", opened)
    monkeypatch.setitem(os.environ, "ARUSHA", "https://arusha.test")
    monkeypatch.setitem(os.environ, "TOKEN", text)
    (program,) = blocks("use-the-api.md", "python")
    exec(compile(program.replace("limit=100", "limit=2"), "guide", "exec"), {})
    told = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert told == ["F-1001-4", "F-1002-2", "F-1003-9"]


def section(guide: str, title: str) -> str:
    """The commands below a heading that begins so."""
    (text,) = re.findall(
        rf"^## {re.escape(title)}.*?\n(.*?)(?=^## |\Z)", (GUIDES / guide).read_text(), re.DOTALL | re.M
    )
    return "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))


@pytest.fixture
def machines(tmp_path):
    """Two machines, each with a PostgreSQL that asks for passwords."""
    from tests.support import postgres
    from tests.support.machine import Machine

    with ExitStack() as stack:
        made = []
        for name in ("one", "another"):
            port = free_port()
            socket = stack.enter_context(postgres.running(port=port))
            made.append(Machine(tmp_path / name, socket, port))
            stack.callback(made[-1].stopped)
        yield made


OLDER = "from arusha.conf.tests.test_upgrading import BACK; exec(BACK)"


@pytest.mark.slow
@pytest.mark.postgresql
def test_run_it_for_real_is_followed_from_nothing_to_a_restore_and_an_upgrade(machines):
    one, another = machines
    guide = "run-it-for-real.md"
    for title in ("1.", "2.", "3."):
        one.run(section(guide, title))
    said = one.run(section(guide, "4."))
    (password,) = re.findall(r"Sign in as administrator with the password (\S+)", said)
    assert "FAULT" not in said and "served by a role that may only add to the journal" in said
    elsewhere = one.folder / "elsewhere"
    elsewhere.mkdir()
    identity, keys_kept = section(guide, "5.").split("\n\n")
    (recipient,) = set(re.findall(r"age1\w+", one.run(f"cd {elsewhere}\n{identity}")))
    settings = one.folder / "etc/arusha/arusha.env"
    settings.write_text(settings.read_text().replace('BACKUP_TO=""', f'BACKUP_TO="{recipient}"'))
    one.run(keys_kept)
    assert "FAULT" not in one.run(section(guide, "6."))
    one.run(section(guide, "7."))
    assert signs_in(one.port, "administrator", password) == 302
    assert signs_in(one.port, "administrator", "another") == 400
    one.run("sudo arusha worker --once")
    for title in ("1.", "2.", "3."):
        another.run(section(guide, title))
    brought = another.folder / "srv/arusha/brought"
    shutil.copytree(one.folder / "srv/arusha/backups", brought)
    shutil.copy(elsewhere / "identity.txt", brought)
    said = another.run(section(guide, "9."))
    assert "FAULT" not in said and "Vouched for by the checkpoint" in said
    another.run("sudo arusha worker --once")
    wrong_password(one)
    stop, *rest = section(guide, "10.").strip().splitlines()
    one.run(stop)
    older = f"set -a; . /etc/arusha/arusha.env; PGPASSWORD=$(cat /etc/arusha/owner.password) python -c '{OLDER}'"
    one.run(older)
    said = one.run("\n".join(rest))
    assert "migration(s) made" in said and "notices.0001_initial" in said and "FAULT" not in said
    assert signs_in(one.port, "administrator", password) == 302
    assert len(list((one.folder / "srv/arusha/backups").glob("data-*.age"))) == 2


def wrong_password(machine):
    """Doctor says so, and what to do."""
    file = machine.folder / "etc/arusha/database.password"
    before = file.read_text()
    file.write_text("another")
    said = " ".join(machine.run("sudo arusha doctor", code=1).split())
    assert 'password authentication failed for user "arusha_web"' in said
    assert "put the password of arusha_web into its file" in said
    file.write_text(before)


def signs_in(port: int, name: str, password: str) -> int:
    """The status that somebody gets who signs in through the proxy."""
    import http.client

    told = {"Host": "arusha.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        return _signs_in(connection, told, {"username": name, "password": password})


def _signs_in(connection, told, said):
    connection.request("GET", "/sign-in/", headers=told)
    answer = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    told |= {"Cookie": cookie.partition(";")[0], "Origin": "https://arusha.example.org"}
    told |= {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"csrfmiddlewaretoken": token, **said})
    connection.request("POST", "/sign-in/", body, told)
    answer = connection.getresponse()
    answer.read()
    assert answer.status != 302 or all("Secure" in value for value in answer.headers.get_all("Set-Cookie"))
    return answer.status


def test_what_is_deployed_runs_what_there_is():
    from arusha.conf.cli import build

    known = {command.name or command.callback.__name__ for command in build().registered_commands}
    known |= {group.name for group in build().registered_groups}
    for file in sorted((ROOT / "deploy").iterdir()):
        text = file.read_text()
        for word in re.findall(r"\.venv/bin/arusha (\w+)", text):
            assert word in known, (file.name, word)
        for path in re.findall(r"/opt/arusha/((?:deploy|docs)/[\w./-]+)", text):
            assert (ROOT / path).exists(), (file.name, path)
    container = (ROOT / "deploy" / "Containerfile").read_text()
    (entry,) = re.findall(r'^CMD \["(\w+)"', container, re.MULTILINE)
    assert entry in known and "setup:" in (ROOT / "Makefile").read_text()
    hardened = list((ROOT / "deploy").glob("*.service"))
    for file in hardened:
        text = file.read_text()
        for line in ("User=arusha", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
            assert re.search(rf"^{line}$", text, re.MULTILINE), (file.name, line)
    assert {file.stem for file in hardened} == {"arusha-web", "arusha-worker", "arusha-backup"}
    for file in ("Caddyfile", "nginx.conf"):
        assert "127.0.0.1:8000" in (ROOT / "deploy" / file).read_text()
    assert "--port 8000" in (ROOT / "deploy" / "arusha-web.service").read_text()
