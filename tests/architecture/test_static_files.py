"""Static files as a site serves them: collected, and every module import under its hashed name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    var = tmp_path_factory.mktemp("var")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"EARSHOT_VAR": str(var)}, check=True)
    return var / "static"


def test_every_import_of_a_hashed_module_is_a_hashed_file_that_exists(collected):
    modules = [path for path in (collected / "js").rglob("*.js") if HASHED.search(path.name)]
    assert modules
    for module in modules:
        for target in IMPORT.findall(module.read_text()):
            assert HASHED.search(target), f"{module.name} imports {target} unhashed"
            assert (module.parent / target).is_file(), f"{module.name} imports a missing {target}"


def test_own_scripts_and_styles_come_from_this_site_alone(collected):
    for path in [*collected.glob("js/**/*.js"), *collected.glob("css/*.css")]:
        assert "//cdn" not in path.read_text()
        assert not re.search(r"""(from|url\()\s*["']?https?:""", path.read_text())
