"""Held-out recordings of a prepared corpus become the site's: never what was trained on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.core.management import CommandError, call_command
from django.urls import reverse

from synth.datasets.prepared import MANIFEST, SAMPLES
from synth.datasets.records import RATE_HZ, Utterance, samples_sha256
from synth.errors import SynthError
from synth.models import Corpus, Speaker
from synth.models import Utterance as Row
from synth.services.recordings import import_recordings
from tests.conftest import make_user, signed_in

pytestmark = pytest.mark.django_db

SECONDS = 2.0


def samples_of(number: int) -> np.ndarray:
    noise = np.random.default_rng(number).normal(size=int(SECONDS * RATE_HZ))
    return (3000 * noise).astype(np.int16)


def record(number: int, **changes: object) -> Utterance:
    """A recording of an unseen speaker: whatever is said, the split holds."""
    one = Utterance(
        code=f"package.june.part-{number:02d}",
        speaker="june",
        language="fr",
        style="prompt",
        condition="clean",
        prompt=f"sentence {number}",
        text=f"Sentence {number}.",
        licence="CC-BY-SA-3.0",
        package="asterisk-core-sounds-fr-g722",
        source_path=f"sounds/{number}.g722",
        duration_s=SECONDS,
        original_rate_hz=16000,
        bandwidth_hz=7000.0,
        sha256=samples_sha256(samples_of(number)),
        split="unseen",
        topic="numbers",
    )
    return replace(one, **changes)


def write(folder: Path, records: list[Utterance]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text("".join(f"{one.to_json()}\n" for one in records))
    numbers = [int(one.code[-2:]) for one in records]
    (folder / SAMPLES).write_bytes(b"".join(samples_of(n).tobytes() for n in numbers))
    return folder


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "corpus"


def test_a_recording_keeps_its_samples_licence_and_attribution(folder, settings):
    import_recordings(write(folder, [record(1)]), per_voice=3, seed=1)
    row = Row.objects.select_related("speaker__corpus").get()
    samples, rate_hz = soundfile.read(row.file, dtype="int16")
    assert (samples_sha256(samples), rate_hz) == (row.sha256, RATE_HZ)
    assert row.file.resolve().is_relative_to(settings.MEDIA_ROOT.resolve())
    corpus = row.speaker.corpus
    assert (corpus.licence, corpus.source[:14]) == ("CC-BY-SA-3.0", "Debian package")
    assert "June Wallack" in corpus.attribution
    assert (row.speaker.code, row.topic, row.text) == ("june", "numbers", "Sentence 1.")


@pytest.mark.parametrize(
    "changes",
    [
        {"split": "train"},
        {"split": "validation"},
        {"split": "heard"},
        {"speaker": "ru_nsh", "language": "ru", "prompt": "0"},  # trained on by today's rule
        {"duration_s": 1.0},
        {"clipped_share": 0.2},
        {"speaker": "noise"},
    ],
)
def test_what_was_trained_on_or_cannot_be_used_is_never_taken(folder, changes):
    import_recordings(_fitting(folder, record(1, **changes)), per_voice=3, seed=1)
    assert not Row.objects.exists()


def _fitting(folder: Path, one: Utterance) -> Path:
    """The folder of one recording, with as many samples as its duration says."""
    write(folder, [one])
    (folder / SAMPLES).write_bytes(samples_of(1)[: round(one.duration_s * RATE_HZ)].tobytes())
    return folder


def test_a_recording_that_the_worker_would_refuse_leaves_its_place_to_another(folder):
    def clipped_or_not(number: int) -> np.ndarray:
        samples = samples_of(number)
        if number < 5:
            samples[100:110] = 32767
        return samples

    records = [record(number, sha256=samples_sha256(clipped_or_not(number))) for number in range(6)]
    write(folder, records)
    numbers = b"".join(clipped_or_not(number).tobytes() for number in range(6))
    (folder / SAMPLES).write_bytes(numbers)
    import_recordings(folder, per_voice=3, seed=1)
    assert Row.objects.get().sha256 == records[5].sha256


def test_at_most_so_many_of_a_voice_are_drawn_by_the_seed(folder, tmp_path):
    records = [record(number) for number in range(6)]
    records += [record(number, condition="telephone", split="condition") for number in range(6, 10)]
    write(folder, records)
    import_recordings(folder, per_voice=2, seed=1)
    first = set(Row.objects.values_list("code", flat=True))
    assert (
        sorted(Row.objects.values_list("condition", flat=True)) == ["clean"] * 2 + ["telephone"] * 2
    )
    import_recordings(folder, per_voice=3, seed=1)
    more = set(Row.objects.values_list("code", flat=True))
    assert first < more
    assert len(more) == 6


def test_repeating_it_changes_nothing(folder):
    write(folder, [record(number) for number in range(4)])
    first = import_recordings(folder, per_voice=3, seed=1)
    rows = list(Row.objects.values())
    files = {row.file: row.file.stat().st_mtime_ns for row in Row.objects.all()}
    again = import_recordings(folder, per_voice=3, seed=1)
    assert (first.n_new, again.n_new, again.n_chosen) == (3, 0, 3)
    assert list(Row.objects.values()) == rows
    assert {file: file.stat().st_mtime_ns for file in files} == files


def test_a_speaker_the_site_knows_stays_one_speaker(folder, tmp_path):
    """Model cards know speakers by code: a second row would never have been heard."""
    (tmp_path / "demo").mkdir()
    demo = Corpus.objects.create(
        code="demo", name="Demo", licence="CC-BY-SA-3.0", source="x", root=str(tmp_path / "demo")
    )
    Speaker.objects.create(corpus=demo, code="june", name="June Wallack")
    import_recordings(write(folder, [record(1)]), per_voice=3, seed=1)
    assert Speaker.objects.get().corpus == demo
    assert Row.objects.get().file.is_file()


def test_a_recording_the_site_has_already_is_not_doubled(folder, corpus):
    Row.objects.filter(code="speaker0-0").update(source_sha256=record(1).sha256)
    import_recordings(write(folder, [record(1), record(2)]), per_voice=3, seed=1)
    imported = Row.objects.filter(speaker__code="june").values_list("sha256", flat=True)
    assert list(imported) == [record(2).sha256]


def test_recordings_under_another_licence_than_their_speakers_corpus_are_left_out(folder):
    records = [record(1), record(2, package="other", licence="GPL-2")]
    summary = import_recordings(write(folder, records), per_voice=3, seed=1)
    assert summary.other_terms == ["package.june.part-02"]
    assert Row.objects.count() == 1


def test_a_package_with_two_licences_becomes_two_corpora(folder):
    records = [record(1), record(2, speaker="carlo", language="it", licence="CC-BY-3.0")]
    import_recordings(write(folder, records), per_voice=3, seed=1)
    attribution = dict(Corpus.objects.values_list("licence", "attribution"))
    assert set(attribution) == {"CC-BY-3.0", "CC-BY-SA-3.0"}
    assert "June Wallack" in attribution["CC-BY-SA-3.0"]
    assert "copyright file" in attribution["CC-BY-3.0"]  # not credited to somebody else


def test_samples_that_are_not_those_described_are_refused_and_nothing_is_kept(folder):
    write(folder, [record(1), record(2, sha256="0" * 64)])
    with pytest.raises(SynthError) as refusal:
        import_recordings(folder, per_voice=3, seed=1)
    assert refusal.value.code == "recording_differs"
    assert not Row.objects.exists()


def test_a_manifest_that_is_none_is_refused(folder):
    write(folder, [record(1)])
    (folder / MANIFEST).write_text(json.dumps({"code": "x"}))
    with pytest.raises(SynthError, match="cannot be read") as refusal:
        import_recordings(folder, per_voice=3, seed=1)
    assert refusal.value.code == "corpus_invalid"


def test_the_command_says_what_came_and_the_corpus_can_be_heard(folder, settings, tmp_path, capsys):
    settings.DEMO_CORPUS = tmp_path / "none.json"
    call_command("import_recordings", str(write(folder, [record(1)])))
    assert "1 recordings of 1 speakers, 1 of them new" in capsys.readouterr().out
    client = signed_in(make_user("researcher"))
    assert (
        "Sentence 1."
        in client.get(reverse("corpus", args=["asterisk-core-sounds-fr-g722"])).content.decode()
    )
    sound = client.get(reverse("utterance-audio", args=[Row.objects.get().code]))
    assert sound.status_code == 200
    sound.close()


def test_the_command_explains_a_wrong_folder(tmp_path, settings):
    settings.DEMO_CORPUS = tmp_path / "none.json"
    with pytest.raises(CommandError, match="no prepared corpus"):
        call_command("import_recordings", str(tmp_path))
