# Arusha. `make run` does all there is to do; `make test` checks it. Everything goes into .venv, build and var.
PYTHON ?= python3
SERVE ?= 1
PORT ?= 8000
VENV := .venv/bin
export NUMBA_CACHE_DIR ?= $(CURDIR)/build/numba
export ARUSHA_HOME ?= $(CURDIR)/var

# Runs a long step with a line at least every two seconds, and shows its output only where it fails.
define watched
@mkdir -p build; ( $(2) ) > build/$(1).log 2>&1 & job=$$!; begun=$$(date +%s); \
while kill -0 $$job 2>/dev/null; do sleep 1; kill -0 $$job 2>/dev/null && echo "… $(1) ($$(( $$(date +%s) - begun )) s)" || true; done; \
wait $$job || { tail -n 40 build/$(1).log; echo "$(1) failed; the whole output is in build/$(1).log"; exit 1; }
endef

.PHONY: run setup test quick prove check bench peers docs browser server clean
run: setup
	@$(VENV)/arusha demo
	@if [ "$(SERVE)" != "0" ]; then $(VENV)/arusha serve --port $(PORT); fi

setup: .venv/ready
	@$(VENV)/python -m arusha.ui.assets
	@$(VENV)/python -m arusha.conf.wording

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: install it, or name one with PYTHON=…"; exit 1; }
	@[ -x .venv/bin/pip ] || $(PYTHON) -m venv .venv || { echo "Python's venv is needed: on Debian, apt-get install python3-venv"; exit 1; }
	$(call watched,dependencies,$(VENV)/pip install --disable-pip-version-check --require-hashes -r requirements.txt)
	$(call watched,arusha,$(VENV)/pip install --disable-pip-version-check --no-deps --no-build-isolation -e .)
	@touch $@

test: setup browser server
	$(VENV)/python -m pytest -n 2 --dist loadfile -m "not prove" -rs
	$(VENV)/python -m tests.support.postgres -n 2 --dist loadfile -m "not prove" -rs

quick: setup
	$(VENV)/python -m pytest -x -n 2 --dist loadfile -m "not prove and not journey and not slow"

prove: setup browser server
	$(VENV)/python -m pytest -rs
	$(VENV)/python -m tests.support.postgres -rs

check: setup
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/python -m arusha.conf.reference --check

bench: setup
	@for script in benchmarks/acts.py benchmarks/co_travel.py benchmarks/rings.py benchmarks/treatment.py benchmarks/intake.py benchmarks/waiting.py benchmarks/inbox.py; do echo "== $$script"; $(VENV)/python $$script || exit 1; done

# The other programs that `benchmarks/peers.py` measures beside ours, apart from everything else; needs a C compiler.
peers: setup
	@[ -x build/peers/bin/pip ] || $(PYTHON) -m venv build/peers
	$(call watched,peers,build/peers/bin/pip install --disable-pip-version-check --require-hashes -r requirements-peers.txt)
	$(VENV)/python benchmarks/peers.py

docs: setup
	$(VENV)/python -m arusha.conf.reference

# Debian's chromium, for the journeys. Where it may not be installed they are skipped, and counted.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "… installing chromium" && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "No chromium: the journeys are skipped. To run them: sudo apt-get install chromium"

# Debian's PostgreSQL, whose programs the tests start a server of their own with; likewise. No service of it is left running.
server:
	@command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "… installing postgresql" && apt-get update -qq && mkdir -p /etc/postgresql-common && { [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; } && apt-get install -y -qq postgresql >/dev/null; } || echo "No PostgreSQL: its tests are skipped. To run them: sudo apt-get install postgresql"

clean:
	rm -rf build .venv src/arusha/ui/static src/arusha/ui/locale
