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
from arusha.lib.seal.tests.journals import OTHER_KEY, body, journal, keep, signed
from arusha.lib.seal.verify_journal import main

SOURCE = Path(verify_journal.__file__)
TORN = "no newline at its end: the writing stopped half-way, or the file was cut; this line was left out"


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


def test_it_runs_alone(export: Path, kept: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    alone = shutil.copy(SOURCE, tmp_path_factory.mktemp("alone"))
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", alone, export, *kept], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("OK  52 entries, 50 of them under 5 links examined\n")
    (export / "entries.jsonl").unlink()
    run = subprocess.run([sys.executable, "-I", alone, export, *kept], check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("UNREADABLE  [Errno 2] No such file or directory")


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
            ["entry 17: not the bytes that were written: line 17"],
        ),
        (
            edit("entries.jsonl", lambda b: b.replace(body(17) + b"\n", b"")),
            ["entry 17: entries 17 to 17 were removed: line 17 holds entry 18"],
        ),
        (edit("entries.jsonl", lambda b: b[:-1]), [f"entries.jsonl, line 52: {TORN}"]),
        (edit("entries.jsonl", lambda b: b + b'{"act":"gi'), [f"entries.jsonl, line 53: {TORN}"]),
        (
            edit("entries.jsonl", cut_inside_line_37),
            [
                f"entries.jsonl, line 37: {TORN}",
                "link 4: it covers entries 31 to 40, but the export ends after entry 36",
                "checkpoint: the record was cut: the checkpoint vouches for 50 entries, the export holds 36",
            ],
        ),
        (
            edit("links.jsonl", lambda b: b[:-1]),
            [
                f"links.jsonl, line 5: {TORN}",
                "checkpoint: links were dropped: the checkpoint vouches for link 5, the chain here ends at link 4",
            ],
        ),
        (
            edit("entries.jsonl", lambda b: b.replace(body(13) + b"\n", body(13) + b"\n\n")),
            ["entry 14: lines 14 to 14 were inserted: entry 14 stands on line 15"],
        ),
        (
            empty,
            ["checkpoint: the record was cut: the checkpoint vouches for 50 entries, the export holds 0"],
        ),
    ],
)
def test_what_a_damaged_export_says(
    damage: Callable[[Path], None],
    broken: list[str],
    export: Path,
    kept: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(export)
    assert main([str(export), *kept]) == 1
    said = capsys.readouterr()
    assert [line[8:] for line in said.out.splitlines() if line.startswith("BROKEN  ")] == broken
    assert "\nNOT OK  " in said.out
    assert said.err == ""


def test_line_ends_changed_by_an_editor(export: Path, kept: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    edit("entries.jsonl", lambda b: b.replace(b"\n", b"\r\n"))(export)
    assert main([str(export), *kept]) == 1
    assert capsys.readouterr().out.startswith("BROKEN  entry 1: not the bytes that were written: line 1\n")


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
    says = "BROKEN  checkpoint: it was signed by another key: it names "
    assert capsys.readouterr().out.startswith(says)


def test_what_can_not_be_read_decides_nothing(
    export: Path, kept: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    key = Path(kept[3])
    for pem, says in (
        (b"nothing", f"UNREADABLE  {key} is not a public key in PEM: "),
        (
            curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            f"UNREADABLE  {key} holds a key of another kind than Ed25519\n",
        ),
    ):
        key.write_bytes(pem)
        assert main([str(export), *kept]) == 2
        assert capsys.readouterr().err.startswith(says)
    Path(kept[1]).unlink()
    assert main([str(export), *kept]) == 2
