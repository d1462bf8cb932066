import json

import pytest

from mushra.reports.fonts import FALLBACK_FONTS, FALLBACK_PACKAGES, installed_fallbacks
from mushra.reports.typesetting import TypesettingError, compile_pdf, quoted

SQUARE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    b'<rect width="5" height="5"/></svg>'
)


def test_a_document_becomes_a_pdf():
    assert compile_pdf("= Report\nText.", {}).startswith(b"%PDF-")


def test_equal_input_gives_equal_bytes():
    source = '#set text(font: "DejaVu Sans")\n= Report\n#image("a.svg")'
    assert compile_pdf(source, {"a.svg": SQUARE}) == compile_pdf(source, {"a.svg": SQUARE})


def test_figures_lie_in_folders_too():
    assert compile_pdf('#image("figures/a.svg")', {"figures/a.svg": SQUARE})


def test_the_sans_font_is_there():
    plain = compile_pdf("Words", {})
    sans = compile_pdf('#set text(font: "DejaVu Sans")\nWords', {})
    assert b"DejaVuSans" in sans
    assert b"DejaVuSans" not in plain


@pytest.mark.skipif(
    len(installed_fallbacks()) < len(FALLBACK_FONTS), reason=f"needs {FALLBACK_PACKAGES}"
)
def test_other_alphabets_have_a_font_where_it_is_installed():
    pdf = compile_pdf('#set text(font: "DejaVu Sans")\n文字 한국어', {})
    assert b"NotoSansCJK" in pdf
    assert b"NotoSansCJK" not in compile_pdf("Words, слова", {})


@pytest.mark.parametrize("path", ["manage.py", "/etc/passwd", "../manage.py"])
def test_a_document_can_not_read_the_disk(path):
    with pytest.raises(TypesettingError):
        compile_pdf(f'#read("{path}")', {})


def test_a_broken_document_says_what_is_wrong():
    with pytest.raises(TypesettingError, match="unknown variable: nothing"):
        compile_pdf("#nothing()", {})


def test_a_file_can_not_replace_the_document():
    with pytest.raises(TypesettingError, match="rename"):
        compile_pdf("Text", {"main.typ": b"other"})


@pytest.mark.parametrize("text", ['a "b" \\ c', "#panic()", "$x$ *b* _i_", "é – 語", "two\nlines"])
def test_quoted_text_is_data(text):
    check = f'#if {quoted(text)} != json("text.json") {{ panic("differs") }}'
    assert compile_pdf(check, {"text.json": json.dumps(text).encode()})


def test_control_characters_are_left_out():
    assert quoted("a\x00b\x1bc") == '"abc"'
