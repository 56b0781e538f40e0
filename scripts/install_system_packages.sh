#!/usr/bin/env bash
# Installs what the page and its tests need from the system, where it is missing: a browser
# (Debian's Chromium, for tests alone) and a font with Chinese characters (for PNG files and tests).
set -euo pipefail

has_browser() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
} >/dev/null

has_font() {
    command -v fc-list >/dev/null && [ -n "$(fc-list ':family=Noto Sans CJK SC')" ]
}

missing=()
has_browser || missing+=(chromium)
has_font || missing+=(fonts-noto-cjk fontconfig)
if [ ${#missing[@]} -eq 0 ]; then
    echo "A browser and a font with Chinese characters are here."
    exit 0
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${root[@]}" true 2>/dev/null; then
    echo "Missing: ${missing[*]}. They are installed with apt-get by root (or sudo), which is not" \
        "to be had here. On Debian and Ubuntu: sudo apt-get install ${missing[*]}; elsewhere" \
        "install Chromium or Chrome, and the font Noto Sans CJK SC." >&2
    exit 69
fi
echo "Installing ${missing[*]} ..."
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
