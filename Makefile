# The only commands to know. CI calls them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PYTHONPATH := src

.PHONY: run refresh test test-postgres check bench bench-quality browser lock clean screenshots

$(VENV)/run.stamp: requirements/run.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 est nécessaire (PYTHON=chemin pour en désigner un autre)."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@ln -sf ../../maillage $(BIN)/maillage
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/run.stamp  ## first start: prepares everything, then serves
	$(BIN)/python -m maillage preparer
	$(BIN)/python -m maillage servir --port $(PORT)

refresh: $(VENV)/run.stamp  ## asks every enabled source, then proposes what changes
	$(BIN)/python -m maillage rafraichir

browser:  ## Chromium for the browser tests, by apt where it may
	@sh scripts/install_browser.sh

test: $(VENV)/dev.stamp browser
	$(BIN)/python -m pytest -n 2

test-postgres: $(VENV)/dev.stamp  ## the same tests on a PostgreSQL of their own, browsers left out
	@sh scripts/with_postgres.sh $(BIN)/python -m pytest -n 2 --migrations -m "not browser" $(TESTS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m maillage django check --fail-level WARNING
	$(BIN)/python -m maillage django makemigrations --check --dry-run

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench
	$(BIN)/python -m bench.duplicates
	$(BIN)/python -m bench.rotation --check
	$(BIN)/python -m bench.dialogue --check
	$(BIN)/python -m bench.coverage

bench-quality: $(VENV)/dev.stamp  ## ranking beside its parts removed and its peers, PostgreSQL where it is
	@sh scripts/with_postgres.sh $(BIN)/python -m bench.quality || { [ $$? = 3 ] && $(BIN)/python -m bench.quality; }

lock: $(VENV)/dev.stamp  ## pins every dependency again, with its hashes
	$(BIN)/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev -o requirements/dev.txt pyproject.toml

screenshots: $(VENV)/dev.stamp browser  ## with the house open (make run)
	$(BIN)/python scripts/take_screenshots.py http://127.0.0.1:$(PORT)

clean:
	rm -rf var $(VENV)
