"""Write the Russian words that espeak-ng stresses wrongly by the corpus' lexicon.

    python scripts/make_stress_lexicon.py

Reads festvox-ru's lexicon below $EARSHOT_DATA/sources (default: var/data) and writes
synth/text/stress-ru.txt.gz: one word a line with U+0301 after the stressed vowel, or with its
``ё``. Left out: words the lexicon stresses in two ways, words of one vowel, and those that
espeak-ng reads alike. Takes some three minutes.
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.fetch_corpora import data_folder  # noqa: E402
from synth.datasets.festvox_ru import SOURCE, VOICE  # noqa: E402
from synth.text.espeak import SpokenWord, transcribe  # noqa: E402
from synth.text.festvox import VOWEL_LETTERS  # noqa: E402
from synth.text.normalize import STRESS_MARK  # noqa: E402
from synth.text.phones import phone_of, word_segments  # noqa: E402
from synth.text.stress import LEXICON  # noqa: E402

ENTRY = re.compile(r'\("([а-яё]+)" \S+ \((\d+)\)( fix_yo)?\)')


def read_lexicon(path: Path) -> dict[str, str]:
    """Each word of two and more vowels with its stress; words stressed in two ways apart."""
    marked: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        found = ENTRY.fullmatch(line.strip())
        vowels = (
            [k for k, letter in enumerate(found[1]) if letter in VOWEL_LETTERS] if found else []
        )
        if found and len(vowels) > 1 and 0 < int(found[2]) <= len(vowels):
            place = vowels[int(found[2]) - 1]
            is_yo = bool(found[3]) and found[1][place] == "е"
            marked.setdefault(found[1], set()).add(mark(found[1], place, is_yo=is_yo))
    return {word: forms.pop() for word, forms in marked.items() if len(forms) == 1}


def mark(word: str, place: int, *, is_yo: bool) -> str:
    """The word with the vowel at ``place`` stressed."""
    if is_yo:
        return f"{word[:place]}ё{word[place + 1 :]}"
    return word[: place + 1] + STRESS_MARK + word[place + 1 :]


def is_read_so(marked: str, spoken: list[SpokenWord]) -> bool:
    """Whether espeak-ng stresses the same vowel and no other."""
    phones = [phone_of(s) for word in spoken for s in word_segments(word.units)]
    stresses = [phone.stress > 0 for phone in phones if phone.is_vowel]
    wanted = [
        marked[k + 1 : k + 2] == STRESS_MARK or letter == "ё"
        for k, letter in enumerate(marked)
        if letter in VOWEL_LETTERS
    ]
    return stresses == wanted and "ё" not in marked


def main() -> None:
    """Compare the lexicon with espeak-ng and write what differs."""
    lexicon = read_lexicon(
        data_folder() / "sources" / SOURCE.package / VOICE / "dict" / "msu_ru_nsh_dict.scm"
    )
    words = sorted(lexicon)
    spoken = transcribe(words, "ru")
    kept = [
        lexicon[word]
        for word, said in zip(words, spoken, strict=True)
        if not is_read_so(lexicon[word], said)
    ]
    text = "\n".join(kept) + "\n"
    LEXICON.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(kept)} of {len(words)} words; {LEXICON.stat().st_size} bytes")


if __name__ == "__main__":
    main()
