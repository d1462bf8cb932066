"""Names for what code does, so that a kept score is used again only if it would come out again."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

SYNTH = Path(__file__).resolve().parents[2]
DIGITS = 12
TRAINING = frozenset({"batches", "card", "discriminators", "loss", "states", "train"})
MEASURING = ("metrics", "mel", "opinion", "pitch", "slaney_mel", "speakers")


def code_version(paths: Iterable[Path]) -> str:
    """Hex digits that change with what the files do, not with comments, docstrings or layout."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(_behavior(path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:DIGITS]


def _behavior(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            node.body = body[1:]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@cache
def audio_code(*names: str) -> str:
    """The version of modules of synth.audio."""
    return code_version(SYNTH / "audio" / f"{name}.py" for name in names)


@cache
def network_code() -> str:
    """The version of everything between a checkpoint and its waveform."""
    files = (SYNTH / "vocoder").glob("*.py")
    rendering = [path for path in files if path.stem not in TRAINING]
    return code_version([*rendering, SYNTH / "audio" / "mel.py"])
