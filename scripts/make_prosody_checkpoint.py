"""Make an acoustic checkpoint of the averaged weights that a run of train_prosody.py kept.

    python scripts/make_prosody_checkpoint.py agg ru_nsh_agg.safetensors
    python scripts/make_prosody_checkpoint.py agg /somewhere/ru_nsh_agg --step 12000

Writes the weights in half precision, the card (.json) and the list of utterances trained on
(.training.json.gz). Reads RUNS/NAME, VOICES/VOICE and the prepared corpus, as train_prosody.py
does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder  # noqa: E402
from scripts.make_checkpoint import Kept, kept_weights  # noqa: E402
from synth.datasets.prepared import PreparedCorpus  # noqa: E402
from synth.datasets.rates import corpus_folder  # noqa: E402
from synth.datasets.records import Utterance  # noqa: E402
from synth.datasets.voices import TRAIN  # noqa: E402
from synth.prosody.card import acoustic_card, write_model  # noqa: E402
from synth.prosody.config import stored_network_config  # noqa: E402
from synth.prosody.network import AcousticNetwork  # noqa: E402
from synth.prosody.prepared_voice import PreparedVoice, open_voice, stored_inventory  # noqa: E402
from synth.vocoder.card import describe_training, write_training_file  # noqa: E402


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", help="of the run")
    parser.add_argument("stem", type=Path, help="where to write, with or without .safetensors")
    parser.add_argument("--step", type=int, help="the last that was kept when left out")
    parser.add_argument("--runs", type=Path, help="the folder of all runs")
    parser.add_argument("--voices", type=Path, help="where prepared voices are kept")
    return parser.parse_args()


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


def main() -> None:
    """Write a checkpoint of a run's kept weights."""
    arguments = parse_arguments()
    data = data_folder()
    run = (arguments.runs or data / "runs" / "prosody") / arguments.name
    kept = kept_weights(run, arguments.step)
    voices = arguments.voices or data / "prosody"
    voice = open_voice(voices / kept.state["training_config"]["voice"])
    corpus = PreparedCorpus.open(corpus_folder(data))
    utterances = learned_from(voice, corpus.utterances)
    network = network_of(kept)
    stem = arguments.stem.with_name(arguments.stem.name.removesuffix(".safetensors"))
    write_model(stem, network, acoustic_card(network, voice.speaker, training_of(kept, utterances)))
    write_training_file(stem, utterances)
    print(f"{stem}: {network.config.variant} of {voice.origins[0].speaker}, step {kept.step}")


if __name__ == "__main__":
    main()
