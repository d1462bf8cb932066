"""The docs name files that exist, and link to pages that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
PATH = re.compile(r"`((?:mushra|synth|config|static|tests|scripts|demo|docs)/[\w./-]+)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_names_is_there(page):
    text = page.read_text()
    named = [ROOT / path for path in PATH.findall(text) if "NAME" not in path]
    linked = [page.parent / target for target in LINK.findall(text)]
    missing = [str(path.relative_to(ROOT)) for path in named + linked if not path.exists()]
    assert missing == []


def test_the_readme_is_short_and_names_both_commands():
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) < 150
    assert "make run" in readme
    assert "make test" in readme
