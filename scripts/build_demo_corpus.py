"""Build demo/: the 18 sentences Earshot comes with, and their manifest.

Downloads five Debian packages below $EARSHOT_DATA (default: var/data), decodes the chosen
recordings, cuts silence over 0.2 s from both ends, checks them and writes demo/audio/*.flac
and demo/manifest.json. Needs apt-get, dpkg-deb and PyAV; the result is committed, so that
nobody needs to run this to use Earshot.

    python scripts/build_demo_corpus.py
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder, unpack  # noqa: E402
from synth.audio.bandwidth import measure_bandwidth  # noqa: E402
from synth.audio.checks import check_audible, check_level, check_unclipped  # noqa: E402
from synth.audio.io import file_sha256, write_flac  # noqa: E402
from synth.audio.loudness import TARGET_LEVEL_LUFS, align_loudness  # noqa: E402
from synth.datasets import asterisk, festvox_ru, pocketsphinx  # noqa: E402
from synth.datasets.decoding import decode  # noqa: E402
from synth.datasets.records import RATE_HZ, Reader, Recording, Source, samples_sha256  # noqa: E402
from synth.datasets.splits import TEST, UNSEEN, split_of  # noqa: E402

DEMO = ROOT / "demo"
SILENCE_KEPT_S = 0.2
SILENCE_UNDER_DB = 45.0  # below the loudest 10 ms
FRAME = RATE_HZ // 100
MIN_DURATION_S, MAX_DURATION_S = 2.0, 10.0

PROCESSING = (
    "Decoded to 16 kHz mono 16-bit PCM, silence over 0.2 s cut from both ends, stored as FLAC; "
    "the remaining samples are unchanged. source_sha256 is that of the decoded samples before "
    "the cut, sha256 that of the samples in the FLAC file, both as little-endian 16-bit integers."
)


@dataclass(frozen=True)
class Corpus:
    """A corpus entry of the manifest, less what is read from the package."""

    code: str
    name: str
    licence: str
    licence_url: str
    attribution: str
    source: str


@dataclass(frozen=True)
class Voice:
    """One package, its one speaker, and the recordings taken from it."""

    corpus: Corpus
    source: Source
    reader: Reader
    speaker_name: str
    gender: str
    text_source: str  # within the package; "" where it holds no texts
    stems: tuple[str, ...]


def asterisk_voice(language: str, licence_version: str, stems: tuple[str, ...]) -> Voice:
    """The Asterisk prompts of one language; who spoke them is told by Debian's copyright file."""
    name, gender, credit, title = {
        "en": ("Allison Smith", "female", "http://www.theivrvoice.com", "English"),
        "fr": ("June Wallack", "female", "http://www.junewallack.com", "Canadian French"),
        "it": ("Carlo Flora", "male", "http://www.carloflora.com", "Italian"),
    }[language]
    corpus = Corpus(
        code=f"asterisk_{language}",
        name=f"Asterisk core sounds, {title}",
        licence=licence_version,
        licence_url=f"https://creativecommons.org/licenses/{licence_version[3:-4].lower()}/3.0/",
        attribution=f"Recorded by {name} ({credit}) for Asterisk",
        source="http://downloads.asterisk.org/pub/telephony/asterisk/",
    )
    source, reader = asterisk.source_of(language), asterisk.reader_of(language)
    return Voice(corpus, source, reader, name, gender, "", stems)


VOICES = (
    Voice(
        corpus=Corpus(
            code="festvox_ru",
            name="Russian voice for Festival (msu_ru_nsh_clunits)",
            licence="BSD-like (Nickolay V. Shmyrev)",
            licence_url="https://sources.debian.org/src/festvox-ru/0.5+dfsg-6/debian/copyright/",
            attribution="Copyright 2005 Nickolay V. Shmyrev",
            source="http://sourceforge.net/projects/festlang.berlios",
        ),
        source=festvox_ru.SOURCE,
        reader=festvox_ru.read_recordings,
        speaker_name="Reader of the Russian Festival voice",
        gender="male",
        text_source="etc/txt.done.data",
        stems=("ru_0099", "ru_0131", "ru_0319", "ru_0612"),
    ),
    asterisk_voice(
        "en", "CC-BY-SA-3.0", ("confbridge-dec-list-vol-in", "confbridge-lock-out", "vm-tocallnum")
    ),
    asterisk_voice(
        "fr",
        "CC-BY-SA-3.0",
        ("demo-thanks", "privacy-prompt", "queue-periodic-announce", "vm-mailboxfull"),
    ),
    asterisk_voice(
        "it", "CC-BY-3.0", ("demo-thanks", "privacy-prompt", "vm-mailboxfull", "vm-rec-name")
    ),
    Voice(
        corpus=Corpus(
            code="librivox_austen",
            name="LibriVox: Sense and Sensibility, chapter 1",
            licence="Public domain",
            licence_url="https://librivox.org/pages/public-domain/",
            attribution="LibriVox volunteer; sentences as distributed with CMU PocketSphinx",
            source="http://cmusphinx.sourceforge.net/",
        ),
        source=pocketsphinx.SOURCE,
        reader=pocketsphinx.read_recordings,
        speaker_name="LibriVox reader of Sense and Sensibility",
        gender="",
        text_source="test/data/librivox/transcription",
        stems=tuple(f"sense_and_sensibility_01_austen_64kb-{n}" for n in ("0870", "0890", "0920")),
    ),
)


def trim_silence(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """The samples with at most 0.2 s before the first and after the last sound."""
    n_frames = len(samples) // FRAME
    frames = samples[: n_frames * FRAME].astype(np.float64).reshape(n_frames, FRAME)
    power = np.mean(frames**2, axis=1)
    sounding = np.nonzero(power > power.max() * 10 ** (-SILENCE_UNDER_DB / 10))[0]
    kept = round(SILENCE_KEPT_S * RATE_HZ)
    start = max(0, int(sounding[0]) * FRAME - kept)
    return samples[start : (int(sounding[-1]) + 1) * FRAME + kept]


def check_sentence(samples: NDArray[np.int16], recording: Recording) -> None:
    """Raises ValueError or SynthError unless a listener can judge the sentence."""
    duration_s = len(samples) / RATE_HZ
    if not MIN_DURATION_S <= duration_s <= MAX_DURATION_S:
        raise ValueError(
            f"{recording.path} lasts {duration_s:.2f} s; expected {MIN_DURATION_S:g} to "
            f"{MAX_DURATION_S:g} s. Choose another sentence."
        )
    split = split_of(
        speaker=recording.speaker, language=recording.language, prompt=recording.prompt
    )
    if split not in {TEST, UNSEEN}:
        raise ValueError(f"{recording.path} may be trained on ({split}); choose another sentence.")
    floats = samples / 32768.0
    check_audible(floats)
    check_unclipped(floats)
    aligned = align_loudness(floats, rate_hz=RATE_HZ)
    check_level(aligned.loudness_lufs, target_lufs=TARGET_LEVEL_LUFS)


def build_utterance(voice: Voice, recording: Recording, root: Path) -> dict[str, object]:
    """Writes one FLAC file; its entry in the manifest."""
    decoded, _ = decode(root / recording.path)
    samples = trim_silence(decoded)
    check_sentence(samples, recording)
    number = recording.path.stem.rsplit("_64kb-")[-1].removeprefix("ru_")
    language = f"_{recording.language}" if voice.corpus.code.startswith("asterisk") else ""
    code = f"{recording.speaker}{language}_{number}"
    path = Path("audio") / f"{code}.flac"
    write_flac(DEMO / path, samples / 32768.0, RATE_HZ, bits=16)
    return {
        "code": code,
        "speaker": recording.speaker,
        "path": path.as_posix(),
        "language": recording.language,
        "style": recording.style,
        "text": recording.text,
        "text_source": voice.text_source if recording.text else "",
        "condition": recording.condition,
        "duration_s": len(samples) / RATE_HZ,
        "rate_hz": RATE_HZ,
        "bandwidth_hz": measure_bandwidth(samples / 32768.0, rate_hz=RATE_HZ),
        "sha256": samples_sha256(samples),
        "source_package": voice.source.package,
        "source_path": recording.path.as_posix(),
        "source_sha256": samples_sha256(decoded),
        "source_file_sha256": file_sha256(root / recording.path),
    }


def package_version(source: Source, data: Path) -> str:
    """The version of the downloaded package."""
    archive = sorted((data / "packages").glob(f"{source.package}_*.deb"))[-1]
    command = ["dpkg-deb", "-f", str(archive), "Version"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def build_voice(voice: Voice, data: Path, manifest: dict[str, list[dict[str, object]]]) -> None:
    """Adds one package's corpus, speaker and utterances to the manifest."""
    root = unpack(voice.source, data)
    by_stem = {recording.path.stem: recording for recording in voice.reader(root)}
    chosen = [by_stem[stem] for stem in voice.stems]
    package = {"package": voice.source.package, "version": package_version(voice.source, data)}
    manifest["corpora"].append({**asdict(voice.corpus), **package})
    speaker = {"code": chosen[0].speaker, "corpus": voice.corpus.code, "name": voice.speaker_name}
    manifest["speakers"].append({**speaker, "gender": voice.gender})
    manifest["utterances"].extend(build_utterance(voice, one, root) for one in chosen)


def main() -> None:
    """Build everything anew."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    (DEMO / "audio").mkdir(parents=True, exist_ok=True)
    for old in (DEMO / "audio").glob("*.flac"):
        old.unlink()
    manifest: dict[str, list[dict[str, object]]] = {"corpora": [], "speakers": [], "utterances": []}
    for voice in VOICES:
        build_voice(voice, data_folder(), manifest)
    content = json.dumps({"processing": PROCESSING, **manifest}, ensure_ascii=False, indent=2)
    (DEMO / "manifest.json").write_text(content + "\n", encoding="utf-8")
    for utterance in manifest["utterances"]:
        print(f"{utterance['code']:40} {utterance['duration_s']:5.2f} s  {utterance['text']}")


if __name__ == "__main__":
    main()
