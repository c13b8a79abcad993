"""Every file of a bundle, edited in every way: the verifier finds it and names it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.archive.bundles import bodies, verdict, write_case, write_log

Edit = Callable[[bytes, random.Random], bytes]


def _flip(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def _drop(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place + 1 :]


def _double(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + data[place : place + 1] + data[place:]


def _swap(data: bytes, chance: random.Random) -> bytes:
    pairs = [place for place in range(len(data) - 1) if data[place] != data[place + 1]]
    place = chance.choice(pairs)
    return data[:place] + data[place + 1 : place + 2] + data[place : place + 1] + data[place + 2 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _append(data: bytes, chance: random.Random) -> bytes:
    return data + bytes([chance.choice((0, 10, 32, 255))])


EDITS: dict[str, Edit] = {
    "flip": _flip,
    "drop": _drop,
    "double": _double,
    "swap": _swap,
    "cut": _cut,
    "append": _append,
}


ENTRIES = list(bodies(300))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    write_log(folder / "log", ENTRIES)
    write_case(folder / "case", ENTRIES, [2, 17, 255, 256, 299])
    return folder


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.parametrize("content", ["log", "case"])
@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_every_file_is_found_and_the_file_named(
    sound: Path, capsys: pytest.CaptureFixture[str], content: str, edit: str
) -> None:
    bundle = sound / content
    chance = random.Random(f"{content} {edit}")  # noqa: S311  the same edits every time
    tried = 0
    for path in _files(bundle):
        kept = path.read_bytes()
        name = path.relative_to(bundle).as_posix()
        for _ in range(3 if path.suffix != ".py" else 1):
            path.write_bytes(EDITS[edit](kept, chance))
            if path.read_bytes() == kept:
                continue
            found = verdict(capsys, bundle)
            assert not found["ok"], (name, edit)
            named = found["file"].removeprefix(f"{bundle}/")
            assert named == name or {named, name} <= {"MANIFEST.json", "MANIFEST.sha256"}, (name, edit, found)
            tried += 1
        path.write_bytes(kept)
    assert tried > 20
    assert verdict(capsys, bundle)["ok"]


@pytest.mark.parametrize("content", ["log", "case"])
def test_every_missing_every_new_and_every_swapped_file_is_named(
    sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    bundle = tmp_path / content
    shutil.copytree(sound / content, bundle)
    names = [path.relative_to(bundle).as_posix() for path in _files(bundle)]
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        kept, second = (bundle / name).read_bytes(), (bundle / other).read_bytes()
        (bundle / name).unlink()
        found = verdict(capsys, bundle)
        assert not found["ok"]
        assert found["file"].endswith(name)
        (bundle / name).write_bytes(second)
        (bundle / other).write_bytes(kept)
        assert not verdict(capsys, bundle)["ok"]
        (bundle / name).write_bytes(kept)
        (bundle / other).write_bytes(second)
    for name in ("surplus", "tile/0/001", "documents/letter.pdf", "entries/9.tlog-proof"):
        (bundle / name).parent.mkdir(exist_ok=True, parents=True)
        (bundle / name).write_bytes(b"something")
        assert verdict(capsys, bundle)["file"] == name
        (bundle / name).unlink()
    assert verdict(capsys, bundle)["ok"]


def test_the_entry_whose_bytes_were_changed_is_named(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound / "log/tile/entries/000"
    kept = path.read_bytes()
    start = 0
    for number, entry in enumerate(ENTRIES[:256]):
        start += 2
        if number % 3 == 0:
            place = start + number % len(entry)
            path.write_bytes(kept[:place] + bytes([kept[place] ^ 4]) + kept[place + 1 :])
            found = verdict(capsys, sound / "log")
            assert (found["ok"], found["file"], found["entry"]) == (False, "tile/entries/000", number)
        start += len(entry)
    path.write_bytes(kept)


def test_entries_dropped_doubled_or_swapped_are_named(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound / "log/tile/entries/001.p/44"
    kept = path.read_bytes()
    for number in range(256, 299, 2):
        left, right = ENTRIES[256:number], ENTRIES[number + 1 :]
        for changed in (
            left + right,
            [*left, ENTRIES[number], ENTRIES[number], *right],
            [*left, right[0], ENTRIES[number], *right[1:]],
        ):
            path.write_bytes(b"".join(len(one).to_bytes(2, "big") + one for one in changed))
            found = verdict(capsys, sound / "log")
            assert not found["ok"]
            assert found["entry"] in {number, number + 1}
    path.write_bytes(kept)


def test_a_hash_of_a_tile_that_was_changed_is_named(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound / "log/tile/0/000"
    kept = path.read_bytes()
    path.write_bytes(kept[:320] + bytes(32) + kept[352:])
    found = verdict(capsys, sound / "log")
    assert (found["file"], found["entry"]) == ("tile/0/000", 10)
    path.write_bytes(kept)
