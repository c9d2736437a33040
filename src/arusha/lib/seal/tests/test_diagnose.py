"""The diagnosis of a journal damaged in every way we could think of: each fault by kind, place and words."""

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.seal.chain import GENESIS, Link, entry_digest
from arusha.lib.seal.checkpoints import check, fingerprint
from arusha.lib.seal.diagnose import Fault, Report, describe, verify
from arusha.lib.seal.tests.damages import ENTRIES, LINKS, NOT_LINKS, Damage, drop, insert, put, swap
from arusha.lib.seal.tests.journals import KEY, OTHER_KEY, Journal, body, examine, journal, signed, signed_as


def fault_of(report: Report) -> Fault:
    assert not report.ok
    assert len(report.faults) == 1, report.faults
    return report.faults[0]


def test_a_whole_journal() -> None:
    j = journal((1, 20, 9, 20), unchained=3)
    report = examine(j, signed(j.chain[2]))
    head = j.chain[-1].hash
    statement = json.loads(signed(j.chain[2]))
    del statement["signature"]
    assert report == Report(53, 4, 50, head, vouched=30, complete=True, checkpoint=statement, faults=())


@pytest.mark.parametrize(("damage", "kind", "where", "entries", "says"), ENTRIES)
def test_damaged_entries_are_named(damage: Damage, kind: str, where: str, entries: tuple[int, int], says: str) -> None:
    j = journal()
    damage(j)
    fault = fault_of(examine(j))
    assert (fault.kind, fault.where, fault.entries, fault.text) == (kind, where, entries, says)


@pytest.mark.parametrize(("damage", "kind", "where", "entries", "says"), LINKS)
def test_damaged_links_are_named(
    damage: Damage, kind: str, where: str, entries: tuple[int, int] | None, says: str
) -> None:
    j = journal()
    damage(j)
    report = examine(j)
    assert (report.complete, report.links) == (False, int(where.split()[1]) - 1)
    fault = fault_of(report)
    assert (fault.kind, fault.where, fault.entries, fault.text) == (kind, where, entries, says)


@pytest.mark.parametrize("line", NOT_LINKS)
def test_a_line_that_is_not_a_link(line: bytes) -> None:
    j = journal()
    j.links[2] = line
    fault = fault_of(examine(j))
    says = "this line of links.jsonl is not a link: it was damaged, or is of another format"
    assert fault == Fault("link-unreadable", "link 3", None, says)


def test_an_altered_entry_does_not_blind_the_verifier_to_the_rest() -> None:
    j = journal()
    put(3, 4, 20, 21, 48)(j)
    report = examine(j, signed(j.chain[4]))
    assert [fault.entries for fault in report.faults] == [(3, 4), (20, 20), (21, 21), (48, 48)]
    assert (report.complete, report.links, report.vouched) == (True, 5, 50)


def test_entries_that_changed_places_across_a_link_are_both_named() -> None:
    j = journal()
    swap(20, 21)(j)
    report = examine(j)
    assert [(fault.kind, fault.where, fault.text) for fault in report.faults] == [
        ("entry-moved", "entry 20", "it stands on line 21: entries were reordered"),
        ("entry-altered", "entry 21", "not the bytes that were written: line 21"),
    ]
    assert report.complete


def test_many_altered_entries_are_listed_up_to_a_measure() -> None:
    j = journal((12,) * 30)
    put(*(n for n in range(1, 361) if n % 12))(j)
    report = examine(j)
    assert len(report.faults) == 20
    assert (report.complete, report.links) == (False, 20)
    listed = "not the bytes that were written: line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1 more"
    assert (report.faults[0].text, report.faults[0].entries) == (listed, (1, 11))


def test_when_nothing_stands_where_it_should_the_rest_is_not_judged() -> None:
    j = journal()
    j.bodies = [line + b"\r" for line in j.bodies]
    report = examine(j)
    assert fault_of(report).text == "not the bytes that were written: line 1"
    assert (report.complete, report.chained, report.entries) == (False, 0, 50)


def differ(why: str) -> str:
    says = "the break lies between entry 11 and entry 20: at least one was altered, removed, inserted or moved"
    return f"{says}; which, cannot be told: {why}"


@pytest.mark.parametrize("damage", [put(17), drop(17, 17), insert(17, b"{}"), swap(13, 17)])
def test_without_stored_digests_the_range_is_named_and_no_more(damage: Damage) -> None:
    j = journal()
    damage(j)
    expected = Fault("entries-differ", "link 2", (11, 20), differ("there is no digests.bin"))
    assert fault_of(examine(j, named=False)) == expected


@pytest.mark.parametrize("how", ["cut", "made to fit", "made to point at entry 12"])
def test_stored_digests_that_do_not_fit_the_chain_are_not_believed(how: str) -> None:
    """Who alters an entry and its stored digest must not be able to point at an innocent one."""
    j = journal()
    put(17)(j)
    fitting = b"".join(entry_digest(line) for line in j.bodies)
    pointing = fitting[: 32 * 11] + bytes(32) + fitting[32 * 12 :]
    j.digests = {"cut": j.digests[: 32 * 15], "made to fit": fitting}.get(how, pointing)
    expected = Fault("entries-differ", "link 2", (11, 20), differ("digests.bin does not fit this link"))
    assert fault_of(examine(j)) == expected


@pytest.mark.parametrize("line", [17, 20])
def test_a_forged_digest_in_the_next_link_does_not_make_a_removal_of_an_alteration(line: int) -> None:
    j = journal()
    put(line)(j)
    j.digests = j.digests[: 32 * 24] + entry_digest(j.bodies[line - 1]) + j.digests[32 * 25 :]
    fault = fault_of(examine(j))
    assert (fault.kind, fault.entries) == ("entry-altered", (line, line))


def test_an_end_that_is_missing_without_stored_digests() -> None:
    j = journal()
    drop(37, 50)(j)
    says = "it covers entries 31 to 40, but the export ends after entry 36"
    assert fault_of(examine(j, named=False)) == Fault("entries-missing", "link 4", (31, 40), says)


@pytest.mark.parametrize("left", [0, 30, 49])
def test_a_cut_record(left: int) -> None:
    """Entries and links cut together leave a whole chain; only a checkpoint from outside knows better."""
    j, held = journal(), signed(journal().chain[4])
    j.bodies, j.links = j.bodies[:left], j.links[: left // 10]
    assert examine(j).ok
    says = f"the record was cut: the checkpoint vouches for 50 entries, the export holds {left}"
    report = examine(j, held)
    assert fault_of(report) == Fault("cut", "checkpoint", (1, 50), says)
    assert report.vouched == 0


def test_entries_cut_and_links_kept_gives_both_faults() -> None:
    j = journal()
    drop(37, 50)(j)
    report = examine(j, signed(j.chain[4]))
    assert [fault.kind for fault in report.faults] == ["entries-missing", "cut"]
    assert report.entries == 36


def test_dropped_links() -> None:
    j = journal()
    del j.links[3:]
    says = "links were dropped: the checkpoint vouches for link 5, the chain here ends at link 3"
    report = examine(j, signed(j.chain[4]))
    assert fault_of(report) == Fault("links-cut", "checkpoint", (1, 50), says)
    assert examine(j, signed(j.chain[2])).ok


def test_a_record_rewritten_from_end_to_end_is_seen_by_the_checkpoint_alone() -> None:
    held, forged = signed(journal().chain[4]), journal(act="gift.returned")
    assert examine(forged).ok
    says = "link 5 has another hash here than the one vouched for: entries were rewritten"
    assert fault_of(examine(forged, held)) == Fault("rewritten", "checkpoint", (1, 50), says)


def test_a_record_cut_and_grown_again() -> None:
    held = signed(journal((10, 10, 10, 10, 10)).chain[4])
    assert fault_of(examine(journal((10, 10, 10, 10, 9, 10)), held)).kind == "rewritten"


def test_what_the_checkpoint_does_not_cover_can_be_rewritten() -> None:
    """The window the README states: this passes, and has to be known."""
    whole = journal((10, 10), unchained=5)
    held = signed(whole.chain[0])
    later = Journal(whole.bodies[:10], whole.links[:1], whole.digests, whole.chain)
    assert examine(later, held).ok
    put(23)(whole)
    assert examine(whole, held).ok


def test_a_checkpoint_by_another_key() -> None:
    j = journal()
    says = "it was signed by another key: it names 65b60673d6ed884b, the public key given is 56475aa75463474c"
    report = examine(j, signed(j.chain[4], OTHER_KEY))
    assert fault_of(report) == Fault("checkpoint-key", "checkpoint", None, says)
    assert report.vouched == 0


@pytest.mark.parametrize("changes", [{"last_seq": 40}, {"link": 4}, {"at": "2026-03-02T08:00:00Z"}, {"note": "x"}])
def test_an_altered_checkpoint(changes: dict[str, object]) -> None:
    j = journal()
    altered = json.dumps(json.loads(signed(j.chain[4])) | changes).encode()
    says = "its signature does not fit: it was altered after it was signed"
    report = examine(j, altered)
    assert fault_of(report) == Fault("checkpoint-signature", "checkpoint", None, says)
    assert report.vouched == 0


def test_a_signed_checkpoint_that_contradicts_the_chain() -> None:
    says = "it puts the end of link 5 at entry 40, not 50"
    assert fault_of(examine(journal(), signed_as(last_seq=40))) == Fault("checkpoint-seq", "checkpoint", (1, 40), says)


@pytest.mark.parametrize(
    ("checkpoint", "says"),
    [
        (b"", "the checkpoint cannot be read: JSONDecodeError: Expecting value"),
        (b"{}", "the checkpoint cannot be read: KeyError: 'signature'"),
        (b'{"signature":"zz"}', "the checkpoint cannot be read: ValueError: non-hexadecimal"),
        (signed_as(format="other/1"), "the checkpoint cannot be read: ValueError: it is not of the format arusha-che"),
        (signed_as(link="5"), "the checkpoint cannot be read: ValueError: it is not of the format arusha-checkpoint/1"),
        (signed_as(at="now\nOK  50 entries"), "the checkpoint cannot be read: ValueError: it is not of the format aru"),
        (b'{"signature":"00","format":"\\ud800"}', "the checkpoint cannot be read: UnicodeEncodeError"),
    ],
)
def test_an_unreadable_checkpoint_decides_nothing(checkpoint: bytes, says: str) -> None:
    with pytest.raises(ValueError) as raised:
        examine(journal(), checkpoint)
    assert str(raised.value).startswith(says)


def test_a_checkpoint_without_a_key_decides_nothing() -> None:
    with pytest.raises(ValueError, match="a checkpoint proves nothing without the public key to check it with"):
        verify([], [], checkpoint=signed(journal().chain[0]))


def test_an_empty_journal() -> None:
    assert verify([], []) == Report(0, 0, 0, GENESIS, 0, True, None, ())


def test_memory_does_not_grow_with_the_journal() -> None:
    def peak(batches: int) -> int:
        links = journal((20,) * batches).links
        tracemalloc.start()
        report = verify((body(seq) for seq in range(1, 20 * batches + 1)), links)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (report.ok, report.chained) == (True, 20 * batches)
        return used

    peak(2)
    assert peak(400) < 2 * peak(20)


def test_the_words_of_a_report() -> None:
    j = journal(unchained=2)
    lines = list(describe(examine(j, signed(j.chain[2]))))
    assert lines[0] == "OK  52 entries, 50 of them under 5 links examined"
    assert lines[1].startswith("Checkpoint signed at 2026-03-01T08:00:00Z, fingerprint ")
    assert lines[2:] == [
        "Vouched for by the checkpoint: entries 1 to 30",
        "Not chained yet: 2 entries, 51 to 52; nothing here protects them",
        "Chained, but not yet vouched for: entries 31 to 50; a later checkpoint covers them",
    ]
    put(17)(j)
    assert list(describe(examine(j, signed(j.chain[4])))) == [
        "BROKEN  entry 17: not the bytes that were written: line 17",
        "NOT OK  52 entries, 50 of them under 5 links examined",
        "Checkpoint signed at 2026-03-01T08:00:00Z, fingerprint " + fingerprint_of(j.chain[4]),
        "Vouched for by the checkpoint: entries 1 to 50, save what is named above",
        "Not chained yet: 2 entries, 51 to 52; nothing here protects them",
    ]
    drop(4, 4)(j)
    assert list(describe(examine(j, signed(j.chain[4]))))[1:] == [
        "NOT OK  51 entries, 0 of them under 0 links examined",
        "Checkpoint signed at 2026-03-01T08:00:00Z, fingerprint " + fingerprint_of(j.chain[4]),
        "Vouched for by the checkpoint: nothing",
        "Nothing after entry 0 could be relied on, or was examined",
    ]


def fingerprint_of(link: Link) -> str:
    return fingerprint(check(signed(link), KEY.public_key()))


BATCHES = st.lists(st.integers(1, 7), min_size=1, max_size=7)


@settings(deadline=None)
@given(BATCHES, st.integers(0, 5), st.data())
def test_every_journal_verifies_with_every_checkpoint_taken_of_it(
    batches: list[int], unchained: int, data: st.DataObject
) -> None:
    j = journal(batches, unchained)
    link = data.draw(st.sampled_from(j.chain))
    report = examine(j, signed(link), named=False)
    assert report.ok
    assert (report.vouched, report.chained, report.entries) == (link.last_seq, sum(batches), len(j.bodies))


@settings(deadline=None)
@given(BATCHES, st.integers(0, 3), st.data())
def test_one_altered_bit_anywhere_names_its_entry(batches: list[int], unchained: int, data: st.DataObject) -> None:
    j = journal(batches, unchained)
    seq = data.draw(st.integers(1, sum(batches)))
    altered = bytearray(j.bodies[seq - 1])
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    j.bodies[seq - 1] = bytes(altered)
    fault = fault_of(examine(j))
    assert (fault.kind, fault.entries) == ("entry-altered", (seq, seq))


@settings(deadline=None)
@given(BATCHES, st.integers(0, 3), st.data())
def test_removing_inserting_or_moving_names_the_first_line_that_is_wrong(
    batches: list[int], unchained: int, data: st.DataObject
) -> None:
    j, whole = journal(batches, unchained), journal(batches, unchained).bodies
    first = data.draw(st.integers(1, sum(batches)))
    second = data.draw(st.integers(first, len(whole)))
    damages = [drop(first, second), insert(first, b"{}"), insert(first, whole[second - 1], b"{}"), swap(first, second)]
    data.draw(st.sampled_from(damages))(j)
    odd = [n for n, (is_, was) in enumerate(zip(j.bodies, whole, strict=False), 1) if is_ != was]
    wrong = min([*odd, len(j.bodies) + 1])
    faults = examine(j).faults
    if wrong > sum(batches):
        assert not faults
    else:
        assert faults[0].entries
        assert faults[0].entries[0] == wrong


@settings(deadline=None)
@given(BATCHES, st.data())
def test_any_changed_field_of_any_link_is_noticed(batches: list[int], data: st.DataObject) -> None:
    j = journal(batches)
    n = data.draw(st.integers(0, len(batches) - 1))
    raw = json.loads(j.links[n])
    name = data.draw(st.sampled_from(sorted(raw)))
    other = data.draw(st.integers(-1, 2**70)) if isinstance(raw[name], int) else data.draw(st.binary()).hex()
    if raw[name] != other:
        j.links[n] = json.dumps(raw | {name: other}).encode()
        assert fault_of(examine(j)).where == f"link {n + 1}"
