"""The readers of games and codec examples, on tiny copies of their packages' layout."""

import io

import numpy as np
import pytest
import soundfile

from synth.datasets import amazon_queen, codec2, gcin, hedgewars, ktuberling, qabcs
from synth.datasets.decoding import decode
from synth.datasets.licences import COPYLEFT, PERMISSIVE, RESTRICTED
from synth.datasets.prepared import PreparedCorpus, prepare
from synth.datasets.splits import CONDITION, HEARD, UNSEEN

from . import packages
from .test_readers import touch


def mp3(duration_s):
    """A steady tone as the bytes of an MP3 file at 11 kHz."""
    stored = io.BytesIO()
    soundfile.write(stored, packages.tone(duration_s, rate_hz=11_025), 11_025, format="MP3")
    return stored.getvalue()


def amazon_queen_package(root, files):
    """An archive with the given files, by name."""
    names = [(name, len(content)) for name, content in files.items()]
    first = amazon_queen.HEADER.size + amazon_queen.ENTRY.size * len(files)
    table = amazon_queen.HEADER.pack(amazon_queen.MAGIC, b"CEM10", 1, len(files))
    for name, length in names:
        table += amazon_queen.ENTRY.pack(name.encode(), 1, first, length)
        first += length
    path = root / amazon_queen.ARCHIVE
    path.parent.mkdir(parents=True)
    path.write_bytes(table + b"".join(files.values()))
    return root


def test_ktuberling_names_its_objects_in_english(tmp_path):
    sounds = tmp_path / ktuberling.SOUNDS
    for name in ("fr/noel_ange.wav", "fr/nez.wav", "sr@latin/nos.ogg", "it/naso.wav", "sr/nos.ogg"):
        touch(sounds / name)
    theme = '<language code="fr"><sound name="christmas_angel" file="fr/noel_ange.wav" />'
    packages.write_text(sounds / "fr.soundtheme", theme)

    found = [(r.speaker, r.prompt, r.topic) for r in ktuberling.read_recordings(tmp_path)]

    assert found == [
        ("ktuberling_fr", "nez", "potato"),
        ("ktuberling_fr", "christmas_angel", "christmas"),
        ("ktuberling_sr", "nos", "potato"),
    ]


def test_the_two_readers_of_gcin_have_their_own_licences(tmp_path):
    for name in ("ㄅㄚ1/3.ogg", "ㄅㄚ1/5.ogg", "ㄅㄚ1/README.ogg"):
        touch(tmp_path / gcin.FOLDER / name)

    found = {r.speaker: r.terms for r in gcin.read_recordings(tmp_path)}

    assert found == {
        "gcin_liu": ("GPL-3 or LGPL-3", COPYLEFT),
        "gcin_chu_lo": ("CC-BY-3.0", PERMISSIVE),
    }


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ("British", ("hedgewars_en", "en", "shouted", "clean")),
        ("Default_pl", ("hedgewars_pl", "pl", "shouted", "clean")),
        ("Singer", ("hedgewars_en", "en", "sung", "sung")),
        ("Robot", ("hedgewars_en", "en", "shouted", "processed")),
    ],
)
def test_a_hedgewars_pack_tells_language_style_and_condition(tmp_path, pack, expected):
    touch(tmp_path / hedgewars.VOICES / pack / "Hello.ogg")

    [recording] = hedgewars.read_recordings(tmp_path)

    found = (recording.speaker, recording.language, recording.style, recording.condition)
    assert found == expected


def hedgewars_splits(root, packs):
    """The split of one shout of each pack."""
    for position, pack in enumerate(packs):
        path = root / hedgewars.VOICES / pack / "Hello.ogg"
        packages.write_audio(path, packages.tone(1.0, hz=300 + 100 * position))
    folder = root.parent / "corpus"
    prepare(folder, [(root, hedgewars.SOURCE, hedgewars.read_recordings)])
    utterances = PreparedCorpus.open(folder).utterances
    return {u.source_path.split("/")[-2]: u.split for u in utterances}


def test_sung_and_processed_shouts_are_conditions_and_a_known_voice_is_heard(tmp_path):
    splits = hedgewars_splits(tmp_path / "hedgewars", ["Default_uk", "Robot", "Singer"])
    assert splits == {"Default_uk": HEARD, "Robot": CONDITION, "Singer": CONDITION}


def test_amazon_queen_lines_are_read_out_of_the_archive(tmp_path):
    files = {"020001J1.SB": mp3(0.5), "020001P2.SB": mp3(1.0), "JOE0001.SB": b"", "A.RAW": b"x"}
    root = amazon_queen_package(tmp_path, files)

    recordings = list(amazon_queen.read_recordings(root))

    assert [(r.prompt, r.speaker) for r in recordings] == [
        ("020001J1", "queen_joe"),
        ("020001P2", "queen_others"),
        ("JOE0001", "queen_joe"),
    ]
    samples, rate_hz = decode(root / recordings[1].path, recordings[1].span)
    assert rate_hz == 11_025
    assert len(samples) / 16_000 == pytest.approx(1.0, abs=0.15)


def test_amazon_queen_is_a_condition_and_restricted(tmp_path):
    root = amazon_queen_package(tmp_path / "queen", {"020001P2.SB": mp3(1.0)})
    prepare(tmp_path / "corpus", [(root, amazon_queen.SOURCE, amazon_queen.read_recordings)])
    [utterance] = PreparedCorpus.open(tmp_path / "corpus").utterances
    assert (utterance.split, utterance.licence_tier) == (CONDITION, RESTRICTED)
    assert utterance.source_path.endswith("queen.1c/020001P2.SB")


def test_another_archive_is_refused(tmp_path):
    path = tmp_path / "queen.1c"
    path.write_bytes(bytes(64))
    with pytest.raises(ValueError, match="QTBL"):
        amazon_queen.read_table(path)


def test_codec2_takes_only_what_is_listed(tmp_path):
    for name in ("wav/morig.wav", "wav/m2400.wav", "raw/hts1.raw", "raw/testframes_700d.raw"):
        touch(tmp_path / codec2.FOLDER / name)
    found = {(r.speaker, r.condition) for r in codec2.read_recordings(tmp_path)}
    assert found == {("codec2_morig", "telephone"), ("codec2_hts1", "telephone")}


def test_raw_samples_are_those_of_a_telephone(tmp_path):
    path = tmp_path / "hts1.raw"
    packages.tone(1.0, rate_hz=8000, hz=300).astype("<i2").tofile(path)
    samples, rate_hz = decode(path)
    assert (len(samples), rate_hz) == (16_000, 8000)
    expected = packages.tone(1.0, hz=300)[2000:12_000].astype(int)
    assert np.abs(samples[2000:12_000] - expected).max() < 60


def test_qabcs_reads_natural_voices_as_speech_and_noises_apart(tmp_path):
    for name in ("en/sounds/words/ball.ogg", "de/sounds/words/Ball.ogg", "all/noises/cat.ogg"):
        touch(tmp_path / qabcs.ABCS / name)
    assert [r.prompt for r in qabcs.read_recordings(tmp_path)] == ["words ball"]
    [noise] = qabcs.read_noises(tmp_path)
    assert (noise.style, noise.language, noise.topic) == ("noise", "zxx", "cat")


def test_the_english_qabcs_voice_is_never_trained_on(tmp_path):
    root = tmp_path / "qabcs"
    packages.write_audio(root / qabcs.ABCS / "en/sounds/words/ball.ogg", packages.tone(1.0))
    prepare(tmp_path / "corpus", [(root, qabcs.SOURCE, qabcs.read_recordings)])
    assert [u.split for u in PreparedCorpus.open(tmp_path / "corpus").utterances] == [UNSEEN]
