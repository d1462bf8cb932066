#!/bin/sh
# Installs what the tests in a browser and of text need from Debian's packages, where it is absent.
set -eu
missing=""
command -v chromium >/dev/null || missing="$missing chromium"
command -v node >/dev/null || missing="$missing nodejs"
command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
[ -z "$missing" ] && exit 0
echo "Installing from Debian:$missing"
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
