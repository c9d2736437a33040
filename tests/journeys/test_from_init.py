"""From an empty machine: install, add people, load one's own data, judge a finding, verify the journal from outside.

One errand in the order of the file: each step stands on the ones before it.
"""

import csv
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from tests.support.chromium import assert_accessible, change_password, reading, sign_out
from tests.support.program import ROOT, Program
from tests.support.without_demonstration import without_demonstration

pytestmark = pytest.mark.journey

AIRPORT = ROOT.parent / "shared" / "data" / "airport-waits"


@dataclass(frozen=True)
class Officer:
    """Someone who is added: with the first password, which the administrator knows, and then one of their own."""

    name: str = "Amina Juma"
    username: str = "amina"
    first: str = "until the first sign-in"
    own: str = "words that only I know"


OFFICER = Officer()
REASON = "They share a lift to work: the employer's list shows it"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The program without its demonstration pack, on a machine where nothing is installed."""
    return without_demonstration(tmp_path_factory.mktemp("from-init"))


@pytest.fixture(scope="module")
def world(program):
    """Files as an administration has them: a small year at the border."""
    program.run("synth", "border-year", "--rows", 30_000, "--seed", 3, "--out", program.folder / "world")
    return program.folder / "world" / "data"


@pytest.fixture(scope="module")
def password(program):
    """The program is installed; the first administrator's password, told once."""
    refused = program.run("serve", "--port", 1, code=2)
    assert "Nothing is installed" in refused.aside and "arusha init" in refused.aside
    said = program.run("init", "--zone", "Africa/Nairobi").said
    assert (program.folder / "keys").stat().st_mode & 0o077 == 0
    told = re.search(r"Sign in as administrator with the password (\S+)", said)
    assert told is not None, said
    return told[1]


@pytest.fixture(scope="module")
def site(program, password):
    """The installation, served and read in a browser."""
    with program.served() as address, reading(address) as site:
        yield site


def test_the_demonstration_is_not_part_of_it(program):
    said = program.run("demo", code=2).aside
    assert "not part of this installation" in said and "arusha init" in said
    assert not program.home.exists()


def test_detect_on_files_of_ones_own_needs_no_installation(program, world, tmp_path):
    lone = Program(tmp_path / "nothing", program.tree, program.kernels)
    hits = tmp_path / "hits.parquet"
    given = ("--input", f"crossings={world / 'crossings.parquet'}")
    said = lone.run("detect", "co-travel", *given, "--out", hits, without=("ARUSHA_HOME", "ARUSHA_KEYS")).said
    found = pq.read_table(hits)
    assert f"co-travel: {found.num_rows:,} hits" in said and found.num_rows > 10
    assert {"hit_id", "kind", "subjects", "group_id", "support", "expected", "p_value", "q_value"} <= set(
        found.column_names
    )
    assert min(map(len, found["subjects"].to_pylist())) >= 2 and max(found["q_value"].to_pylist()) <= 0.05
    assert list(lone.folder.iterdir()) == []


def test_a_unit_a_person_and_an_account(site, password):
    page = site.sign_in("administrator", password)
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="People").click()
    page.get_by_role("button", name="Units").click()
    page.get_by_role("button", name="Add a unit").click()
    expect(page.get_by_label("Time zone")).to_have_value("Africa/Nairobi")
    assert_accessible(page)
    page.get_by_label("Code").fill("INT")
    page.get_by_label("Name").fill("Integrity office")
    page.get_by_label("Part of").select_option("HQ")
    page.get_by_role("button", name="Add the unit").click()
    expect(page.get_by_role("alert")).to_contain_text("The unit is added.")
    add_officer(page)
    expect(page.get_by_role("alert")).to_contain_text("The account is open.")
    assert page.request.get("/findings/").status == 403
    sign_out(page)
    assert page.request.get("/people/", max_redirects=0).status == 302


def test_the_first_password_is_changed_before_anything_else(site):
    page = site.sign_in(OFFICER.username, OFFICER.first)
    expect(page.get_by_role("heading", name="Change my password")).to_be_visible()
    change_password(page, OFFICER.first, OFFICER.own)
    page.goto("/")
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    sign_out(page)
    page.locator("#id_username").fill(OFFICER.username)
    page.locator("#id_password").fill(OFFICER.first)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("This name and password do not go together.")


def add_officer(page):
    """Add a person with the role of integrity officer and an account."""
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="People").click()
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name").fill(OFFICER.name)
    page.get_by_label("Unit").select_option("INT")
    page.get_by_label("Post", exact=True).fill("Integrity officer")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_role("heading", name=OFFICER.name)).to_be_visible()
    page.get_by_role("button", name="Give a role").click()
    page.get_by_label("Integrity officer").check()
    page.get_by_role("button", name="Give the role").click()
    expect(page.get_by_role("alert")).to_contain_text("The role is given.")
    page.get_by_role("button", name="Open an account").click()
    page.get_by_label("Sign-in name").fill(OFFICER.username)
    page.get_by_label("Password", exact=True).fill(OFFICER.first)
    page.get_by_label("The same password again").fill(OFFICER.first)
    page.get_by_role("button", name="Open the account").click()


@pytest.mark.system("W1", "W2")
def test_data_of_ones_own_is_received_and_watched_while_pages_are_served(site, program, world):
    for dataset in ("codes", "crossings", "roster", "households"):
        rows = pq.read_metadata(world / f"{dataset}.parquet").num_rows
        said = program.run("receive", dataset, world / f"{dataset}.parquet").said
        assert f"{dataset}: {rows:,} rows received: {rows:,} accepted, 0 set aside, 0 duplicates" in said
    again = program.run("receive", "households", world / "households.parquet").said
    assert "Already received" in again and "nothing changed" in again, again
    said = program.run("watch").said
    assert re.search(r"^co-travel: (\d+) hits, \1 new findings", said, re.MULTILINE), said
    assert re.search(r"^duty-association: [1-9]", said, re.MULTILINE), said
    assert program.run("watch").said.count("nothing new received since the last run") == 2


@pytest.mark.system("W8")
def test_the_mean_wait_of_ohare(site, program):
    files, (mean, hours, passengers) = airport_files(program.folder)
    ports = program.folder / "ports.csv"
    ports.write_text("list,code,name\nports,ORD,Chicago O'Hare\n")
    program.run("receive", "codes", ports)
    for file in files:
        said = program.run("receive", "waiting", file, "--mapping", "us-cbp-airport-waits").said
        assert ", 0 set aside, 0 duplicates" in said, said
    said = program.run("waiting", "mean").said
    assert all(text in said for text in (f"{mean:.2f}", f"{hours:,}", f"{passengers:,}")), said
    page = site.sign_in(OFFICER.username, OFFICER.own)
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Waiting times").click()
    stat = page.locator(".ar-stat", has_text="Mean wait, weighted by passengers").locator(".ar-stat__value")
    expect(stat).to_have_text(f"{mean:.2f} minutes")
    for label, count in (("Hours", hours), ("Passengers", passengers)):
        stat = page.locator(".ar-stat").filter(has=page.get_by_text(label, exact=True))
        expect(stat.locator(".ar-stat__value")).to_have_text(f"{count:,}")


def airport_files(folder):
    """The four files of O'Hare with what is known of them, or where they are absent a small one of the same form."""
    files = sorted(AIRPORT.glob("cbp_awt_ORD-*.csv"))
    if files:
        assert len(files) == 4
        return files, (16.65, 27_295, 21_348_758)
    header = "airport,terminal,date,hour,us_avg_wait,us_max_wait,non_us_avg_wait,non_us_max_wait,all_avg_wait,"
    header += "all_max_wait,all_n_0..15,all_n_16..30,all_n_31..45,all_n_46..60,all_n_61..90,all_n_91..120,"
    header += "all_n_120..,all_excluded,all_total,all_flights,all_booths"
    file = folder / "waits.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(header.split(","))
        rows.writerow(
            ["ORD", "Terminal 5", "2016-01-01", "0400 - 0500", *(9, 20, 11, 20, 10, 20), 99, *[0] * 6, 1, 100, 1, 6]
        )
        rows.writerow(
            ["ORD", "Terminal 5", "2016-01-01", "0500 - 0600", *(19, 30, 21, 30, 20, 30), 0, 49, *[0] * 5, 1, 50, 1, 6]
        )
    return [file], ((10 * 100 + 20 * 50) / 150, 2, 150)


@pytest.mark.system("W1", "W2")
def test_a_finding_is_disposed_of_with_a_reason(site, program):
    page = site.sign_in(OFFICER.username, OFFICER.own)
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Inbox").click()
    link = page.get_by_role("main").get_by_role("row").nth(1).get_by_role("link")
    number = link.inner_text()
    link.click()
    page.get_by_label("Explained: there is an ordinary reason").check()
    page.get_by_role("main").get_by_role("button", name="Dispose of it").last.click()
    expect(page.get_by_role("alert")).to_contain_text("This field is required.")
    page.get_by_label("Explained: there is an ordinary reason").check()
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_role("main").get_by_role("button", name="Dispose of it").last.click()
    expect(page.get_by_role("alert")).to_contain_text("The finding is disposed of.")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Inbox").click()
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    assert page.get_by_role("main").get_by_role("row").count() > 5
    assert number not in page.get_by_role("main").inner_text()
    assert number in program.run("findings", "--state", "explained").said
    assert number not in program.run("findings", "--first", 200).said


def test_the_journal_is_verified_from_outside(program, password, tmp_path):
    kept, exported = tmp_path / "elsewhere" / "checkpoint.json", tmp_path / "exported"
    said = program.run("journal", "checkpoint", "--out", kept).said
    count = re.search(r"Checkpoint over ([\d,]+) entries", said)
    assert count is not None, said
    program.run("journal", "export", exported)
    key = shutil.copy(exported / "journal.pub.pem", kept.parent)
    whole = verified(exported, kept, key)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert f"vouches for {count[1]} entries" in whole.stdout
    assert REASON.encode() not in (exported / "entries.jsonl").read_bytes()
    line = alter_a_byte(exported / "entries.jsonl")
    broken = verified(exported, kept, key)
    assert broken.returncode == 1, broken.stdout + broken.stderr
    assert re.search(rf"\b{line}\b", broken.stdout + broken.stderr), broken.stdout + broken.stderr


def verified(exported: Path, checkpoint: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """What the exported verifier says, run by a Python that knows nothing of the program."""
    command = [
        sys.executable,
        "-I",
        str(exported / "verify_journal.py"),
        str(exported),
        "--checkpoint",
        str(checkpoint),
    ]
    return subprocess.run([*command, "--public-key", str(key)], capture_output=True, text=True, cwd=exported.parent)


def alter_a_byte(entries: Path) -> int:
    """Change one letter of the middle entry; its line, counted from one."""
    lines = entries.read_bytes().split(b"\n")
    middle = len(lines) // 2
    assert b'"about":"' in lines[middle]
    lines[middle] = lines[middle].replace(b'"about":"', b'"About":"', 1)
    entries.write_bytes(b"\n".join(lines))
    return middle + 1
