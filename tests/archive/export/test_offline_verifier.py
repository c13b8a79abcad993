"""The one file that goes with every export: its own cryptography, its formats, and what it says of a sound bundle."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.export import offline_verifier as verifier
from archive.export.bundle import policy_text
from archive.log.cosignature import WitnessSigner
from archive.log.merkle import inclusion_proof, leaf_hash, root
from archive.log.note import Signer, text_of
from archive.log.tiles import tile_path
from tests.archive.bundles import AT, LOG, bodies, body, verdict, write_case, write_log

SOURCE = Path(verifier.__file__)
# RFC 8032 section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
WITNESS = WitnessSigner("witness.example/w1", bytes(range(1, 33)))


def cosigned(note: str, witness: WitnessSigner = WITNESS) -> str:
    """The checkpoint with the line of a witness."""
    return note + witness.cosign(text_of(note), AT)


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_signatures_of_rfc_8032_hold_and_no_others(public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verifier.ed25519(key, text, signed)
    assert not verifier.ed25519(key, text + b"x", signed)
    for place in range(0, 64, 5):
        assert not verifier.ed25519(key, text, signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :])
    assert not verifier.ed25519(key, text, signed[:63])
    assert not verifier.ed25519(key, text, signed + b"\x00")
    # The same signature with S + L is refused: RFC 8032 section 5.1.7 has S below L.
    s = int.from_bytes(signed[32:], "little") + verifier._ORDER
    assert not verifier.ed25519(key, text, signed[:32] + s.to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_signatures_are_judged_as_by_cryptography(seed: bytes, message: bytes, bit: int) -> None:
    signer = Signer("log", seed)
    signature = signer._key.sign(message)
    assert verifier.ed25519(signer.verifier.public, message, signature)
    flipped = int.from_bytes(signature, "big") ^ (1 << bit)
    assert not verifier.ed25519(signer.verifier.public, message, flipped.to_bytes(64, "big"))


@given(st.binary(min_size=32, max_size=32))
def test_any_32_bytes_are_a_point_or_refused(data: bytes) -> None:
    point = verifier._point(data)
    if point is not None:
        x, y = point
        assert (y * y - x * x - 1 - verifier._D * x * x * y * y) % verifier._P == 0
        assert (y | (x & 1) << 255).to_bytes(32, "little") == data


def test_roots_and_proofs_are_those_of_the_archive() -> None:
    entries = [bytes([number]) for number in range(70)]
    hashes = [leaf_hash(entry) for entry in entries]
    for size in range(1, 70):
        tree = root(hashes[:size])
        assert verifier.tree_root(hashes[:size]) == tree
        for place in range(size):
            path = list(inclusion_proof(place, size, lambda start, end: root(hashes[start:end])))
            verifier.check_inclusion("", entries[place], place, path, size, tree)
            wrong = [(place + 1, path), (place, path[:-1]), (place, [*path, hashes[0]]), (place, path[::-1])]
            for other, broken in wrong:
                if (other, broken) != (place, path):
                    with pytest.raises(verifier.Wrong):
                        verifier.check_inclusion("", entries[place], other, broken, size, tree)


def test_tiles_lie_where_the_archive_puts_them() -> None:
    for index in (0, 7, 255, 999, 1000, 1_234_067):
        for width in (1, 255, 256):
            assert verifier._tile_path("entries", index, width) == tile_path("entries", index, width)


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 1000])
def test_a_sound_log_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str], count: int) -> None:
    write_log(tmp_path / "log", bodies(count))
    found = verdict(capsys, tmp_path / "log")
    assert (found["ok"], found["entries"], found["size"], found["documents"]) == (True, count, count, 1)


def test_a_log_with_a_full_tile_of_the_second_level_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "log", (b'{"number":%d}' % number for number in range(65_536 + 257)))
    assert (tmp_path / "log" / "tile/1/000").exists()
    assert verdict(capsys, tmp_path / "log")["tiles"] == 258 + 2 + 1
    partial = tmp_path / "log" / "tile/2/000.p/1"
    partial.write_bytes(bytes(32))
    assert verdict(capsys, tmp_path / "log")["file"] == "tile/2/000.p/1"


def test_one_customers_entries_verify_and_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_case(tmp_path / "case", list(bodies(300)), [2, 17, 299])
    assert verdict(capsys, tmp_path / "case")["entries"] == 3
    assert verifier.main([str(tmp_path / "case"), "--show"]) == 0
    shown = capsys.readouterr().out
    assert "17  2026-03-02T10:00:00+00:00  'action:done' by 'monitum' ('worker')" in shown
    assert "zażółć17@example.com" in shown


def test_an_entry_cannot_write_to_the_terminal_of_its_reader(capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"v": 1, "kind": "run:started", "at": 0, "actor": "a\x1b[2J", "role": "\x9b2J", "reason": "\u202e"}
    verifier.show(0, json.dumps(entry).encode(), {})
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x9b\u202e")
    assert shown.startswith("0  1970-01-01T00:00:00+00:00  'run:started' by 'a\\x1b[2J'")


def test_one_proof_verifies_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_case(tmp_path / "case", list(bodies(300)), [17])
    proof = tmp_path / "entry.tlog-proof"
    data = (tmp_path / "case/entries/17.tlog-proof").read_text("utf-8")
    proof.write_text(data, "utf-8")
    assert verdict(capsys, tmp_path / "case", "--proof", str(proof))["entries"] == 1
    assert verdict(capsys, tmp_path, "--proof", str(proof), "--log", LOG.verifier.vkey)["ok"]  # far from any export
    assert not verdict(capsys, tmp_path, "--proof", str(proof))["ok"]
    proof.write_text(data.replace("index 17", "index 16"), "utf-8")
    found = verdict(capsys, tmp_path / "case", "--proof", str(proof))
    assert (found["ok"], found["file"], found["entry"]) == (False, "entry.tlog-proof", 16)


def test_it_runs_on_bare_python_without_any_package(tmp_path: Path) -> None:
    write_case(tmp_path / "case", list(bodies(20)), [5])
    bare = [sys.executable, "-S", "-I", "verify.py"]
    done = subprocess.run([*bare, "--show"], cwd=tmp_path / "case", capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "VERIFIED: 1 entries" in done.stdout
    assert "closed: Python alone has no AES" in done.stdout
    assert not done.stderr


def test_it_is_one_short_file_of_the_standard_library() -> None:
    source = SOURCE.read_text("utf-8")
    assert len(source.splitlines()) <= 400
    imported = {
        (name.name if isinstance(node, ast.Import) else str(node.module)).partition(".")[0]
        for node in ast.walk(ast.parse(source, feature_version=(3, 8)))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}  # only to open personal parts


def test_a_key_known_from_elsewhere_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_log(tmp_path / "log", bodies(3))
    assert verdict(capsys, tmp_path / "log", "--log", LOG.verifier.vkey)["ok"]
    other = Signer(LOG.name, bytes(32)).verifier.vkey
    found = verdict(capsys, tmp_path / "log", "--log", other)
    assert (found["ok"], found["file"]) == (False, "checkpoint")


def test_a_forger_with_a_key_of_his_own_is_found_by_the_known_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = Signer(LOG.name, b"f" * 32)
    monkeypatch.setattr("tests.archive.bundles.LOG", forger)
    write_log(tmp_path / "log", bodies(3))
    assert verdict(capsys, tmp_path / "log")["ok"]  # held against its own key, it is in order: the README says so
    assert not verdict(capsys, tmp_path / "log", "--log", LOG.verifier.vkey)["ok"]


def test_a_witness_that_the_policy_asks_for_must_have_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = policy_text([LOG.verifier], {"w1": WITNESS.verifier.vkey})
    write_log(tmp_path / "both", bodies(3), cosign=cosigned, policy=policy)
    assert verdict(capsys, tmp_path / "both")["witnesses"] == ["w1"]
    write_log(tmp_path / "alone", bodies(3), policy=policy)
    assert "did not all sign" in verdict(capsys, tmp_path / "alone")["what"]


def test_a_bad_signature_of_a_known_witness_rejects_one_of_an_unknown_does_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = policy_text([LOG.verifier]).replace("quorum", f"witness w1 {WITNESS.verifier.vkey}\nquorum")
    write_log(
        tmp_path / "unknown",
        bodies(3),
        cosign=lambda note: cosigned(note, WitnessSigner("other/w", b"u" * 32)),
        policy=policy,
    )
    assert verdict(capsys, tmp_path / "unknown")["ok"]

    def spoiled(note: str) -> str:
        good = cosigned(note)
        data = verifier.b64decode(good.split(" ")[-1])
        return good.replace(good.split(" ")[-1], b64encode(data[:-1] + bytes([data[-1] ^ 1])).decode() + "\n")

    write_log(tmp_path / "bad", bodies(3), cosign=spoiled, policy=policy)
    assert "is not over this checkpoint" in verdict(capsys, tmp_path / "bad")["what"]


@pytest.mark.parametrize(
    ("signers", "good"),
    [
        ([], False),
        (["a"], False),
        (["a", "b"], False),
        (["a", "b", "x"], True),
        (["b", "c", "y"], True),
        (["x", "y"], False),
        (["a", "x", "y"], False),
    ],
)
def test_groups_of_witnesses_count_as_the_policy_says(signers: list[str], good: bool) -> None:
    names = "abcxy"
    keys = {name: WitnessSigner(f"w/{name}", name.encode() * 32).verifier.vkey for name in names}
    lines = [f"log {LOG.verifier.vkey}", "# those who look", ""]
    lines += [f"witness {name} {key} https://w.example/" for name, key in keys.items()]
    lines += ["group first 2 a b c", "group second any x y", "group both all first second", "quorum both"]
    policy = verifier.LogPolicy("\n".join(lines), "")
    assert policy.agreed(policy.quorum, set(signers)) is good


@pytest.mark.parametrize(
    "line",
    [
        "quorum nobody",
        "witness none " + WITNESS.verifier.vkey,
        "group g 1 unknown",
        "log",
        "something else",
        "log monitum/archive+00000000+AWWF0vX1aB8ttthbJRmeUqAsY3z/5mT1ZdP+4bxDkO0n",
    ],
)
def test_a_policy_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(verifier.Wrong):
        verifier.LogPolicy(f"{line}\n", "")


def test_an_entry_that_repeats_is_not_taken_for_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_log(tmp_path / "log", [body(1), body(2)])
    twice = body(1)
    data = b"".join(len(one).to_bytes(2, "big") + one for one in (twice, twice))
    (tmp_path / "log/tile/entries/000.p/2").write_bytes(data)
    found = verdict(capsys, tmp_path / "log")
    assert found["ok"] is False
