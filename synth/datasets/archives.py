"""Fetching a source's archive and unpacking it, so that a half one never counts.

Downloads and unpacked files come into being beside their place and are moved there when
they are whole. Needs Debian's apt-get and dpkg-deb.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("archives.json")


class ArchiveError(Exception):
    """A package that could not be fetched or unpacked, and why."""


@dataclass(frozen=True)
class Pin:
    """The archive a package was last seen as: file name (with its version) and sha256."""

    file: str
    sha256: str


def read_pins() -> dict[str, Pin]:
    """The known archive of each package."""
    return {name: Pin(**pin) for name, pin in json.loads(PINS.read_text(encoding="utf-8")).items()}


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_archive(archive: Path, pin: Pin | None) -> str:
    """A warning about an archive that cannot be checked, or nothing.

    Raises:
        ArchiveError: if the archive has the pinned name but other contents; it is removed,
            so that the next run fetches it again.
    """
    if pin is None or archive.name != pin.file:
        expected = pin.file if pin else "no version"
        return f"{archive.name}: {expected} is pinned, so its contents were not checked."
    found = file_sha256(archive)
    if found != pin.sha256:
        archive.unlink()
        raise ArchiveError(
            f"{archive.name} has sha256 {found}, expected {pin.sha256}; it was removed."
        )
    return ""


def run(command: Sequence[str], folder: Path) -> None:
    """Run a command in a folder.

    Raises:
        ArchiveError: with the last line of what the command said.
    """
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise ArchiveError(f"{command[0]} is missing; it comes with Debian.") from error
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines() or ["no message"]
        raise ArchiveError(f"{' '.join(command)} failed: {said[-1]}") from error


def download(package: str, packages: Path) -> Path:
    """The package's archive in ``packages``, fetched where none lies there yet."""
    present = sorted(packages.glob(f"{package}_*.deb"))
    if present:
        return present[-1]
    partial = packages / f"{package}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        run(["apt-get", "download", package], partial)
        archives = list(partial.glob("*.deb"))
        if not archives:
            raise ArchiveError(f"apt-get download {package} left no archive.")
        return Path(shutil.move(archives[0], packages / archives[0].name))
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def unpack(package: str, data: Path) -> tuple[Path, str]:
    """The unpacked package's folder below ``data`` and a warning, or an empty one.

    Raises:
        ArchiveError: if the package cannot be fetched, checked or unpacked.
    """
    target = data / "sources" / package
    if target.exists():
        return target, ""
    archive = download(package, data / "packages")
    warning = check_archive(archive, read_pins().get(package))
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    run(["dpkg-deb", "-x", str(archive), str(partial)], data)
    partial.rename(target)
    return target, warning
