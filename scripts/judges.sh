#!/bin/sh
# Installs what measures renderings, so that its tests run too. Each is tried by itself: where one
# cannot be had (pesq needs a C compiler), its tests are skipped and the others are not.
set -eu
pip="$1/bin/pip"
install() {
  "$pip" install --quiet --disable-pip-version-check "$@" || echo "Not installed: $*; its tests are skipped." >&2
}
echo "Installing requirements-measuring.txt ..."
"$pip" install --quiet --disable-pip-version-check -r requirements-measuring.txt 2>/dev/null ||
  grep -o '^[a-z][a-z0-9-]*==[0-9.]*' requirements-measuring.txt | while read -r one; do install "$one"; done
install --no-deps resemblyzer==0.1.4
