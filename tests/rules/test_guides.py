"""The guides are followed to the letter: a stranger's detector in one new folder, nothing else edited."""

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

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
