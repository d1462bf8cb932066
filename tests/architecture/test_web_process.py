"""What each kind of process may load: imports are memory and start-up time."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = {"torch", "matplotlib", "pyworld"}
FRAMEWORK = {"django", "rest_framework", "celery", "kombu"}


def modules_after(code: str) -> set[str]:
    """Top-level modules loaded in a fresh process by the code."""
    program = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_the_web_process_loads_no_network():
    code = "import django\ndjango.setup()\nimport config.urls, config.wsgi, config.celery"
    code += "\nimport synth.tasks"

    loaded = modules_after(code)

    assert "django" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "module", ["mushra.stats", "mushra.design", "synth.audio", "synth.vocoder"]
)
def test_pure_packages_load_no_framework(module: str):
    code = (
        f"import importlib, pkgutil, {module}\n"
        f"for found in pkgutil.iter_modules({module}.__path__, '{module}.'):\n"
        "    importlib.import_module(found.name)"
    )

    assert not modules_after(code) & FRAMEWORK


@pytest.mark.parametrize("module", ["synth.engine", "synth.seenness", "synth.requests"])
def test_pure_modules_load_no_framework(module: str):
    assert not modules_after(f"import {module}") & FRAMEWORK
