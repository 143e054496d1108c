# Two commands: `make demo` shows the main job, `make test` passes the tests. Both do all the set-up they need.
# While you work: `make check` lints, checks types and layers, and runs the quick tests (CONTRIBUTING.md).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SHELL := bash
# What was compiled is kept, whatever the surroundings say: many tests start an interpreter.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo check test quick-tests all-tests exhaustive lint hooks lock wheelhouse score train samples golden bench crash fuzz schema walk mutations docs reference examples pictures dist sbom release clean

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Dutybook needs Python 3.11 or newer; name one: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

# Python compiles what is used when it is used: most of what the tools for training bring is not.
$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e '.[dev]'
	@touch $(VENV)/.core $@

demo: $(VENV)/.core  ## reads the sample corpus into a register, shows obligations, writes a workbook, all in dutybook-demo
	$(BIN)/dutybook demo --no-serve

# The linters run beside the tests: checking the types takes one processor most of a minute.
check: $(VENV)/.dev  ## what must hold before each commit: linters, types, layers, and the tests of tests/quick.txt
	@$(MAKE) --no-print-directory -j 2 lint quick-tests

test: $(VENV)/.dev  ## everything that must hold
	@$(MAKE) --no-print-directory -j 2 lint all-tests

quick-tests: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $$(grep -v '^#' tests/quick.txt)

all-tests: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

exhaustive: $(VENV)/.dev  ## checks over every text beside the repository, in some minutes
	$(BIN)/python -m pytest -n 2 -m exhaustive

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/known_bad.py

hooks: $(VENV)/.dev  ## has git run the linters before each commit (needs pre-commit: pip install pre-commit)
	pre-commit install

lock: $(VENV)/.dev  ## writes the versions installed here into the lock files, with digests that pip's index gives (some minutes)
	$(BIN)/python .ci/lock.py

wheelhouse: $(VENV)/.dev  ## keeps a copy of every locked file in build/wheelhouse, to install from without an index
	$(BIN)/python -m pip download --quiet --require-hashes --no-deps -r requirements.lock -d build/wheelhouse

dist: $(VENV)/.dev  ## builds wheel and sdist twice, compares them, and checks them as an index would
	$(BIN)/python .ci/build.py --twice

sbom: $(VENV)/.dev  ## writes the bill of materials (CycloneDX) into dist
	@mkdir -p dist
	$(BIN)/python .ci/sbom.py > dist/dutybook.cdx.json

release: $(VENV)/.dev  ## says what a release would do (VERSION=0.1.0), and does it with REALLY=yes: tests, changelog, version, build, tag
	$(BIN)/python .ci/release.py $(VERSION) $(if $(filter yes,$(REALLY)),--really)

walk: $(VENV)/.dev  ## counts the modules that the walks of docs/walk.md enter, and writes the numbers there
	$(BIN)/python tests/walks.py --write

docs: $(VENV)/.dev  ## builds the documentation site into build/site; a warning is an error
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

reference: $(VENV)/.dev  ## writes the pages of the documentation that are made from the program anew
	$(BIN)/python docs/generate.py

examples: $(VENV)/.dev  ## runs what the pages of the documentation show, and writes what is printed now (PAGES="docs/how-to/review.md")
	$(BIN)/python docs/examples.py --write $(PAGES)

pictures: $(VENV)/.dev  ## takes the pictures of the documentation anew, in Chromium
	$(BIN)/python docs/pictures.py

mutations: $(VENV)/.dev  ## negates conditions of extract, resolve and store, and counts which ones no test notices (SAMPLE=60)
	$(BIN)/python benchmarks/mutation_sampling.py --sample $(or $(SAMPLE),60)

train: SHARED ?= ../shared
train: $(VENV)/.dev  ## trains the reader of norms, also with what people judged (JUDGED=folder of dutybook export FOLDER --training)
	$(BIN)/python models/reader/train.py $(SHARED) $(if $(JUDGED),--judged $(JUDGED))

samples: $(VENV)/.dev  ## builds corpora/samples from its sources again
	$(BIN)/python corpora/build_samples.py

# Without FOLDS the shipped model reads documents that it may have learned from: that is shown, and models/scores/real.md stays as it is.
score: SHARED ?= ../shared
score: $(VENV)/.dev  ## scores on real documents, then on our own texts (SHARED=../shared FOLDS=folder of fold-0 … fold-4)
	@echo "== Real documents: the measure"
	$(BIN)/python benchmarks/real.py $(SHARED) $(if $(FOLDS),--folds $(FOLDS) --out models/scores/real.json --report models/scores/real.md)
	@echo "== General news: fewer is better"
	$(BIN)/python benchmarks/general_news.py $(SHARED) $(if $(FOLDS),--folds $(FOLDS) --report models/scores/general_news.md)
	@echo "== Our own texts and public acts, which rules and models were made with: not the measure"
	$(BIN)/python benchmarks/score.py $(SHARED) --heldout --report models/scores/own.md

clean:
	rm -rf $(VENV) dutybook-demo build dist

golden: $(VENV)/.dev  ## writes the golden files of the samples anew (read the difference before committing)
	$(BIN)/python tests/golden/regenerate.py

bench: $(VENV)/.dev  ## pages a CPU-second (FILES="a.pdf b.pdf")
	$(BIN)/python benchmarks/speed.py $(FILES)

# The command for every night: another SEED each time finds other things (SEED=$$(date +%j)).
fuzz: $(VENV)/.dev  ## damages documents, streams, mails, feeds, workbooks and requests at random for ten minutes (SEED=2 SECONDS=60 ONLY=feeds,mail)
	$(BIN)/python benchmarks/fuzz.py --seconds $(or $(SECONDS),600) --seed $(or $(SEED),1) --keep build/fuzz $(if $(ONLY),--only $(ONLY))

crash: $(VENV)/.dev  ## kills ingests and has many processes write at once; prints errors, rows lost and doubled
	$(BIN)/python benchmarks/crash.py --kills 30 --writers 3 --readers 2

schema: $(VENV)/.dev  ## writes the page of the schema anew
	$(BIN)/dutybook schema --markdown > src/dutybook/store/SCHEMA.md
