# Needs make and Python 3.11 or newer; all else goes into .venv.

BIN := .venv/bin
CLIENTS := tests/clients/node_modules/.package-lock.json
READY := .venv/.ready
WORKERS ?= 4

RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?=
PYTHONS := $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11)

# Sets the shell's $python to the first of them that is new enough.
define find_python
for python in $(PYTHONS) ""; do \
	if [ -z "$$python" ] || "$$python" -c '$(RECENT)' 2>/dev/null; then break; fi; \
done; \
if [ -z "$$python" ]; then \
	set -- $(PYTHONS); \
	echo "Compagnon needs Python 3.11 or newer, but $$1 is: $$("$$1" --version 2>&1)." >&2; \
	echo "Name a newer one: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 1; \
fi
endef

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser test-clients check fix bench fuzz schema lock clean

help: ## Says what there is
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' Makefile | while IFS='	' read -r name what; do \
		printf 'make %-14s %s\n' "$$name" "$$what"; \
	done

demo: $(READY) ## Sets up, then serves a demo; HOST=... and PORT=... say where
	@exec $(BIN)/compagnon serve --demo $(if $(HOST),--host "$(HOST)") $(if $(PORT),--port "$(PORT)")

# Tests start a hundred processes: with bytecode none of them compiles all modules anew.
test: $(READY) ## Sets up, then runs the tests; ARGS=... goes to pytest
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

test-browser: $(READY) ## Runs the tests that need Chromium
	@if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then \
		echo "These tests need chromium and chromedriver on the PATH." >&2; \
		echo "On Debian and Ubuntu: apt-get install chromium chromium-driver" >&2; \
		exit 1; \
	fi
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -m browser tests/browser $(ARGS)

test-clients: $(READY) $(CLIENTS) ## Runs client libraries from npm against a server; needs node 20
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -m clients tests/clients $(ARGS)

$(CLIENTS): tests/clients/package-lock.json tests/clients/package.json
	@if ! command -v npm >/dev/null || ! node -e 'process.exit(+(parseInt(process.versions.node) < 20))'; then \
		echo "These tests need npm, and node 20 or newer; here node is: $$(node --version 2>/dev/null || echo missing)." >&2; \
		echo "On Debian 13 and Ubuntu 25.04 or newer: apt-get install nodejs npm" >&2; \
		echo "On older ones, Debian 12 among them, after that: npm install --global node@22" >&2; \
		exit 1; \
	fi
	@cd tests/clients && npm ci --silent
	@touch $@

check: $(READY) ## Checks format, lint, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

fix: $(READY) ## Formats, and mends what lint can mend
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: $(READY) ## Measures; ARGS=... goes to bench/run.py
	@if [ -f bench/run.py ]; then exec $(BIN)/python bench/run.py $(ARGS); \
	else echo "There is no bench/run.py." >&2; exit 1; fi

# Its packages are kept apart from what is pinned: nothing of ours imports them.
fuzz: $(READY) ## Asks a demo for what schemathesis makes up; ARGS=... goes to bench/fuzzing.py
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(BIN)/python -m venv "$$tools"; \
	"$$tools/bin/python" -m pip install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5'; \
	"$$tools/bin/python" bench/fuzzing.py $(ARGS)

schema: $(READY) ## Prints schema.graphql anew
	@$(BIN)/compagnon schema --write

lock: ## Pins anew what pyproject.toml asks for; ARGS=--upgrade takes the newest
	@$(find_python); set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	"$$python" -m venv "$$tools"; \
	"$$tools/bin/python" -m pip install --quiet --disable-pip-version-check 'uv>=0.13,<0.14'; \
	"$$tools/bin/uv" pip compile --quiet --no-config --universal --python-version 3.11 --extra dev \
		--generate-hashes --custom-compile-command 'make lock' $(ARGS) \
		--output-file requirements.lock pyproject.toml; \
	if grep -n '://' requirements.lock; then \
		echo "requirements.lock must not hold an address." >&2; exit 1; \
	fi

clean: ## Removes all that was made here: .venv, the demo's data, caches
	@rm -rf .venv .compagnon tests/clients/node_modules build dist .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installing twice is harmless, so what is half made is simply made again.
$(READY): requirements.lock pyproject.toml
	@$(find_python); set -e; \
	echo "Setting up .venv ..."; \
	if ! $(BIN)/python -c 'import pip; $(RECENT)' 2>/dev/null; then \
		rm -rf .venv; "$$python" -m venv .venv; \
	fi; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements.lock; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
