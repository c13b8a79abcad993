"""Files that must be whole or not there at all, readable by their owner only: keys, and what was signed with them."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import KeyUnusable


def read_secret(path: Path) -> bytes:
    """The bytes of a file that its owner alone may read. Raises KeyUnusable when it is missing or others may."""
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()
    except FileNotFoundError:
        raise KeyUnusable(f"{path} is missing; bring it back from its backup.") from None
    if mode & 0o077:
        raise KeyUnusable(f"{path} may be read by others (mode {mode & 0o777:04o}); run: chmod 600 {path}")
    return data


def create(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 at once, and only if it is not there yet: a half-written key would be lost for good."""
    with _written(path, data) as name:
        try:
            path.hardlink_to(name)
        except FileExistsError:
            return  # another process was first; its key is the key
    settle(path.parent)


def replace(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file of mode 0600 in the place of another at once: readers see the old or the new one.

    After a power cut too, unless it need not last: then it may be the old one again, or empty.
    """
    with _written(path, data, lasting=lasting) as name:
        Path(name).rename(path)
    if lasting:
        settle(path.parent)


def remove(path: Path) -> None:
    """Remove a file, if there is one, for good."""
    path.unlink(missing_ok=True)
    settle(path.parent)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """One process after another: holds a lock file while it is open."""
    with path.open("a") as file:
        path.chmod(0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _written(path: Path, data: bytes, *, lasting: bool = True) -> Iterator[str]:
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        yield name
    finally:
        Path(name).unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
