"""Training states and kept weights on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def write_atomically(state: Mapping[str, Any], path: Path) -> None:
    """Write a state; an interrupted write leaves the old file in place."""
    partial = path.with_suffix(".partial")
    torch.save(dict(state), partial)
    partial.replace(path)
