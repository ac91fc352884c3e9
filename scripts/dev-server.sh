#!/bin/sh
# `dev-server.sh start` runs a Vault or OpenBao dev server with the plugin, or our own where there is neither; `dev-server.sh enable`
# mounts the plugin on it at cognito/.
set -eu
cd "$(dirname "$0")/.."

os=$(uname -s | tr '[:upper:]' '[:lower:]')
arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
plugin="vault-plugin-secrets-cognito-${OS:-$os}-${ARCH:-$arch}"
# A dev server takes every file of its plugin folder for a plugin and ends when one is not, so it cannot have the folder with checksums.txt.
plugins=.cache/dev-plugins

find_server() {
  if [ -n "${VAULT_BIN:-}" ]; then
    command -v "$VAULT_BIN" && return
    echo "VAULT_BIN names $VAULT_BIN, which is not an executable file." >&2
    exit 1
  fi
  command -v vault || command -v bao || true
}

server=$(find_server)
export VAULT_ADDR="${VAULT_ADDR:-http://127.0.0.1:8200}"

if [ -z "$server" ]; then
  case "${1:-}" in
    start)
      echo "Neither vault nor bao is on PATH, so this is the project's own small dev server. (VAULT_BIN=<file> names a real one.)"
      exec node_modules/.bin/bun scripts/start.ts
      ;;
    enable) exec node_modules/.bin/bun scripts/enable.ts ;;
  esac
fi

case "${1:-}" in
  start)
    if [ ! -f "vault/plugins/$plugin" ]; then
      echo "vault/plugins/$plugin does not exist. Run \`make build\` first, or plain \`make\`." >&2
      exit 1
    fi
    rm -rf $plugins
    mkdir -p $plugins
    ln "vault/plugins/$plugin" $plugins/ 2>/dev/null || cp "vault/plugins/$plugin" $plugins/
    echo "Starting $server as a dev server on http://127.0.0.1:8200, root token: root. In a second terminal run: make enable"
    exec "$server" server -dev -dev-root-token-id=root -dev-listen-address=127.0.0.1:8200 -dev-plugin-dir=$plugins
    ;;
  enable)
    exec "$server" secrets enable -path=cognito "$plugin"
    ;;
  *)
    echo "usage: dev-server.sh start | enable" >&2
    exit 2
    ;;
esac
