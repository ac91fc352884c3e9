#!/bin/sh
# Installs the locked dependencies with the Bun that package.json pins: the one on PATH when it is that version, else npm fetches it.
set -eu
cd "$(dirname "$0")/.."

version=$(sed -n 's/^ *"bun": "\([^"]*\)".*/\1/p' package.json)

# npm and Bun keep caches in the home directory; without a usable one they go into the checkout.
if [ ! -d "${HOME:-}" ] || [ ! -w "${HOME:-}" ]; then
  export HOME="$PWD/.cache/home"
  mkdir -p "$HOME"
fi

if [ "$(bun --version 2>/dev/null </dev/null)" = "$version" ]; then
  echo "Installing dependencies with bun $version from PATH …"
  install() { bun install --frozen-lockfile; }
elif command -v npx >/dev/null 2>&1; then
  echo "Installing dependencies: npm fetches bun $version (about 40 MB, kept in npm's cache), bun the rest …"
  # Bun's own package unpacks its executable in an install script, whatever the user's npm settings say of scripts.
  install() { npm_config_update_notifier=false npm_config_ignore_scripts=false npx --yes "bun@$version" install --frozen-lockfile; }
else
  echo "Neither npx nor bun $version was found. Install Node.js 20 or newer (it brings npm and npx), then run make again." >&2
  exit 1
fi

# npx prints nothing while it downloads. (A sleep that outlives the script must not hold the reader of its output.)
started=$(date +%s)
(
  while sleep 5 >/dev/null 2>&1; do
    echo "  … $(($(date +%s) - started)) s, $(du -sm node_modules 2>/dev/null | cut -f1 | grep . || echo 0) MB in node_modules"
  done
) &
heartbeat=$!
trap 'kill $heartbeat 2>/dev/null || true' EXIT
install </dev/null
echo "Installed in $(($(date +%s) - started)) s."
