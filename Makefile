# The two commands of the project are `make build` and `make test`; both make .venv when needed.
.DEFAULT_GOAL := help
SHELL := /bin/bash

MARKET ?= public
MARKETS ?= public sample
BIN := .venv/bin
RELEASE_DB = $${NPAS_HOME:-warehouse}/$(MARKET)/current/npas.duckdb

BENCH_OUT = $(if $(OUT),--out $(OUT))
BENCH_OPTIONS = $(if $(LOANS),--loans $(LOANS)) $(BENCH_OUT)

export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false

.PHONY: help build test lint docs spark test-spark java bench-start bench-readers bench-report \
  bench-load bench-limit bench-growth bench-increment bench-peers bench-page test-bench postgresql mutate lock soak clean

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

.venv/.installed: requirements.lock scripts/bootstrap.sh
	@scripts/bootstrap.sh

.venv-%/.installed: requirements.lock requirements-%.lock scripts/bootstrap.sh
	@scripts/bootstrap.sh $*

java:
	@scripts/install_system_packages.sh spark

postgresql:
	@scripts/install_system_packages.sh postgresql

build: .venv/.installed ## check the input, build and publish every market, render its page
	@set -e; for market in $(MARKETS); do \
	    $(BIN)/npas build --market $$market; \
	    $(BIN)/npas report --market $$market; \
	done

test: .venv/.installed ## build a warehouse in a scratch folder and run every test on it
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: .venv/.installed ## sqlfluff, ruff, mypy --strict, yamllint
	$(BIN)/sqlfluff lint --processes 0 models tests analyses
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/yamllint --strict .

# the catalog is read from a copy: dbt opens databases for writing, and a release is never written
docs: .venv/.installed ## the documentation of every model and column, as one page
	@test -f "$(RELEASE_DB)" || $(BIN)/npas build --market $(MARKET)
	@mkdir -p target/docs && cp -f "$(RELEASE_DB)" target/docs/npas.duckdb && chmod u+w target/docs/npas.duckdb
	NPAS_DB=target/docs/npas.duckdb $(BIN)/dbt docs generate --static --target $(MARKET) --target-path target/docs
	@echo "Documentation: $(CURDIR)/target/docs/static_index.html"

spark: java .venv-spark/.installed ## build every market on Spark, into target/spark
	@set -e; for market in $(MARKETS); do \
	    .venv-spark/bin/dbt build --target spark_$$market --target-path target/spark/$$market; \
	done

test-spark: java .venv-spark/.installed ## build the markets on Spark, compare every mart with DuckDB's
	.venv-spark/bin/python -m pytest -s tests/python/spark

soak: .venv/.installed ## 300 killed builds, 200 examples of each property, every order of arrival (takes long)
	NPAS_KILLS=$${NPAS_KILLS:-300} $(BIN)/python -m pytest -s tests/python/test_crash.py -k killed
	NPAS_EXAMPLES=$${NPAS_EXAMPLES:-200} $(BIN)/python -m pytest -n 2 --dist worksteal \
	  tests/python/metamorphic tests/python/deliveries/test_order_of_arrival.py

bench-start: .venv/.installed ## npas build against plain dbt build, and against their floor: OUT
	$(BIN)/python -m npas.bench.start $(BENCH_OUT)

bench-load: .venv/.installed ## rows per second and memory of npas load beside a DuckDB COPY (takes long)
	$(BIN)/python -m npas.bench.load $(if $(LOANS),--loans $(LOANS))

bench-readers: .venv/.installed ## how long readers wait, alone and fifty at once during a publish: OUT
	$(BIN)/python -m npas.bench.readers $(BENCH_OUT)

bench-report: .venv/.installed ## wall time of npas report, both markets; needs what make build makes
	$(BIN)/python -m npas.bench.report

bench-limit: .venv/.installed ## the loan-level models beside one script by hand: LOANS, OUT (takes long)
	$(BIN)/python -m npas.bench.limit $(BENCH_OPTIONS)

bench-growth: .venv/.installed ## the same at 1e6, 1e7 and 1e8 loans, and the exponent: SIZES, OUT (takes hours)
	$(BIN)/python -m npas.bench.growth $(if $(SIZES),--sizes $(SIZES)) $(BENCH_OUT)

bench-increment: .venv/.installed ## npas build of one more deal, and of a restated report, in a large market: LOANS, OUT (takes long)
	$(BIN)/python -m npas.bench.increment $(BENCH_OPTIONS)

bench-peers: java postgresql .venv-bench/.installed .venv-spark/.installed ## the same beside polars, pandas, PostgreSQL and Spark: LOANS, OUT (takes long)
	.venv-bench/bin/python -m npas.bench.peers $(BENCH_OPTIONS)

bench-page: .venv/.installed ## the tables and the picture of docs/performance.md, from the CSV files beside it
	$(BIN)/python -m npas.bench.page

test-bench: java postgresql .venv-bench/.installed .venv-spark/.installed ## the tests of the benchmarks, with every tool
	.venv-bench/bin/python -m pytest tests/python/bench

mutate: .venv/.installed ## change the marts' SQL and see whether the tests notice (takes long)
	$(BIN)/python -m npas.mutation

COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 \
  --generate-hashes --no-emit-index-url --no-strip-extras --no-annotate \
  --custom-compile-command "make lock" --upgrade --quiet

lock: .venv/.installed ## remake the locks from the pins in pyproject.toml
	$(COMPILE) --extra dev --output-file requirements.lock
	$(COMPILE) --extra spark --constraint requirements.lock --output-file requirements-spark.lock
	$(COMPILE) --extra bench --constraint requirements.lock --output-file requirements-bench.lock
	@if grep -n '://' requirements*.lock; then \
	    echo "a lock holds an address"; exit 1; \
	fi

clean: ## remove what builds and tests left; keeps .venv and the releases
	rm -rf target logs npas_*.duckdb npas_*.duckdb.wal .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find scripts tests -name __pycache__ -prune -exec rm -rf {} +
