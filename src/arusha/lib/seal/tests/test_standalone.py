"""The one file an auditor is given, run as they run it: copied somewhere else, with nothing of Arusha to import."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from arusha.lib.seal import verify_journal
from arusha.lib.seal.chain import entry_digest
from arusha.lib.seal.checkpoints import check, fingerprint
from arusha.lib.seal.tests.damages import Damage, copy, drop, insert, put, relink, swap
from arusha.lib.seal.tests.journals import AT, KEY, OTHER_KEY, body, journal, keep, said_alone, signed, signed_as
from arusha.lib.seal.verify_journal import main

FINGERPRINT = fingerprint(check(signed(journal().chain[4]), KEY.public_key()))
SOURCE = Path(verify_journal.__file__)
TORN = "no newline at its end: the file was cut there"
CLAIM = f"Checkpoint of {AT}, fingerprint {FINGERPRINT}: vouches for 50 entries\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return journal(unchained=2).write(tmp_path)


@pytest.fixture
def kept(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return keep(tmp_path_factory.mktemp("auditor"), signed(journal().chain[4]))


def test_it_imports_nothing_but_python_and_cryptography() -> None:
    tree = ast.walk(ast.parse(SOURCE.read_text()))
    names = set()
    for node in tree:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_can_be_read_in_ten_minutes() -> None:
    assert len(SOURCE.read_text().splitlines()) <= 130


def test_it_runs_alone(export: Path, kept: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    alone = shutil.copy(SOURCE, tmp_path_factory.mktemp("alone"))
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", alone, export, *kept], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == CLAIM + "OK  52 entries, 2 of them not chained yet: nothing here protects these\n"
    (export / "entries.jsonl").unlink()
    run = subprocess.run([sys.executable, "-I", alone, export, *kept], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, CLAIM)
    assert run.stderr.startswith("UNREADABLE  FileNotFoundError: [Errno 2] No such file or directory")


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return damage


def cut_inside_line_37(lines: bytes) -> bytes:
    return lines[: lines.index(b"\n" + body(37)) + 20]


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (
            edit("entries.jsonl", lambda b: b.replace(b'"seq":17,', b'"seq":71,')),
            "link 2, entries 11 to 20: line 17 is not entry 17 as it was written",
        ),
        (edit("entries.jsonl", lambda b: b[:-1]), f"entries.jsonl, line 52: {TORN}"),
        (edit("entries.jsonl", lambda b: b + b'{"act":"gi'), f"entries.jsonl, line 53: {TORN}"),
        (edit("entries.jsonl", cut_inside_line_37), f"entries.jsonl, line 37: {TORN}"),
        (edit("links.jsonl", lambda b: b[:-1]), f"links.jsonl, line 5: {TORN}"),
        (
            edit("entries.jsonl", lambda b: b.replace(body(13) + b"\n", body(13) + b"\n\n")),
            "link 2, entries 11 to 20: line 14 is not entry 14 as it was written",
        ),
        (
            edit("entries.jsonl", lambda b: b.replace(b"\n", b"\r\n")),
            "link 1, entries 1 to 10: line 1 is not entry 1 as it was written",
        ),
        (empty, "cut: the checkpoint vouches for 50 entries, the export holds 0 (0 chained)"),
    ],
)
def test_what_a_damaged_export_says(
    damage: Callable[[Path], None], broken: str, export: Path, kept: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    damage(export)
    assert main([str(export), *kept]) == 1
    assert capsys.readouterr() == (f"{CLAIM}BROKEN  {broken}\n", "")


UNTOLD = "at least one was altered, removed, inserted or moved; no fitting digests.bin tells which"


@pytest.mark.parametrize(
    ("damage", "link", "line"),
    [
        (put(1), "link 1, entries 1 to 10", 1),
        (put(13, 17, 48), "link 2, entries 11 to 20", 13),
        (put(50), "link 5, entries 41 to 50", 50),
        (copy(19, over=17), "link 2, entries 11 to 20", 17),
        (drop(17, 17), "link 2, entries 11 to 20", 17),
        (drop(20, 20), "link 2, entries 11 to 20", 20),
        (drop(45, 45), "link 5, entries 41 to 50", 45),
        (insert(20, b"{}", b"{}"), "link 2, entries 11 to 20", 20),
        (swap(20, 21), "link 2, entries 11 to 20", 20),
    ],
)
def test_the_first_line_that_is_wrong_is_named(damage: Damage, link: str, line: int) -> None:
    j = journal()
    damage(j)
    assert said_alone(j, signed(j.chain[4])) == f"{link}: line {line} is not entry {line} as it was written"
    if len(j.bodies) >= 50:
        assert said_alone(j, signed(j.chain[4]), named=False) == f"{link}: {UNTOLD}"


@pytest.mark.parametrize("how", ["cut", "made to fit", "made to point at entry 12"])
def test_stored_digests_that_do_not_fit_the_chain_are_not_believed(how: str) -> None:
    j = journal()
    put(17)(j)
    fitting = b"".join(entry_digest(line) for line in j.bodies)
    pointing = fitting[: 32 * 11] + bytes(32) + fitting[32 * 12 :]
    j.digests = {"cut": j.digests[: 32 * 15], "made to fit": fitting}.get(how, pointing)
    assert said_alone(j) == f"link 2, entries 11 to 20: {UNTOLD}"


@pytest.mark.parametrize(
    ("damage", "link", "first"),
    [
        (relink(1, rehash=True, previous=b"x" * 32), 1, 1),
        (relink(3, digest=b"x" * 32), 3, 21),
        (relink(3, hash=b"x" * 32), 3, 21),
        (relink(3, rehash=True, first_seq=22), 3, 21),
        (relink(3, rehash=True, count=65_537), 3, 21),
        (lambda j: j.links.pop(2), 3, 21),
        (lambda j: j.links.insert(2, j.links[1]), 3, 21),
    ],
)
def test_the_link_that_is_wrong_is_named(damage: Damage, link: int, first: int) -> None:
    j = journal()
    damage(j)
    says = f"link {link}, from entry {first} on: line {link} of links.jsonl is not the link due there"
    assert said_alone(j, signed(j.chain[4])) == says


def test_a_cut_journal() -> None:
    whole, j = journal(), journal()
    held = signed(whole.chain[4])
    drop(37, 50)(j)
    assert said_alone(j, held) == "link 4, entries 31 to 40: cut: the export ends after entry 36"
    del j.links[3:]
    assert said_alone(j, held) == "cut: the checkpoint vouches for 50 entries, the export holds 36 (30 chained)"
    j.bodies = whole.bodies
    assert said_alone(j, held) == "cut: the checkpoint vouches for 50 entries, the export holds 50 (30 chained)"
    assert said_alone(j, signed(whole.chain[2])) is None


def test_a_rewritten_journal() -> None:
    says = "link 5, entries 1 to 50: rewritten: the checkpoint has another hash or end here"
    assert said_alone(journal(act="gift.returned"), signed(journal().chain[4])) == says
    assert said_alone(journal(), signed_as(last_seq=40)) == says


def test_a_missing_or_a_spoilt_digests_file_does_not_matter_to_a_whole_journal(export: Path, kept: list[str]) -> None:
    (export / "digests.bin").write_bytes(b"spoilt")
    assert main([str(export), *kept]) == 0
    (export / "digests.bin").unlink()
    assert main([str(export), *kept]) == 0


def test_the_checkpoint_has_to_come_from_outside(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([str(export)])
    assert stopped.value.code == 2
    assert "the following arguments are required: --checkpoint, --public-key" in capsys.readouterr().err


def test_a_checkpoint_by_another_key(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = keep(tmp_path, signed(journal().chain[4], OTHER_KEY))
    assert main([str(export), *options]) == 1
    says = "BROKEN  checkpoint: altered after it was signed, or signed with another key than the one given\n"
    assert capsys.readouterr() == (says, "")


@pytest.mark.parametrize(
    ("checkpoint", "says"),
    [
        (b"", "JSONDecodeError: Expecting value"),
        (b"{}", "KeyError: 'signature'"),
        (b'{"signature":"zz"}', "ValueError: non-hexadecimal"),
        (signed_as(format="other/1"), "ValueError: it is not of the format arusha-checkpoint/1"),
        (signed_as(link="5"), "ValueError: it is not of the format arusha-checkpoint/1"),
        (signed_as(at="now\nOK  50 entries"), "ValueError: it is not of the format arusha-checkpoint/1"),
        (b'{"signature":"00","format":"\\ud800"}', "UnicodeEncodeError"),
        (b"[" * 100_000, "RecursionError"),
    ],
)
def test_an_unreadable_checkpoint_decides_nothing(
    checkpoint: bytes, says: str, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(export), *keep(tmp_path, checkpoint)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err[: 12 + len(says)]) == ("", f"UNREADABLE  {says}")


def test_what_can_not_be_read_decides_nothing(
    export: Path, kept: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = Path(kept[3])
    for pem, says in (
        (b"nothing", "UNREADABLE  ValueError: Unable to load PEM file"),
        (
            curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "UNREADABLE  AssertionError: the public key is of another kind than Ed25519\n",
        ),
    ):
        key.write_bytes(pem)
        assert main([str(export), *kept]) == 2
        assert capsys.readouterr().err.startswith(says)
    Path(kept[1]).unlink()
    assert main([str(export), *kept]) == 2
