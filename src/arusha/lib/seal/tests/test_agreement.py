"""The verifier that outsiders read and the diagnosis of the program never differ on whether a journal is whole.

`examine` in journals.py asserts the same for each corruption of test_diagnose.py, also those that Hypothesis finds.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.seal.tests.damages import ENTRIES, LINKS, NOT_LINKS, Damage
from arusha.lib.seal.tests.journals import (
    OTHER_KEY,
    Journal,
    examine,
    journal,
    keep,
    said_alone,
    signed,
    signed_as,
)
from arusha.lib.seal.verify_journal import main


def replaced(line: bytes) -> Damage:
    def damage(j: Journal) -> None:
        j.links[2] = line

    return damage


def cut(bodies: int, links: int) -> Damage:
    def damage(j: Journal) -> None:
        del j.bodies[bodies:], j.links[links:]

    return damage


def rewrite(j: Journal) -> None:
    forged = journal(act="gift.returned")
    j.bodies, j.links, j.digests = forged.bodies, forged.links, forged.digests


WHOLE, CHAIN = signed(journal().chain[4]), journal().chain
DAMAGES = [
    *(case[0] for case in (*ENTRIES, *LINKS)),
    *map(replaced, NOT_LINKS),
    *(cut(bodies, bodies // 10) for bodies in (0, 30, 36, 49)),
    cut(50, 3),
    rewrite,
]
CHECKPOINTS = {
    "of all": WHOLE,
    "of the first half": signed(CHAIN[1]),
    "by another key": signed(CHAIN[4], OTHER_KEY),
    "altered": WHOLE.replace(b'"last_seq": 50', b'"last_seq": 40'),
    "that contradicts itself": signed_as(last_seq=40),
    "of nothing": signed_as(link=0, last_seq=0),
}


@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_both_call_the_same_journals_broken(damage: Damage, checkpoint: str, tmp_path: Path) -> None:
    j = journal()
    damage(j)
    held = CHECKPOINTS[checkpoint]
    for named in (True, False):
        report = examine(j, held, named)
        assert report.ok == (said_alone(j, held, named) is None)
    if checkpoint == "of all":
        assert not report.ok
    assert main([str(j.write(tmp_path)), *keep(tmp_path, held)]) == (0 if report.ok else 1)


@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
def test_both_call_a_whole_journal_whole(checkpoint: str) -> None:
    good = checkpoint.startswith("of ")
    assert examine(journal(unchained=3), CHECKPOINTS[checkpoint]).ok == good


@settings(deadline=None)
@given(st.data())
def test_both_agree_on_any_mixture_of_damages(data: st.DataObject) -> None:
    j = journal(unchained=3)
    for damage in data.draw(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=4)):
        try:
            damage(j)
        except IndexError:  # what it would damage has been cut off
            continue
    examine(j, data.draw(st.sampled_from([None, *CHECKPOINTS.values()])), data.draw(st.booleans()))


@pytest.mark.parametrize("name", [b"count", b"first_seq", b"number"])
@pytest.mark.parametrize("other", [b"true", b"1.0", b'"1"', b"1e0", b"01"])
def test_both_refuse_a_number_that_only_equals_what_it_should_be(name: bytes, other: bytes) -> None:
    j = journal((1, 1))
    j.links[0] = j.links[0].replace(b'"' + name + b'":1', b'"' + name + b'":' + other)
    assert other in j.links[0]
    assert not examine(j).ok


@settings(deadline=None)
@given(st.data())
def test_both_agree_on_links_with_any_bytes_replaced(data: st.DataObject) -> None:
    j = journal((1, 2))
    n = data.draw(st.integers(0, 1))
    start = data.draw(st.integers(0, len(j.links[n])))
    end = data.draw(st.integers(start, min(start + 4, len(j.links[n]))))
    other = data.draw(st.one_of(st.binary(max_size=4), st.sampled_from([b"true", b"1.0", b" ", b"A", b'"1"', b"01"])))
    changed = j.links[n][:start] + other + j.links[n][end:]
    if changed != j.links[n]:
        j.links[n] = changed
        assert not examine(j).ok
