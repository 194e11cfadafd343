# `make demo` and `make test` do all the set-up themselves, from the lock files, into .venv.

PYTHON ?= python3
BIN := .venv/bin
DBT := $(BIN)/dbt --quiet
# The projects that install this one as a package; they follow the same style.
CONSUMERS := integration_tests integration_tests/corpus integration_tests/extending \
	examples/online_retail \
	examples/complete_journey benchmarks/recommendations/shop

.PHONY: demo test test-dbt test-long test-postgres test-spark test-export test-report test-superset lint \
	lint-package lint-consumers docs \
	bench bench-recommendations bench-build bench-orders bench-serving bench-publish bench-install \
	mutants release-check release-surface sbom lock clean

# Unit tests are for `make test`: they say nothing about the data.
demo: .venv/runtime
	$(DBT) build --profiles-dir profiles --exclude-resource-type unit_test
	$(BIN)/also-bought publish
	$(BIN)/also-bought show

test: .venv/dev
	$(MAKE) --jobs 2 --output-sync=target test-dbt lint-consumers
	$(BIN)/python -m pytest -n 2

# The unit tests of what is switched off by default run where it is on.
test-dbt: lint-package
	ALSO_BOUGHT_DATABASE=target/test.duckdb $(DBT) build --profiles-dir profiles
	ALSO_BOUGHT_DATABASE=target/test.duckdb $(DBT) build --profiles-dir profiles \
		--select models/neighbours models/candidates models/baskets models/content basket_affinity similar_items \
		--vars '{also_bought__neighbours_engine: sql, also_bought__basket_affinity: true, also_bought__similar_items: true}'

# A thousand random mixtures of bad lines, a line a million times, a week of days, twenty shops without a leak,
# five odd shops, pip's own choice of versions for each Python here, other users, languages and folders, a shop
# of the last version, a hundred changed cells and bytes, a kill at each step of forgetting, kills at random moments
# and system calls, a server of Postgres killed in the middle of a build, unit tests on Spark.
test-long: .venv/dev
	ALSO_BOUGHT_TEST_LONG=1 $(BIN)/python -m pytest tests/python/orders/test_corpus_mixtures.py \
		tests/python/orders/test_incremental_orders.py tests/python/orders/test_overlapping_extracts.py \
		tests/python/evaluation/test_evaluation.py tests/python/evaluation/test_odd_shops.py \
		tests/python/evaluation/test_weekly_evaluation.py \
		tests/python/package/test_install.py \
		tests/python/package/test_surroundings.py tests/python/package/test_locks.py \
		tests/python/package/test_upgrade.py tests/python/package/test_names.py \
		tests/python/publishing/test_verification.py \
		tests/python/publishing/test_forgetting.py tests/python/publishing/test_kills.py
	ALSO_BOUGHT_TEST_LONG=1 $(MAKE) test-postgres test-spark

# Starts a server of its own and stops it; installs Debian's where there is none.
test-postgres: .venv/postgres
	$(BIN)/python tests/python/support/postgres_server.py $(BIN)/python -m pytest -n 2 \
		tests/python/engines/test_engines.py tests/python/publishing/test_publish_postgres.py

# A cluster of two workers and a Thrift server, on this machine and for the time of the test.
test-spark: .venv/spark
	command -v java > /dev/null || (apt-get update -qq && apt-get install -qq default-jre-headless)
	ALSO_BOUGHT_TEST_SPARK=1 $(BIN)/python -m pytest tests/python/engines/test_spark.py

# Reads exports with Node and npm's reader of Parquet, and with Scala where Spark has brought it.
test-export: .venv/dev
	command -v npm > /dev/null && npm ci --silent --prefix tests/node || \
		echo "No npm here: the tests with Node are skipped."
	$(BIN)/python -m pytest tests/python/publishing/test_export_readers.py

# Opens the report in Chromium; installs Debian's where there is none. Pictures lie in target/report/.
test-report: .venv/report
	command -v npm > /dev/null && npm ci --silent --prefix tests/node || \
		echo "No npm here: the tests with a folder are skipped."
	command -v chromium > /dev/null || (apt-get update -qq && apt-get install -qq chromium)
	ALSO_BOUGHT_TEST_BROWSER=1 $(BIN)/python -m pytest tests/python/report/test_browser.py

# Imports the dashboards into a Superset of its own and opens them in Chromium. Pictures lie in target/superset/.
test-superset: .venv/report .superset/installed
	command -v chromium > /dev/null || (apt-get update -qq && apt-get install -qq chromium)
	ALSO_BOUGHT_TEST_SUPERSET=1 $(BIN)/python -m pytest tests/python/bi/test_superset.py

# Breaks each rule of the orders layer in turn: an hour of CPU.
mutants: .venv/dev
	$(BIN)/python tests/python/support/rule_mutants.py

lint: lint-package lint-consumers

lint-package: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	mkdir -p target
	ALSO_BOUGHT_DATABASE=target/lint.duckdb $(BIN)/sqlfluff lint --disable-progress-bar models tests

# sqlfluff takes a project's paths from its configuration only. The demo shop's rules are not the consumers'.
lint-consumers: .venv/dev
	@mkdir -p target
	@for project in $(CONSUMERS); do \
		echo "sqlfluff lint $$project"; \
		sed "s#^\(pro[a-z]*_dir\) = .*#\1 = $(CURDIR)/$$project#; /stg_shop__/d" .sqlfluff \
			> target/consumer.sqlfluff; \
		(cd $$project && $(CURDIR)/$(DBT) deps && \
			ALSO_BOUGHT_DATA=. ALSO_BOUGHT_DATABASE=$(CURDIR)/target/lint_consumers.duckdb \
			$(CURDIR)/$(BIN)/sqlfluff lint --ignore-local-config --config $(CURDIR)/target/consumer.sqlfluff \
			--disable-progress-bar models) || exit 1; \
	done

docs: .venv/runtime
	$(DBT) build --profiles-dir profiles --exclude-resource-type unit_test
	$(DBT) docs generate --static --profiles-dir profiles
	@echo "The documentation is one file, to open in a browser: target/static_index.html"

bench: .venv/dev
	$(BIN)/python benchmarks/neighbours/run.py

bench-recommendations: .venv/dev
	$(BIN)/python benchmarks/recommendations/run.py

bench-build: .venv/dev
	$(BIN)/python benchmarks/build/run.py

bench-orders: .venv/dev
	$(BIN)/python benchmarks/orders/run.py

bench-serving: .venv/dev
	$(BIN)/python benchmarks/serving/run.py

# Starts a Postgres server of its own.
bench-publish: .venv/postgres
	$(BIN)/python benchmarks/serving/publish.py

bench-install: .venv/dev
	$(BIN)/python benchmarks/install/run.py

# What is installed, with versions, licences and origins, as pip reports it: target/installed.json.
sbom: .venv/dev
	mkdir -p target
	$(BIN)/pip inspect --local > target/installed.json

# What a release of this checkout would break for others, and whether its version says so.
release-check: .venv/dev
	$(BIN)/python release/check.py

# The list that the next release is compared with. It belongs to the commit that is tagged.
release-surface: .venv/dev
	$(BIN)/python release/check.py --write

# uv is needed only here, to renew the lock files: for every platform and Python from 3.11 on.
LOCK := uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	-c requirements/constraints.txt

lock:
	$(LOCK) --extra build pyproject.toml -o requirements/runtime.txt
	$(LOCK) --extra build --extra dev --extra report pyproject.toml -c requirements/runtime.txt \
		-o requirements/dev.txt
	for engine in postgres spark; do \
		$(LOCK) --extra build --extra dev --extra report --extra $$engine pyproject.toml \
			-c requirements/dev.txt -o requirements/$$engine.txt || exit 1; \
	done
	$(LOCK) --extra build --extra dev --extra report --extra browser pyproject.toml \
		-c requirements/dev.txt -o requirements/report.txt
	$(LOCK) requirements/superset.in -o requirements/superset.txt

clean:
	rm -rf .venv .superset target logs dbt_packages serving also_bought.duckdb

.venv/bin/python:
	$(PYTHON) -m venv .venv

# Superset has an environment of its own: it needs an older pandas than our programs.
.superset/installed: requirements/superset.txt
	@echo "Installing requirements/superset.txt (two minutes) ..."
	$(PYTHON) -m venv .superset
	.superset/bin/pip install --quiet --require-hashes -r requirements/superset.txt
	touch $@

# A stamp file for each lock: what is installed is what the lock says.
.venv/runtime .venv/dev .venv/postgres .venv/spark .venv/report: .venv/%: requirements/%.txt pyproject.toml | .venv/bin/python
	@echo "Installing requirements/$*.txt (about a minute) ..."
	$(BIN)/pip install --quiet --require-hashes -r requirements/$*.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
