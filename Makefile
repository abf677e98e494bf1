# Two commands for a stranger: `make demo` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
VENV ?= .venv
PY = $(VENV)/bin/python
SMOKE = PIP_NO_COMPILE=1 build/smoke/bin/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo screens snapshots test check lint format types imports bench-transport bench-dispatch bench-import \
    bench-search bench-listener bench-policy bench-tui prove-sending prove-listener prove-browser test-long \
    prove-mutants docs reference wheel smoke requirements clean

help:
	@echo "make demo     the product at work: a stand-in for Meta, the listener, sample people, the screen"
	@echo "make test     every fast test"
	@echo "make test-long   walks through the screens, their snapshots, small runs of the proofs (a minute)"
	@echo "make check    test, lint, format, types and import contracts: what CI runs beside the demo"
	@echo "make format   rewrite the code in the house style"
	@echo "make wheel    build the wheel and the source archive into dist"
	@echo "make smoke    build both, install them in a fresh environment, run the demo"
	@echo "make screens  make the pictures of the screens in docs/screens"
	@echo "make docs     the documentation as a site in build/site; a link that leads nowhere fails it"
	@echo "make reference  write the pages of docs/reference anew from the code"
	@echo "make snapshots  take anew, as text, what every screen shows (tests/screens/snapshots); read the diff"
	@echo "make prove-sending   kills, faults, clocks, races: nothing is sent twice, nobody is lost (under 15 min)"
	@echo "make prove-listener  every order, hostile bodies, kills: every update counts once (under 15 min)"
	@echo "make prove-browser   the screen in a real Chromium, and everybody else kept out (needs Chromium; two minutes)"
	@echo "make prove-mutants   plant deliberate defects: each must be caught"
	@echo "make bench-dispatch    how fast a run is sent, every attempt durable (ten minutes)"
	@echo "make bench-search      how long a keystroke of the search takes, over a million people"
	@echo "make bench-tui         how quick the screen is over a million messages, against bare Textual (five minutes)"
	@echo "make bench-policy      how long a million people take to be judged and frozen, against bare SQL (four minutes)"
	@echo "make bench-import      how long 100,000 people take to import, against the bare minimum"
	@echo "make bench-listener    how many updates a second are taken in, each durable before its 200 (four minutes)"
	@echo "make bench-transport   how fast requests leave, against bare loops (benchmarks/README.md)"

demo: $(VENV)/.run
	$(PY) -m invite_tui demo

# More workers than the two cores of CI: many tests wait for a disk or for a process of theirs.
test: $(VENV)/.dev
	$(PY) -m pytest -n 4 --dist worksteal

check: lint types imports test

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

format: $(VENV)/.dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

types: $(VENV)/.dev
	$(PY) -m mypy

imports: $(VENV)/.dev
	$(VENV)/bin/lint-imports

bench-transport: $(VENV)/.run
	$(PY) -m benchmarks.transport

bench-search: $(VENV)/.run
	$(PY) -m benchmarks.search

bench-tui: $(VENV)/.run
	$(PY) -m benchmarks.tui

bench-policy: $(VENV)/.run
	$(PY) -m benchmarks.policy

bench-import: $(VENV)/.run
	$(PY) -m benchmarks.importing

bench-dispatch: $(VENV)/.bench
	$(PY) -m benchmarks.dispatch

bench-listener: $(VENV)/.bench
	$(PY) -m benchmarks.listener

prove-sending: $(VENV)/.dev
	$(PY) -m proofs

prove-listener: $(VENV)/.dev
	$(PY) -m proofs.listening

prove-browser: $(VENV)/.dev
	$(PY) -m proofs.browser docs/screens/browser.png

prove-mutants: $(VENV)/.dev
	$(PY) -m proofs.mutants

test-long: $(VENV)/.dev
	$(PY) -m pytest -n 3 --dist worksteal -m long

screens: $(VENV)/.dev
	$(PY) -m tests.screens.pictures docs/screens

snapshots: $(VENV)/.dev
	$(PY) -m pytest tests/screens/test_snapshots.py -m long --update-snapshots

docs: $(VENV)/.dev
	$(PY) -m mkdocs build --strict

reference: $(VENV)/.dev
	$(PY) -m handbook docs/reference

wheel: $(VENV)/.run
	rm -rf dist
	$(PY) -m hatchling build -t sdist -t wheel

# From nothing, as a stranger: the pinned packages, hatchling among them, and what was built from this tree.
smoke:
	rm -rf build/smoke
	$(PYTHON) -m venv build/smoke
	$(SMOKE) install --no-deps --require-hashes -r requirements/run.txt
	build/smoke/bin/python -m hatchling build -t sdist -t wheel -d build/smoke/dist
	$(SMOKE) install --no-deps --no-build-isolation build/smoke/dist/*.tar.gz
	cd build/smoke && bin/invite-tui --version
	$(SMOKE) uninstall --yes whatsapp-invitations
	$(SMOKE) install --no-deps build/smoke/dist/*.whl
	$(SMOKE) check
	cd build/smoke && bin/invite-tui --version && bin/invite-tui completion bash >completion.bash \
	    && bin/invite-tui demo --headless --contacts 20 --json
	rm -rf build/smoke

# Exact versions with hashes, and no addresses: whatever index pip is set up with serves them.
requirements: $(VENV)/.dev
	$(PY) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --quiet pyproject.toml --group build -o requirements/run.txt
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --quiet pyproject.toml --group dev -o requirements/dev.txt
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate --quiet pyproject.toml --group build --group bench -o requirements/bench.txt

$(PY):
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(PY)
	@echo "Setting up (once, about two minutes)…"
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(PY)
	@echo "Setting up (once, about two minutes)…"
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

$(VENV)/.bench: requirements/bench.txt $(VENV)/.run
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
