# `make demo` and `make test` do all the set-up themselves, from the lock files, into .venv.

PYTHON ?= python3
BIN := .venv/bin
DBT := $(BIN)/dbt --quiet
# sqlfluff's dbt templater opens a database of its own.
LINT_DATABASE := target/lint.duckdb

.PHONY: demo test test-long lint docs bench lock clean

demo: .venv/runtime
	$(DBT) build --profiles-dir profiles
	$(BIN)/also-bought publish
	$(BIN)/also-bought show

test: lint
	$(BIN)/python -m pytest -n 2

# A thousand random mixtures of bad lines, and a line a million times.
test-long: .venv/dev
	ALSO_BOUGHT_MIXTURES=1000 $(BIN)/python -m pytest tests/python/test_corpus_mixtures.py

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	mkdir -p target
	ALSO_BOUGHT_DATABASE=$(LINT_DATABASE) $(BIN)/sqlfluff lint --disable-progress-bar models tests

docs: .venv/runtime
	$(DBT) build --profiles-dir profiles
	$(DBT) docs generate --static --profiles-dir profiles
	@echo "The documentation is one file, to open in a browser: target/static_index.html"

bench: .venv/dev
	$(BIN)/python benchmarks/neighbours/run.py

# uv is needed only here, to renew the lock files: for every platform and Python from 3.11 on.
LOCK := uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	-c requirements/constraints.txt

lock:
	$(LOCK) --extra build pyproject.toml -o requirements/runtime.txt
	$(LOCK) --extra build --extra dev pyproject.toml -c requirements/runtime.txt \
		-o requirements/dev.txt

clean:
	rm -rf .venv target logs dbt_packages serving also_bought.duckdb

.venv/bin/python:
	$(PYTHON) -m venv .venv

# A stamp file for each lock: what is installed is what the lock says.
.venv/runtime .venv/dev: .venv/%: requirements/%.txt pyproject.toml | .venv/bin/python
	@echo "Installing requirements/$*.txt (about a minute) ..."
	$(BIN)/pip install --quiet --require-hashes -r requirements/$*.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
