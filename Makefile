# 邻里站 Linli. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

export CARGO_TARGET_DIR ?= $(CURDIR)/target
ADDR ?= 127.0.0.1:3000
SERVER := $(CARGO_TARGET_DIR)/release/server
XTASK := $(CARGO_TARGET_DIR)/release/xtask
STEP := .ci/step

# The demo's database and password, for the commands that serve it.
define demo
mkdir -p -m 700 data
export DATABASE_URL="$${DATABASE_URL:-sqlite://data/linli.sqlite}"
[ -s data/demo-password ] || (umask 077; head -c 10 /dev/urandom | base32 | tr 'A-Z' 'a-z' | tr -d '=\n' >data/demo-password)
export LINLI_DEMO_PASSWORD=$$(cat data/demo-password)
endef

.PHONY: help run dev build check test unit fuzz mutants journeys licences size bench bench-scan tools browser-tools

help: ## What there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

run: build ## Build what changed, migrate, seed demo data, and serve http://127.0.0.1:3000
	@$(demo)
	$(STEP) "migrate" "Is DATABASE_URL right, and is no older program using it?" $(SERVER) migrate
	$(STEP) "seed" "Remove data/linli.sqlite to begin anew." $(SERVER) seed
	echo
	echo "Password of all demo staff: $$LINLI_DEMO_PASSWORD (kept in data/demo-password)"
	echo "Stop with Ctrl+C. Open http://$(ADDR)"
	exec $(SERVER) serve --addr $(ADDR) --development

dev: tools ## Serve a development build, and begin anew with every changed line
	@$(demo)
	ADDR=$(ADDR) exec cargo xtask dev

build: tools ## Build the server (release) and the site
	@# Side by side, because the last crates of the server wait for each other and leave a core idle.
	# What fails here in silence fails again, aloud, in the site's step.
	cargo browser --quiet 2>/dev/null & browser=$$!
	trap 'kill $$browser 2>/dev/null || true' EXIT
	$(STEP) "server (about 10 minutes the first time)" "The compiler's message is above. Without a network: are the crates at hand?" \
	  cargo build --locked --release --package server
	$(STEP) "build tool" "The compiler's message is above." cargo build --locked --release --package xtask
	wait $$browser || true
	$(STEP) "site" "The message is above." $(XTASK) build

test: tools browser-tools check unit build licences size journeys ## Everything that CI runs
	@echo "All passed."

check: tools ## Format, and clippy for server and browser
	@$(STEP) "format" "cargo fmt" cargo fmt --all --check
	$(STEP) "clippy, native" "Mend what is reported above; see also: cargo clippy --fix" \
	  cargo clippy --locked --workspace --all-targets --quiet -- -D warnings
	$(STEP) "clippy, browser" "Mend what is reported above." \
	  cargo clippy --locked --quiet --package app --package screen --package desk --package scan-page --package scan-worker --features hydrate --target wasm32-unknown-unknown -- -D warnings

unit: tools ## Unit, property, store (on SQLite and PostgreSQL) and server tests
	@$(STEP) "PostgreSQL" "Install Debian's postgresql, or set LINLI_TEST_POSTGRES=postgres://user@host:port" \
	  env LINLI_TEST_POSTGRES="$${LINLI_TEST_POSTGRES:-}" bash -c '[ -n "$$LINLI_TEST_POSTGRES" ] || .ci/packages "postgresql=/usr/lib/postgresql/*/bin/initdb"'
	$(STEP) "font of papers" "Install Debian's fonts-noto-cjk by hand." \
	  .ci/packages "fonts-noto-cjk=/usr/share/fonts/opentype/noto/NotoSansCJK*"
	$(STEP) "unit, property, store and server tests" "The first failure is above; run it alone: app/store/with-postgres cargo test NAME" \
	  app/store/with-postgres cargo test --locked --workspace --quiet
	$(STEP) "ticket vectors, by another implementation and as WASM" "The difference is above." node app/ticket/tests/vectors.mjs
	$(STEP) "verdicts, as WASM" "The shared crate decides otherwise in a browser; see app/domain/tests/verdicts.rs." node app/domain/tests/verdicts.mjs

fuzz: tools ## A million damaged tickets, codes and key presses (FUZZ=NUMBER for another number)
	@$(STEP) "fuzzing (some minutes)" "The seed and the round are above; LINLI_FUZZ_ROUND=NUMBER repeats it alone." \
	  env LINLI_FUZZ="$${FUZZ:-1000000}" cargo test --locked --profile fuzz --package ticket --package scan fuzz -- --nocapture

mutants: tools ## Changes the rules of booking, check-in and access, one line at a time: a test must notice each
	@cargo mutants --version >/dev/null 2>&1 || $(STEP) "cargo-mutants" "cargo install cargo-mutants --locked" \
	  env -u CARGO_TARGET_DIR cargo install cargo-mutants --locked --quiet
	$(STEP) "mutants (about an hour)" "Those that no test notices are in mutants.out/missed.txt." \
	  env -u CARGO_TARGET_DIR PROPTEST_CASES=64 nice -n 19 cargo mutants --package domain \
	  --file app/domain/src/access.rs --file app/domain/src/booking.rs --file 'app/domain/src/booking/*.rs' \
	  --file app/domain/src/check_in.rs --file 'app/domain/src/check_in/*.rs' --output "$${MUTANTS:-$$CARGO_TARGET_DIR}" \
	  -- --lib -- access:: booking:: check_in::

licences: build ## Licences and known advisories of all dependencies
	@$(STEP) "licences and advisories" "Find another crate, or allow the licence in deny.toml with a reason." $(XTASK) licences

size: build ## What a browser downloads, against server/xtask/budget.toml
	@$(STEP) "download size" "Make it smaller, or raise server/xtask/budget.toml and say why." $(XTASK) size

journeys: build browser-tools ## Browser journeys, with and without JavaScript
	@cd end2end
	../$(STEP) "browser journeys" "Pictures are in end2end/results; run one alone: cd end2end && npx playwright test NAME" \
	  npx --no-install playwright test

bench: build ## Speed of pages and bookings against a bare handler and a bare database
	@$(STEP) "benchmarks" "The message is above." \
	  app/store/with-postgres cargo run --locked --release --quiet --package load

bench-scan: build browser-tools ## Scanning: read rate and time against other decoders; from a code in view to the answer
	@$(STEP) "picture and video tools" "Install Debian's ffmpeg and python3-venv by hand." \
	  .ci/packages "ffmpeg=/usr/bin/ffmpeg" "python3-venv=/usr/lib/python3*/venv/__init__.py" "libzbar0=/usr/lib/*/libzbar.so.0"
	work="$$CARGO_TARGET_DIR/bench-scan"
	seed="$${SEED:-77}"
	[ -x "$$work/venv/bin/pip" ] || $(STEP) "other decoders" "Is PyPI within reach?" \
	  bash -c "python3 -m venv $$work/venv && $$work/venv/bin/pip install -q zxing-cpp==3.1.1 numpy pillow opencv-python-headless pyzbar"
	$(STEP) "decoder and generator" "The message is above." cargo build --locked --release --quiet --package scan --examples
	examples="$$CARGO_TARGET_DIR/release/examples"
	[ -e "$$work/$$seed/truth.tsv" ] || $(STEP) "pictures (a minute)" "The message is above." "$$examples/draw" "$$work/$$seed" "$$seed"
	"$$work/venv/bin/python" app/scan/bench/compare.py "$$work/$$seed" "$$examples/decode"
	node app/scan/bench/camera.mjs "$$CARGO_TARGET_DIR/site" "$$work/$$seed"
	node app/scan/bench/door.mjs $(SERVER) "$$work/$$seed"

tools:
	@command -v cargo >/dev/null || { echo "Rust is missing: install rustup from https://rustup.rs, then run make again." >&2; exit 1; }
	command -v npm >/dev/null || { echo "Node and npm are missing: install Node 20 or later, then run make again." >&2; exit 1; }
	if ! command -v cc >/dev/null; then
	  $(STEP) "C compiler" "Install gcc (Debian: apt-get install gcc libc6-dev)" .ci/packages "gcc=/usr/bin/gcc" "libc6-dev=/usr/include/stdio.h"
	fi
	if ! rustup target list --installed 2>/dev/null | grep -q wasm32-unknown-unknown; then
	  $(STEP) "Rust for the browser" "rustup target add wasm32-unknown-unknown" rustup target add wasm32-unknown-unknown
	fi
	if [ ! -e end2end/node_modules/.package-lock.json ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
	  $(STEP) "npm tools" "Is npm's registry within reach?" npm ci --prefix end2end --ignore-scripts --silent
	  touch end2end/node_modules/.package-lock.json
	fi

browser-tools:
	@$(STEP) "browser and fonts for tests" "Install Debian's chromium and fonts-noto-cjk by hand." \
	  .ci/packages "chromium=/usr/bin/chromium" "fonts-noto-cjk=/usr/share/fonts/opentype/noto/NotoSansCJK*"
