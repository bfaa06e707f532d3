# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= auto
INSTALLED := $(VENV)/.installed

INPUTS ?= 100000
TARGETS ?= all

.PHONY: demo test fuzz hostile long lint bench lock clean

demo: $(INSTALLED)
	$(BIN)/cpo-probe demo

# Tests start the program hundreds of times: its modules are compiled once, also where bytecode is not wanted otherwise.
test: export PYTHONDONTWRITEBYTECODE =
test: $(INSTALLED)
	$(BIN)/python tests/peers/install.py
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What the readers do with INPUTS odd files each; what they found new ways with stays in .peers/fuzzed for the next time.
fuzz: $(INSTALLED)
	$(BIN)/python tests/peers/install.py fuzz
	PYTHONPATH=.:$$(echo .peers/fuzz/lib/python*/site-packages) $(BIN)/python -m tests.fuzz.run $(TARGETS) .peers/fuzzed $(INPUTS)

# Files of up to 10 GB that are made to break a reader; needs 12 GB of disk for a moment, and half an hour.
hostile: $(INSTALLED)
	$(BIN)/python -m benchmarks.hostile

# What CI leaves out, since it installs a whole CAD system: STEP files written by FreeCAD.
long: $(INSTALLED)
	$(BIN)/python tests/peers/install.py freecad
	CPO_PROBE_LONG=1 $(BIN)/python -m pytest tests/peers/test_freecad.py

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(INSTALLED)
	for file in $$(ls benchmarks/[a-z]*.py | grep -v hostile); do name=$$(basename $$file .py); echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "cpo-probe needs Python 3.11 or newer; found $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Needs the tool uv; every version and hash of the lock comes from this one command.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .peers demo runs
