"""scripts/fetch_corpora.py from the command line, with a stand-in for apt-get."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from synth.datasets.prepared import PreparedCorpus

from . import packages
from .test_folders import libritts

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "fetch_corpora.py"
NO_PACKAGE = '#!/bin/sh\necho "E: Unable to locate package $2" >&2\nexit 100\n'


@pytest.fixture
def fetch(tmp_path):
    """A function that runs the script with a data folder of its own and no network."""
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "apt-get").write_text(NO_PACKAGE)
    (commands / "apt-get").chmod(0o755)
    environment = os.environ | {
        "EARSHOT_DATA": str(tmp_path / "data"),
        "PATH": f"{commands}:{os.environ['PATH']}",
    }

    def run(*arguments):
        command = [sys.executable, str(SCRIPT), *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    return run


def test_a_missing_package_does_not_hold_up_the_others(fetch, tmp_path):
    packages.festvox_ru(tmp_path / "data/sources/festvox-ru")

    ended = fetch("--only", "klettres-data", "festvox-ru")

    assert ended.returncode == 1
    assert "klettres-data: apt-get download klettres-data failed: E: Unable" in ended.stderr
    assert len(PreparedCorpus.open(tmp_path / "data/corpus").utterances) == 2
    assert ["ru_nsh", "ru"] in [line.split()[:2] for line in ended.stdout.splitlines()]


def test_nothing_at_all_leaves_the_corpus_alone(fetch, tmp_path):
    ended = fetch("--only", "klettres-data")
    assert ended.returncode == 1
    assert not (tmp_path / "data/corpus").exists()


def test_an_own_folder_needs_no_package(fetch, tmp_path):
    folder = libritts(tmp_path / "books")

    ended = fetch("--folder", str(folder), "--reader", "libritts", "--tier", "permissive")

    assert ended.returncode == 0, ended.stderr
    utterances = PreparedCorpus.open(tmp_path / "data/corpus").utterances
    assert {(u.speaker, u.licence_tier) for u in utterances} == {
        ("books_84", "permissive"),
        ("books_85", "permissive"),
    }


def test_a_folder_without_its_layout_is_refused(fetch, tmp_path):
    ended = fetch("--folder", str(tmp_path))
    assert ended.returncode == 2
    assert "go together" in ended.stderr


def test_a_corpus_of_a_higher_rate_lies_beside_the_other(fetch, tmp_path):
    packages.festvox_ru(tmp_path / "data/sources/festvox-ru")
    assert fetch("--only", "festvox-ru").returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "data/corpus").iterdir()}
    folder = tmp_path / "books"
    for speaker, below_hz in (("84", 11_000), ("85", 12_000), ("86", 7_000)):
        samples = packages.hiss(0.5, rate_hz=24_000, below_hz=below_hz)
        packages.write_audio(folder / speaker / "1/one.wav", samples, rate_hz=24_000)

    ended = fetch("--rate", "24000", "--folder", str(folder), "--reader", "libritts")

    assert ended.returncode == 0, ended.stderr
    wide = PreparedCorpus.open(tmp_path / "data/corpus-24000", rate_hz=24_000)
    assert {one.speaker for one in wide.utterances} == {"books_84", "books_85"}
    assert {path: path.read_bytes() for path in (tmp_path / "data/corpus").iterdir()} == before
