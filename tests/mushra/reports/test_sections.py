from mushra.reports.blocks import FigureBlock, Paragraph, TableBlock
from mushra.reports.figures.estimates import means_drawing
from mushra.reports.figures.style import render
from mushra.reports.sections import DEFINED, report_sections
from mushra.reports.tables import all_tables


def tables_of(document):
    return [
        block.table.name
        for section in report_sections(document, ())
        for block in section.blocks
        if isinstance(block, TableBlock)
    ]


def test_every_table_of_the_files_stands_in_the_report_but_those_of_everyone(document):
    shown, filed = tables_of(document), [table.name for table in all_tables(document)]

    left = [name for name in filed if name not in shown]
    assert left
    assert all("-everyone-" in name for name in left)
    assert [name for name in shown if name not in filed] == ["systems"]


def test_figures_are_numbered_in_order(document):
    figure = render(means_drawing(document.headline.systems), simulated=True)
    (graphs, *_) = report_sections(document, (figure, figure))

    found = [block.number for block in graphs.blocks if isinstance(block, FigureBlock)]
    assert found == [1, 2]


def test_what_is_shown_is_defined(document):
    assert set(DEFINED) <= set(document.definitions)


def test_the_methods_paragraph_is_there_to_be_copied(document):
    (section,) = (one for one in report_sections(document, ()) if one.name == "methods")

    assert section.blocks[-1] == Paragraph(document.methods, "quote")
