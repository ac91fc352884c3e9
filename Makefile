# Everything runs through the Bun named in package.json; `make help` lists the targets.
BUN := node_modules/.bin/bun

.DEFAULT_GOAL := all
.PHONY: all unit build release start enable try test chaos bench check lint types generated reference generate fmt clean help install

## all        build the plugin, then start a dev server with it (plain `make`)
all: build
	@$(MAKE) --no-print-directory start

## build      make vault/plugins/vault-plugin-secrets-cognito-<os>-<arch> and checksums.txt; OS=darwin ARCH=arm64 LIBC=musl for others
build: node_modules/.installed
	@$(BUN) scripts/build.ts $(if $(OS),--os=$(OS)) $(if $(ARCH),--arch=$(ARCH)) $(if $(LIBC),--libc=$(LIBC))

## release    make all platforms' files, a bill of materials, licences and checksums.txt in vault/plugins
release: node_modules/.installed
	@$(BUN) scripts/release.ts

## start      start a Vault or OpenBao dev server on 127.0.0.1:8200 (root token: root), or our own where neither is on PATH
start: node_modules/.installed
	@scripts/dev-server.sh start

## enable     mount the plugin at cognito/ on the dev server, in a second terminal
enable: node_modules/.installed
	@scripts/dev-server.sh enable

## try        see it all at work, in one go and without Vault or AWS; VAULT_BIN=<file> takes that Vault or OpenBao instead
try: node_modules/.installed
	@$(BUN) scripts/try.ts

## unit       build, then run the tests beside the sources: what a working day needs, in about a minute
unit: build
	@$(BUN) scripts/test.ts src dev

## test       build, then run every test; TESTS="src/go-plugin test/servers" runs some
test: build
	@$(BUN) scripts/test.ts $(TESTS)

## chaos      crash, flood and starve a real server for about half an hour and print what was lost; SERVER=openbao SCRIPTS="crashes clusters" runs some
chaos: build
	@failed=; for script in $(or $(SCRIPTS),crashes clusters bad-input mass-revoke storms outage mounts); do \
	  echo "$$script"; $(BUN) test/chaos/$$script.ts $(SERVER) || failed="$$failed $$script"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

## bench      measure against the Go plugin, side by side in one Vault; PARTS=users,tokens ROUNDS=7 STORAGE=inmem OUT=<folder> (test/bench/README.md)
bench: build
	@$(BUN) test/bench/main.ts --parts=$(PARTS) --rounds=$(ROUNDS) --storage=$(STORAGE) --out=$(OUT)

## check      lint and format, types, generated code
check: lint types generated

lint: node_modules/.installed
	@node_modules/.bin/biome check --error-on-warnings .

types: node_modules/.installed
	@node_modules/.bin/tsc -p tsconfig.json
	@node_modules/.bin/tsc -p src/tsconfig.json

generated: node_modules/.installed
	@$(BUN) scripts/generate.ts --check
	@$(BUN) scripts/reference.ts --check
	@$(BUN) scripts/architecture.ts --check

## reference  write REFERENCE.md from the declared paths, and the diagram of ARCHITECTURE.md from the imports
reference: node_modules/.installed
	@$(BUN) scripts/reference.ts
	@$(BUN) scripts/architecture.ts

## generate   write the message types (gen/) anew from the .proto files
generate: node_modules/.installed
	@$(BUN) scripts/generate.ts

## fmt        format the sources and put imports in order
fmt: node_modules/.installed
	@node_modules/.bin/biome check --write .

## clean      remove what was built (test servers in .cache/servers and node_modules stay)
clean:
	rm -rf vault/plugins .cache/build .cache/dev-plugins

## install    install the locked dependencies; every other target does it when they changed
install: node_modules/.installed

node_modules/.installed: package.json bun.lock
	@scripts/install.sh
	@touch $@

help:
	@sed -n 's/^## /  make /p' Makefile
