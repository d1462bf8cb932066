import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from mushra.reports.latex import MAX_ROWS, escape_latex, latex_table
from mushra.reports.tables import all_tables
from mushra.reports.tables.table import Column, ReportTable, Row


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("50 % & more_", r"50 \% \& more\_"),
        ("\\input{x}", r"\textbackslash{}input\{x\}"),
        ("$a$ #1 ~ ^", r"\$a\$ \#1 \textasciitilde{} \textasciicircum{}"),
        ("−3.1 to 2", "$-$3.1 to 2"),
        ("± 5 – 6", r"$\pm$ 5 -- 6"),
        ("< 0.001", r"\textless{} 0.001"),
        ("a\x00b\nc", "ab c"),
        ("Ærø", "Ærø"),
    ],
)
def test_text_cannot_become_commands(text, latex):
    assert escape_latex(text) == latex


@pytest.fixture
def small_table():
    columns = (
        Column("System"),
        Column("Mean", "Score"),
        Column("p", "Score"),
        Column("Why", "", True),
    )
    return ReportTable("t", "A & B", columns, (Row("x_1", ("1.0", "0.01 *", "good")),), ("100 %",))


def test_a_table_is_a_booktabs_float(small_table):
    text = latex_table(small_table, simulated=False)

    assert text == (
        "% Needs the packages booktabs and graphicx.\n"
        "\\begin{table}\n"
        "\\centering\\small\n"
        "\\caption{A \\& B}\\label{tab:t}\n"
        "\\sbox0{%\n"
        "\\begin{tabular}{lrrl}\n"
        "\\toprule\n"
        " & \\multicolumn{2}{c}{Score} &  \\\\\n"
        "\\cmidrule(lr){2-3}\n"
        "System & Mean & p & Why \\\\\n"
        "\\midrule\n"
        "x\\_1 & 1.0 & \\textbf{0.01 *} & good \\\\\n"
        "\\bottomrule\n"
        "\\end{tabular}}%\n"
        "\\ifdim\\wd0>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox0}\\else\\usebox0\\fi\n"
        "\\par\\smallskip{\\footnotesize 100 \\%\\par}\n"
        "\\end{table}\n"
    )


def test_a_simulated_table_says_so(small_table):
    assert r"\caption{SIMULATED LISTENERS: " in latex_table(small_table, simulated=True)


def test_a_table_longer_than_a_page_runs_over_pages(small_table):
    long = ReportTable("t", "T", small_table.columns, small_table.rows * (MAX_ROWS + 1))
    text = latex_table(long, simulated=False)

    assert r"\begin{longtable}" in text
    assert r"\endhead" in text
    assert r"\begin{table}" not in text


def test_every_line_of_every_table_has_as_many_cells(document):
    for table in all_tables(document):
        text = latex_table(table, simulated=True)
        body = text.split(r"\midrule")[1].split(r"\bottomrule")[0]
        for line in body.strip().splitlines():
            assert len(re.findall(r"(?<!\\)&", line)) == len(table.columns) - 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="LaTeX is not installed")
def test_latex_sets_every_table_within_the_text(document, small_table, tmp_path):
    many = replace(small_table, name="many", rows=small_table.rows * (MAX_ROWS + 1))
    tables = [*all_tables(document), many]
    body = "\\clearpage\n".join(latex_table(table, simulated=True) for table in tables)
    (tmp_path / "all.tex").write_text(
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs,graphicx,longtable}"
        f"\\begin{{document}}{body}\\end{{document}}",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
    )

    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout
