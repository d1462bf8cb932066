"""Loading manifests and registering systems: repeatable, and plain about what is wrong."""

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from django.core.management import CommandError, call_command

from synth.datasets.records import samples_sha256
from synth.errors import SynthError
from synth.models import Checkpoint, Corpus, Speaker, System, Utterance
from synth.services.corpora import load_corpus, load_systems
from synth.systems import Variant

pytestmark = pytest.mark.django_db

SOUNDS = [np.arange(100, dtype=np.int16), np.arange(200, dtype=np.int16)]
MANIFEST: dict[str, Any] = {
    "corpora": [
        {
            "code": "made",
            "name": "Made for tests",
            "licence": "CC0-1.0",
            "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
            "attribution": "nobody",
            "source": "tests",
        }
    ],
    "speakers": [{"code": "ann", "corpus": "made", "name": "Ann", "gender": "female"}],
    "utterances": [
        {
            "code": f"ann-{number}",
            "speaker": "ann",
            "path": f"ann-{number}.flac",
            "language": "en",
            "style": "read",
            "text": "Hello.",
            "text_source": "written down by Ann",
            "duration_s": 2,
            "rate_hz": 16000,
            "bandwidth_hz": 7500.0,
            "sha256": samples_sha256(samples),
        }
        for number, samples in enumerate(SOUNDS)
    ],
}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    for number, samples in enumerate(SOUNDS):
        soundfile.write(tmp_path / f"ann-{number}.flac", samples, 16000)
    return write(tmp_path / "manifest.json", MANIFEST)


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path


def changed(listed: str, **fields: object) -> dict[str, Any]:
    content = copy.deepcopy(MANIFEST)
    content[listed][0].update(fields)
    return content


def test_everything_listed_is_there(manifest: Path):
    load_corpus(manifest)

    utterance = Utterance.objects.get(code="ann-1")
    assert utterance.speaker.corpus.licence == "CC0-1.0"
    assert soundfile.info(utterance.file).frames == 200
    assert utterance.condition == "clean"


def test_loading_twice_changes_nothing(manifest: Path, django_assert_num_queries):
    load_corpus(manifest)
    before = list(Utterance.objects.values())

    with django_assert_num_queries(6):  # a savepoint, three reads, the known recordings
        load_corpus(manifest)

    assert list(Utterance.objects.values()) == before


def test_a_topic_is_stored_where_the_manifest_tells_one(manifest: Path):
    load_corpus(write(manifest, changed("utterances", topic="animals")))

    assert Utterance.objects.get(code="ann-0").topic == "animals"
    assert Utterance.objects.get(code="ann-1").topic == ""


def test_a_corrected_entry_is_updated_in_place(manifest: Path):
    load_corpus(manifest)
    old = Utterance.objects.get(code="ann-0").pk

    load_corpus(write(manifest, changed("utterances", text="Hello, there.")))

    assert Utterance.objects.get(code="ann-0").text == "Hello, there."
    assert Utterance.objects.get(code="ann-0").pk == old


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (changed("utterances", duration_s="long"), "utterances[0] (ann-0): duration_s"),
        (changed("utterances", speaker="bob"), "ann-0 names the speaker 'bob'"),
        (changed("utterances", code="ann-1"), "'ann-1' 2 times"),
        (changed("utterances", path="gone.flac"), "ann-0: there is no recording"),
        (changed("utterances", sha256="0" * 64), "ann-0.flac is not the recording"),
        (changed("utterances", path="manifest.json"), "manifest.json is not the recording"),
        (changed("speakers", corpus="lost"), "ann names the corpus 'lost'"),
        (changed("corpora", licence=None), "corpora[0] (made): licence"),
        ({"corpora": []}, "'speakers'"),
        ([], "one JSON object"),
    ],
)
def test_an_error_names_the_entry_and_nothing_is_stored(
    manifest: Path, content: object, names: str
):
    with pytest.raises(SynthError) as caught:
        load_corpus(write(manifest, content))

    assert names in caught.value.message
    assert not Corpus.objects.exists()
    assert not Speaker.objects.exists()


def test_the_command_says_what_is_wrong_without_a_traceback(tmp_path: Path):
    with pytest.raises(CommandError, match="no manifest"):
        call_command("load_corpus", tmp_path / "none.json")


def test_the_systems_of_an_installation_without_weights(tmp_path: Path):
    codes = [system.code for system in load_systems(tmp_path)]

    assert codes == ["natural", "anchor35", "anchor70", "anchor20", "griffin_lim", "world"]
    assert System.objects.get(code="anchor35").params == {"cutoff_hz": 3500}


def weights(folder: Path, content: bytes, card: object) -> Path:
    (folder / "universal.safetensors").write_bytes(content)
    write(folder / "universal.json", card)
    return folder


def test_a_vocoder_is_registered_once_its_card_lies_beside_its_weights(tmp_path: Path):
    (tmp_path / "universal.safetensors").write_bytes(b"weights")
    assert "universal" not in {system.code for system in load_systems(tmp_path)}

    load_systems(weights(tmp_path, b"weights", {"architecture": "rnn", "title": "Universal"}))

    system = System.objects.get(code="universal")
    assert (system.kind, system.title) == ("vocoder", "Universal")
    assert system.checkpoint.sha256 == hashlib.sha256(b"weights").hexdigest()


def checkpoints(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / f"{name}.safetensors").write_bytes(name.encode())
        write(folder / f"{name}.json", {"architecture": "net"})
    return folder


def test_the_studys_systems_are_listed_from_many_voices_to_one(tmp_path: Path):
    names = ("rnn_ms_lite", "sd_ru_nsh", "another", "spk3", "universal", "sd_allison", "spk7")
    refined = Variant("universal_refined", "Universal, refined", "universal", {"refine": True})

    systems = load_systems(checkpoints(tmp_path, *names), [refined])[6:]

    assert [(system.code, system.title) for system in systems] == [
        ("universal", "Universal vocoder"),
        ("universal_refined", "Universal, refined"),
        ("spk7", "Seven-speaker vocoder"),
        ("spk3", "Three-speaker vocoder"),
        ("sd_allison", "One-speaker vocoder (allison)"),
        ("sd_ru_nsh", "One-speaker vocoder (ru_nsh)"),
        ("another", "Another vocoder"),
        ("rnn_ms_lite", "RNN_MS vocoder (lite)"),
    ]
    assert systems[1].checkpoint == systems[0].checkpoint
    assert systems[1].params == {"refine": True}


def test_a_variant_without_its_checkpoint_is_no_system(tmp_path: Path):
    refined = Variant("universal_refined", "Universal, refined", "universal", {"refine": True})

    codes = {system.code for system in load_systems(checkpoints(tmp_path, "spk3"), [refined])}

    assert "spk3" in codes
    assert not codes & {"universal", "universal_refined"}


def test_new_weights_update_the_checkpoint(tmp_path: Path):
    load_systems(weights(tmp_path, b"old", {"architecture": "rnn"}))
    load_systems(weights(tmp_path, b"new", {"architecture": "rnn"}))

    assert Checkpoint.objects.get().sha256 == hashlib.sha256(b"new").hexdigest()


def test_a_card_that_does_not_say_what_the_network_is_is_refused(tmp_path: Path):
    with pytest.raises(SynthError) as caught:
        load_systems(weights(tmp_path, b"weights", {"title": "Universal"}))

    assert caught.value.code == "card_invalid"
