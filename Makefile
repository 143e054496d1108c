# Two commands: `make demo` shows the main job, `make test` passes the tests. Both do all the set-up they need.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHELL := bash

.PHONY: demo test exhaustive lint score train samples golden bench crash schema clean

$(VENV)/.core: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Dutybook needs Python 3.11 or newer; name one: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(VENV)/.core  ## reads the sample corpus into dutybook.db, shows obligations, writes register.xlsx
	$(BIN)/dutybook --database dutybook.db ingest corpora/samples
	$(BIN)/dutybook --database dutybook.db summary
	$(BIN)/dutybook --database dutybook.db search "incident report" --limit 5
	$(BIN)/dutybook --database dutybook.db export register.xlsx

test: $(VENV)/.dev lint  ## everything that must hold
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal

exhaustive: $(VENV)/.dev  ## checks over every text beside the repository, in some minutes
	$(BIN)/python -m pytest -n 2 -m exhaustive

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

samples: $(VENV)/.dev  ## builds corpora/samples from its sources again
	$(BIN)/python corpora/build_samples.py

score: $(VENV)/.dev  ## scores against the gold beside the repository (SHARED=../shared)
	$(BIN)/python benchmarks/score.py $(or $(SHARED),../shared) --heldout --report models/norms-light/scores.md

train: $(VENV)/.dev  ## trains models/norms-light from the texts beside the repository, with its card (SHARED=../shared)
	$(BIN)/python models/train.py $(or $(SHARED),../shared)

clean:
	rm -rf $(VENV) dutybook.db* register.xlsx build dist

golden: $(VENV)/.dev  ## writes the golden files of the samples anew (read the difference before committing)
	$(BIN)/python tests/golden/regenerate.py

bench: $(VENV)/.dev  ## pages a CPU-second (FILES="a.pdf b.pdf")
	$(BIN)/python benchmarks/speed.py $(FILES)

crash: $(VENV)/.dev  ## kills ingests and has many processes write at once; prints errors, rows lost and doubled
	$(BIN)/python benchmarks/crash.py --kills 30 --writers 3 --readers 2

schema: $(VENV)/.dev  ## writes the page of the schema anew
	$(BIN)/dutybook schema --markdown > src/dutybook/store/SCHEMA.md
