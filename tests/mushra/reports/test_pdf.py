import shutil
import subprocess
from dataclasses import replace

import pytest

from mushra.reports.document import build_report
from mushra.reports.figures.estimates import means_drawing
from mushra.reports.figures.style import render
from mushra.reports.pdf import _widest_rows, figure_pdf, report_pdf


@pytest.fixture(scope="module")
def means(document):
    return render(means_drawing(document.headline.systems), simulated=True)


def words_of(pdf: bytes) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed.")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_pdf_is_the_same_bytes_every_time(document, means):
    assert report_pdf(document, [means]) == report_pdf(document, [means])


def test_the_pdf_says_what_the_page_says(document, means):
    words = words_of(report_pdf(document, [means]))

    assert "SIMULATED LISTENERS" in words
    assert "12 Significance" in words.replace("\n", " ")
    assert "A pooled test would have" in words.replace("\n", " ")
    assert "Figure 1" in words


def test_text_from_people_is_never_code(table, design):
    hostile = '#panic("no") $x$ *b* \\ "quoted" <label> @ref'
    document = build_report(table, replace(design, title=hostile, instructions=hostile))

    assert '#panic("no") $x$ *b*' in words_of(report_pdf(document, ()))


def test_a_figures_pdf_is_as_large_as_its_svg_and_the_same_every_time(means):
    pdf = figure_pdf(means)

    assert pdf.startswith(b"%PDF-")
    assert figure_pdf(means) == pdf
    assert means.size_pt[0] == pytest.approx(72 * 6.05, abs=0.1)


def test_the_rows_that_are_measured_hold_the_longest_text_of_each_column():
    rows = [
        {"head": "a", "cells": ["1", "long text"], "is_marked": False},
        {"head": "abc", "cells": ["1.25", ""], "is_marked": True},
        {"head": "ab", "cells": ["1.5", "text"], "is_marked": False},
    ]

    assert _widest_rows(rows) == [
        {"head": "abc", "cells": ["1.25", "long text"], "is_marked": True},
        {"head": "ab", "cells": ["1.5", "text"], "is_marked": False},
    ]
