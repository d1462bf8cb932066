"""Fetch the training corpora as Debian packages and prepare them at 16 or at 24 kHz.

    python scripts/fetch_corpora.py
    python scripts/fetch_corpora.py --rate 24000
    python scripts/fetch_corpora.py --only festvox-ru klettres-data
    python scripts/fetch_corpora.py --folder ~/LibriTTS/train-clean-100 --reader libritts

Everything lands below $EARSHOT_DATA (default: var/data): packages/ holds the downloads,
sources/ the unpacked files, corpus/ the prepared corpus, noises/ real noises. What lies
there already is not fetched again. At 24 kHz only recordings that were stored at that rate or
above and reach well beyond 8 kHz are prepared, in corpus-24000/, and no noises. A package that
cannot be had is left out and named at the end. With --folder your own recordings are prepared,
beside the packages that --only names.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from synth.datasets import archives  # noqa: E402
from synth.datasets.folders import LAYOUTS, OwnCorpus, reader_of  # noqa: E402
from synth.datasets.licences import TIERS, UNKNOWN  # noqa: E402
from synth.datasets.prepared import PreparedCorpus, prepare  # noqa: E402
from synth.datasets.rates import RATES_HZ, corpus_folder, preparation_of  # noqa: E402
from synth.datasets.records import (  # noqa: E402
    RATE_HZ,
    Reader,
    Recording,
    Source,
    Utterance,
)
from synth.datasets.sources import NOISE_SOURCES, SOURCES  # noqa: E402

Item = TypeVar("Item")
Unpacked = tuple[Path, Source, Reader]


def data_folder() -> Path:
    """The folder everything is stored below."""
    return Path(os.environ.get("EARSHOT_DATA", ROOT / "var" / "data")).resolve()


def unpack(source: Source, data: Path) -> Path:
    """The unpacked package's folder, downloading it and its texts first where needed."""
    for package in (*source.beside, source.package):
        folder, warning = archives.unpack(package, data)
        if warning:
            print(f"Warning: {warning}", file=sys.stderr)
    return folder


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [source.package for source, _ in SOURCES]
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=names, help="package names")
    parser.add_argument("--rate", type=int, choices=RATES_HZ, default=RATE_HZ, help="in Hz")
    parser.add_argument("--folder", type=Path, help="recordings of your own")
    parser.add_argument("--reader", choices=sorted(LAYOUTS), help="how the folder is laid out")
    parser.add_argument("--name", help="short name of the folder's corpus; its own when left out")
    parser.add_argument("--language", default="en", help="of the folder's recordings")
    parser.add_argument("--licence", default="not stated", help="of the folder's recordings")
    parser.add_argument("--tier", choices=TIERS, default=UNKNOWN, help="how free that licence is")
    arguments = parser.parse_args()
    if bool(arguments.folder) != bool(arguments.reader):
        parser.error("--folder and --reader go together.")
    if arguments.folder and not arguments.folder.is_dir():
        parser.error(f"{arguments.folder} is no folder.")
    return arguments


def wanted_packages(arguments: argparse.Namespace) -> list[tuple[Source, Reader]]:
    """The sources to fetch: those named, else all unless a folder is given."""
    if arguments.only:
        return [(source, reader) for source, reader in SOURCES if source.package in arguments.only]
    return [] if arguments.folder else list(SOURCES)


def fetch(
    wanted: Sequence[tuple[Source, Reader]], data: Path
) -> tuple[list[Unpacked], dict[str, str]]:
    """The unpacked packages, and why each of the others could not be had."""
    unpacked, missing = [], {}
    for source, reader in progress(wanted, desc="fetching", unit="package"):
        try:
            unpacked.append((unpack(source, data), source, reader))
        except archives.ArchiveError as error:
            missing[source.package] = str(error)
    return unpacked, missing


def own_folder(arguments: argparse.Namespace) -> list[Unpacked]:
    """The user's folder as one more unpacked package."""
    if not arguments.folder:
        return []
    folder = arguments.folder.resolve()
    corpus = OwnCorpus(
        name=arguments.name or folder.name,
        language=arguments.language,
        licence=arguments.licence,
        tier=arguments.tier,
    )
    return [(folder, corpus.source, reader_of(arguments.reader, corpus))]


def progress(items: Sequence[Item], *, desc: str, unit: str) -> Iterable[Item]:
    """The same items, with a progress bar where tqdm is installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        return items
    return tqdm(items, desc=desc, unit=unit)


def with_bar(root: Path, *, reader: Reader, name: str) -> Iterator[Recording]:
    """What the reader lists, with a progress bar."""
    yield from progress(list(reader(root)), desc=name, unit="recording")


def watched(unpacked: Sequence[Unpacked]) -> list[Unpacked]:
    """The same packages, with a progress bar over each one's recordings."""
    return [
        (root, source, partial(with_bar, reader=reader, name=source.package))
        for root, source, reader in unpacked
    ]


def minutes_by(
    utterances: Sequence[Utterance], *fields: str
) -> dict[tuple[str, ...], tuple[int, float]]:
    """Number and minutes of utterances by the given fields of theirs."""
    found: dict[tuple[str, ...], tuple[int, float]] = {}
    for utterance in utterances:
        key = tuple(str(getattr(utterance, field)) for field in fields)
        count, minutes = found.get(key, (0, 0.0))
        found[key] = (count + 1, minutes + utterance.duration_s / 60)
    return found


def print_summary(corpus: PreparedCorpus) -> None:
    """Utterances and minutes by speaker, language and split, then by split alone."""
    for fields in (("speaker", "language", "split"), ("split",)):
        for key, (count, minutes) in sorted(minutes_by(corpus.utterances, *fields).items()):
            print(f"{' '.join(part.ljust(16) for part in key)} {count:6d} {minutes:8.1f} min")


def report_missing(missing: dict[str, str]) -> None:
    """Say which packages are left out, and end with an error."""
    if missing:
        lines = [f"  {package}: {reason}" for package, reason in missing.items()]
        raise SystemExit("\n".join(["Left out, since they could not be had:", *lines]))


def prepare_noises(packages: set[str], data: Path) -> None:
    """Prepare the noises that lie in some of the packages."""
    noises, _ = fetch([one for one in NOISE_SOURCES if one[0].package in packages], data)
    if noises:
        print(f"{prepare(data / 'noises', noises)} noises in {data / 'noises'}")


def main() -> None:
    """Fetch, unpack and prepare."""
    arguments = parse_arguments()
    data = data_folder()
    unpacked, missing = fetch(wanted_packages(arguments), data)
    unpacked += own_folder(arguments)
    if not unpacked:
        report_missing(missing)
    folder = corpus_folder(data, arguments.rate)
    count = prepare(folder, watched(unpacked), preparation_of(arguments.rate))
    if arguments.rate == RATE_HZ:
        prepare_noises({source.package for _, source, _ in unpacked}, data)
    print(f"{count} utterances in {folder}")
    print_summary(PreparedCorpus.open(folder, rate_hz=arguments.rate))
    report_missing(missing)


if __name__ == "__main__":
    main()
