"""Make acoustic checkpoints of the averaged weights that runs of train_prosody.py kept.

    python scripts/make_prosody_checkpoint.py agg ru_nsh_agg.safetensors
    python scripts/make_prosody_checkpoint.py agg /somewhere/ru_nsh_agg --step 12000

Writes the weights in half precision, the card (.json) and the list of utterances trained on
(.training.json.gz). Reads RUNS/NAME, VOICES/VOICE and the prepared corpus, as train_prosody.py
does. evaluate_prosody.py makes whole voices of them, measures and lands them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.make_checkpoint import Kept, kept_weights  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.records import Utterance  # noqa: E402
from synth.datasets.voices import TRAIN, read_records, voice_of  # noqa: E402
from synth.prosody.card import acoustic_card, write_model, write_parts, write_voice  # noqa: E402
from synth.prosody.config import stored_network_config  # noqa: E402
from synth.prosody.network import AcousticNetwork  # noqa: E402
from synth.prosody.prepared_voice import (  # noqa: E402
    PreparedVoice,
    folder_of,
    open_voice,
    stored_inventory,
)
from synth.vocoder.card import describe_training, write_training_file  # noqa: E402
from synth.voices import HEARING, VOICES  # noqa: E402

MAX_BYTES = 25_000_000  # of the weights of all voices, and of what they hear through
TITLES = {
    "ru_nsh": "Russian man, reading",
    "cs_fish_small": "Czech actor, the small fish",
    "cs_fish_big": "Czech actor, the big fish",
}


@dataclass(frozen=True)
class Places:
    """Where runs, prepared voices, the corpus and its sources lie."""

    runs: Path
    voices: Path
    data: Path

    @property
    def corpus(self) -> PreparedCorpus:
        """The prepared corpus at 16 kHz."""
        return PreparedCorpus.open(corpus_folder(self.data))


def places_of(arguments: argparse.Namespace) -> Places:
    """Those named, else those below the data folder."""
    data = data_folder()
    runs = arguments.runs or data / "runs" / "prosody"
    return Places(runs, arguments.voices or data / "prosody", data)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", help="of the run")
    parser.add_argument("stem", type=Path, help="where to write, with or without .safetensors")
    parser.add_argument("--step", type=int, help="the last that was kept when left out")
    add_places(parser)
    return parser.parse_args()


def add_places(parser: argparse.ArgumentParser) -> None:
    """Where things lie, when not below $EARSHOT_DATA."""
    parser.add_argument("--runs", type=Path, help="the folder of all runs")
    parser.add_argument("--voices", type=Path, help="where prepared voices are kept")


def network_of(kept: Kept) -> AcousticNetwork:
    """The network with the kept weights."""
    config = stored_network_config(kept.state["network_config"])
    network = AcousticNetwork(config, stored_inventory(kept.state["inventory"]))
    network.load_state_dict(kept.state["average"])
    return network


def learned_from(voice: PreparedVoice, utterances: Sequence[Utterance]) -> list[Utterance]:
    """The corpus' records of what the voice's networks learn from."""
    codes = {voice.origins[place].code for place in voice.chosen(TRAIN)}
    return [one for one in utterances if one.code in codes]


def training_of(kept: Kept, utterances: Sequence[Utterance]) -> dict[str, Any]:
    """What the card says of the training."""
    settings, history = kept.state["training_config"], history_of(kept)
    return {
        **describe_training(utterances),
        "voice": settings["voice"],
        "config": settings,
        "seed": settings["seed"],
        "steps": kept.step,
        "cpu_hours": round(kept.cpu_hours, 2),
        "threads": 1,
        "git_commit": history[-1]["git_commit"],
        "history": history,
    }


def history_of(kept: Kept) -> list[dict[str, Any]]:
    """The starts of the run up to the kept step."""
    lines = (kept.folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["step"] <= kept.step]


def voice_code(kept: Kept) -> str:
    """Which target voice the run learned: one name for corpus, prepared voice and folder."""
    return str(kept.state["training_config"]["voice"])


def write_checkpoint(kept: Kept, stem: Path, places: Places) -> None:
    """Write weights, card and training list to ``stem`` and its suffixes."""
    network = network_of(kept)
    voice = open_voice(folder_of(places.voices, voice_code(kept), network.config))
    utterances = learned_from(voice, places.corpus.utterances)
    write_model(stem, network, acoustic_card(network, voice.speaker, training_of(kept, utterances)))
    write_training_file(stem, utterances)


def stage_voice(kept: Kept, name: str, weights: Path, places: Places) -> Path:
    """Put a run's network into the folder of its voice below ``weights``; returns its stem."""
    code = voice_code(kept)
    folder = weights / VOICES / code
    write_voice(folder, voice_of(code), TITLES[code])
    records = read_records(places.corpus.utterances, places.data / "sources", code)
    write_parts(folder, records)
    write_checkpoint(kept, folder / name, places)
    return folder / name


def land(staged: Path, weights: Path, networks: Collection[str]) -> list[Path]:
    """Copy staged voices with these networks, and what they hear through, to ``weights``.

    Raises:
        ValueError: if a network has no figures yet, or all weights together are too large.
    """
    spoken = list(_voice_files(staged, networks))
    missing = [file for file in spoken if file.suffix == ".json" and not _is_measured(file)]
    if missing:
        raise ValueError(f"{missing[0].stem} has no figures yet; evaluate it before it lands.")
    files = [*_helpers(staged), *spoken]
    coming = {file.relative_to(staged) for file in files}
    shipped = [*(weights / VOICES).rglob("*.safetensors")]
    shipped += [one for one in weights.glob("*.safetensors") if one.stem in HEARING]
    there = {one.relative_to(weights) for one in shipped}
    sizes = [(staged / one).stat().st_size for one in coming if one.suffix == ".safetensors"]
    sizes += [(weights / one).stat().st_size for one in there - coming]
    if sum(sizes) > MAX_BYTES:
        raise ValueError(
            f"The voices' weights take {sum(sizes):,} bytes, more than {MAX_BYTES:,}; "
            "land fewer networks."
        )
    return [_copied(file, weights / file.relative_to(staged)) for file in sorted(files)]


def _helpers(staged: Path) -> Iterator[Path]:
    """What lies beside the voices and is theirs: the aligner, and a recognizer."""
    for path in staged.glob("*.*"):
        if path.name.partition(".")[0] in HEARING and not path.is_symlink():
            yield path


def _voice_files(staged: Path, networks: Collection[str]) -> Iterator[Path]:
    for folder in sorted((staged / VOICES).glob("*")):
        for path in folder.glob("*.*"):
            if path.name.partition(".")[0] in {"voice", "parts", *HEARING, *networks}:
                yield path


def _is_measured(card: Path) -> bool:
    if card.stem in {"voice", *HEARING}:
        return True
    return bool(json.loads(card.read_text(encoding="utf-8"))["metrics"])


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(source, target))


def main() -> None:
    """Write a checkpoint of a run's kept weights."""
    arguments = parse_arguments()
    places = places_of(arguments)
    kept = kept_weights(places.runs / arguments.name, arguments.step)
    stem = arguments.stem.with_name(arguments.stem.name.removesuffix(".safetensors"))
    write_checkpoint(kept, stem, places)
    print(f"{stem}: {kept.state['network_config']['variant']} of {voice_code(kept)}, {kept.step}")


if __name__ == "__main__":
    main()
