"""Text as written to text as read."""

import pytest

from synth.errors import SynthError
from synth.text.languages import LANGUAGES
from synth.text.normalize import normalize
from synth.text.symbols import UnknownSymbols


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("ru", "«Сталин»\u00a0— вождь…", "Сталин – вождь..."),
        ("ru", "столы, стулья и т. д.", "столы, стулья и так далее."),
        ("ru", "и т.д. и т. п.", "и так далее и тому подобное."),
        ("ru", "100 г. - и т.д., потом", "100 г. – и так далее, потом"),
        ("cs", "např. pes (nebo kočka)", "například pes, nebo kočka,"),
        ("nl", "Dat is o.a. leuk, enz.", "Dat is onder andere leuk, enzovoort."),
        ("nl", "'s Avonds zo’n dag", "'s Avonds zo'n dag"),
        ("en", "Mr. Smith said “don’t”", "mister Smith said don't"),
        ("cs", "řekl 'ne' nahlas", "řekl ne nahlas"),
        ("es", "¿Qué? ¡No!", "Qué? No!"),
        ("fr", "l’été\u00ad", "l'été"),
        ("ru", "кое-что", "кое-что"),
        ("nl", "ja - nee -- ok", "ja – nee – ok"),
    ],
)
def test_typography_and_abbreviations(language, written, read):
    assert normalize(written, language) == read


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("ru", "1 000 000 рублей", "1000000 рублей"),
        ("nl", "1.000.000 euro", "1000000 euro"),
        ("en", "1,000 and 3.5", "1000 and 3.5"),
        ("ru", "3.5 и 3,5", "3,5 и 3,5"),
        ("cs", "v 10:30, v 5.", "v 10 30, v 5."),
        ("ru", "50%", "50 процентов"),
        ("ru", "21% и 11%, 2 %", "21 процент и 11 процентов, 2 процента"),
        ("ru", "1,5%", "1,5 процента"),
        ("cs", "2 % a 25 %", "2 procenta a 25 procent"),
        ("en", "$1, $5 and £2.50", "1 dollar, 5 dollars and 2.50 pounds"),
        ("nl", "€ 5 & 5 €", "5 euro en 5 euro"),
        ("ru", "№ 5", "номер 5"),
    ],
)
def test_numbers_and_signs(language, written, read):
    assert normalize(written, language) == read


@pytest.mark.parametrize(
    ("language", "text", "unknown"),
    [
        ("ru", "Тукс — талисман Linux!", ("L", "i", "n", "u", "x")),
        ("ru", "снег ☃ и 中文", ("☃", "中", "文")),
        ("cs", "žluťoučký привет", ("п", "р", "и", "в", "е", "т")),
        ("de", "c'est § 5", ("§",)),
        ("ru", "9-ой планетой", ("9-ой",)),
        ("cs", "12.5.2020", ("12.5.2020",)),
    ],
)
def test_what_has_no_reading_is_listed(language, text, unknown):
    with pytest.raises(UnknownSymbols) as caught:
        normalize(text, language)
    assert caught.value.symbols == unknown
    assert all(symbol in caught.value.message for symbol in unknown)


def test_stress_marks_stay_in_russian():
    assert normalize("за\u0301мок", "ru") == "за\u0301мок"


def test_an_unknown_language_is_refused():
    with pytest.raises(SynthError, match="Expected a language of be, bg"):
        normalize("hei", "fi")


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_alphabet_reads_itself_and_twice_changes_nothing(code):
    alphabet = " ".join(LANGUAGES[code].alphabet)
    once = normalize(alphabet, code)
    assert once == alphabet
    assert normalize(once, code) == once
