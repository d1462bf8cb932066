#!/bin/sh
# Makes the virtual environment and installs a requirements file into it.
# TORCH_INDEX: address of a wheel index to take torch from first (see docs/deployment.md).
set -eu
python=$1 venv=$2 requirements=$3
command -v "$python" >/dev/null || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
  echo "Earshot needs Python 3.11; $python is $("$python" --version 2>&1). Set PYTHON=/path/to/python3.11." >&2
  exit 1
}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
if [ -n "${TORCH_INDEX:-}" ]; then
  "$venv/bin/pip" install --quiet --index-url "$TORCH_INDEX" "$(grep '^torch==' requirements.txt)"
fi
echo "Installing $requirements (the first time takes a minute or two) ..."
"$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
"$venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

print("Installed; torch is", version("torch"))
PYTHON
# Phonemes of text come from espeak-ng, a program; everything else works without it.
if ! command -v espeak-ng >/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing from Debian: espeak-ng"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends espeak-ng >/dev/null; } || echo "espeak-ng could not be installed." >&2
  else
    echo "Speech from text needs espeak-ng, which is missing: apt-get install espeak-ng" >&2
  fi
fi
