from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.lib.seal.merkle import inclusion_proof, root, verify_inclusion

ITEMS = [
    bytes.fromhex(item)
    for item in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The inputs that implementations of Certificate Transparency test with; ROOTS[n] is the tree of the first n."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def items(count: int) -> list[bytes]:
    return [b"item %d" % i for i in range(count)]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1 word for word: split at the largest power of two below the size."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else sha256().digest()
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def path_by_definition(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1 word for word."""
    if len(leaves) < 2:
        return []
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if m < k:
        return [*path_by_definition(m, leaves[:k]), by_definition(leaves[k:])]
    return [*path_by_definition(m - k, leaves[k:]), by_definition(leaves[:k])]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    assert root(ITEMS[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_published_proofs(index: int, size: int, path: list[str]) -> None:
    assert [step.hex() for step in inclusion_proof(ITEMS[:size], index)] == path


@pytest.mark.parametrize("size", range(34))
def test_every_small_tree_and_proof_is_the_recursive_definition(size: int) -> None:
    leaves = items(size)
    assert root(iter(leaves)) == by_definition(leaves)
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert proof == path_by_definition(index, leaves)
        assert verify_inclusion(leaves[index], index, size, proof, root(leaves))


@given(SIZES, st.data())
def test_a_proof_shows_nothing_else(size: int, data: st.DataObject) -> None:
    leaves, index = items(size), data.draw(st.integers(0, size - 1))
    proof, top = inclusion_proof(leaves, index), root(leaves)
    assert not verify_inclusion(b"another item", index, size, proof, top)
    assert not verify_inclusion(leaves[index], index, size, [*proof, bytes(32)], top)
    assert not verify_inclusion(leaves[index], index, size, proof, bytes(32))
    other = data.draw(st.integers(-2, size + 2))
    assert verify_inclusion(leaves[index], other, size, proof, top) == (other == index)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        assert not verify_inclusion(leaves[index], index, size, proof[:step] + proof[step + 1 :], top)
        assert not verify_inclusion(leaves[index], index, size, [*proof[:step], bytes(32), *proof[step + 1 :]], top)


@given(SIZES, st.data())
def test_any_change_to_the_list_changes_the_root(size: int, data: st.DataObject) -> None:
    leaves = items(size)
    index = data.draw(st.integers(0, size - 1))
    changed = [leaves[:index] + leaves[index + 1 :], [*leaves[:index], b"x", *leaves[index:]]]
    changed.append([*leaves[:index], b"x", *leaves[index + 1 :]])
    changed.append([*leaves, leaves[-1]])
    assert root(leaves) not in [root(other) for other in changed]


def test_a_node_does_not_pass_for_an_item() -> None:
    left, right = (sha256(b"\x00" + item).digest() for item in items(2))
    assert root([left + right]) != root(items(2))


def test_a_tree_of_ten_thousand_needs_no_recursion() -> None:
    leaves = items(10_000)
    assert verify_inclusion(leaves[9_999], 9_999, 10_000, inclusion_proof(leaves, 9_999), root(leaves))


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError, match=f"there is no item {index} in a list of {size}"):
        inclusion_proof(items(size), index)
