"""Fetching and unpacking packages, with stand-ins for apt-get and dpkg-deb."""

import stat

import pytest

from synth.datasets import archives
from synth.datasets.archives import ArchiveError, Pin, check_archive, download, read_pins, unpack
from synth.datasets.sources import SOURCES

APT_GET = '#!/bin/sh\nprintf whole > "$2_1.0_all.deb"\n'
FAILING = '#!/bin/sh\nprintf half > "$2_1.0_all.deb"\necho "E: Unable to locate $2" >&2\nexit 100\n'
DPKG_DEB = '#!/bin/sh\nmkdir -p "$3/usr"\ncp "$2" "$3/usr/file"\n'
FAILING_DPKG_DEB = '#!/bin/sh\nmkdir -p "$3/usr"\necho "dpkg-deb: error: no archive" >&2\nexit 2\n'


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """A function that puts a command of ours before the system's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def put(name, script):
        path = folder / name
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IEXEC)

    put("apt-get", APT_GET)
    put("dpkg-deb", DPKG_DEB)
    return put


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_package_is_fetched_and_unpacked_once(commands, tmp_path):
    folder, warning = unpack("speech", tmp_path / "data")
    commands("apt-get", FAILING)

    assert (folder / "usr/file").read_text() == "whole"
    assert "not checked" in warning
    assert unpack("speech", tmp_path / "data") == (folder, "")
    assert names(tmp_path / "data/packages") == ["speech_1.0_all.deb"]


def test_a_failed_download_leaves_nothing_behind(commands, tmp_path):
    commands("apt-get", FAILING)
    with pytest.raises(ArchiveError, match="Unable to locate speech"):
        unpack("speech", tmp_path / "data")
    assert names(tmp_path / "data/packages") == []


def test_what_a_killed_run_left_does_not_count(commands, tmp_path):
    packages = tmp_path / "data/packages"
    (packages / "speech.partial").mkdir(parents=True)
    (packages / "speech.partial/speech_0.9_all.deb").write_text("half")
    unpacked = tmp_path / "data/sources/speech.partial/usr"
    unpacked.mkdir(parents=True)
    (unpacked / "stale").write_text("half")

    folder, _ = unpack("speech", tmp_path / "data")

    assert names(folder / "usr") == ["file"]
    assert names(packages) == ["speech_1.0_all.deb"]


def test_a_failed_unpacking_does_not_count(commands, tmp_path):
    commands("dpkg-deb", FAILING_DPKG_DEB)
    with pytest.raises(ArchiveError, match="no archive"):
        unpack("speech", tmp_path / "data")
    assert not (tmp_path / "data/sources/speech").exists()


def test_an_archive_is_not_fetched_twice(commands, tmp_path):
    first = download("speech", tmp_path)
    commands("apt-get", FAILING)
    assert download("speech", tmp_path) == first


def test_a_package_whose_name_begins_alike_is_another(commands, tmp_path):
    (tmp_path / "speech-data_1.0_all.deb").write_text("other")
    assert download("speech", tmp_path).name == "speech_1.0_all.deb"


def test_the_pinned_archive_is_checked(tmp_path):
    archive = tmp_path / "speech_1.0_all.deb"
    archive.write_text("whole")
    pin = Pin(archive.name, archives.file_sha256(archive))
    assert check_archive(archive, pin) == ""


def test_other_contents_under_the_pinned_name_are_refused_and_removed(tmp_path):
    archive = tmp_path / "speech_1.0_all.deb"
    archive.write_text("half")
    with pytest.raises(ArchiveError, match="was removed"):
        check_archive(archive, Pin(archive.name, "0" * 64))
    assert not archive.exists()


def test_a_newer_version_is_taken_with_a_warning(tmp_path):
    archive = tmp_path / "speech_2.0_all.deb"
    archive.write_text("newer")
    warning = check_archive(archive, Pin("speech_1.0_all.deb", "0" * 64))
    assert "speech_1.0_all.deb is pinned" in warning
    assert archive.exists()


def test_a_missing_apt_get_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ArchiveError, match="apt-get is missing"):
        download("speech", tmp_path / "packages")


def test_every_source_s_archive_is_pinned():
    pins = read_pins()
    for source, _ in SOURCES:
        assert pins[source.package].file.startswith(f"{source.package}_")
        assert len(pins[source.package].sha256) == 64
