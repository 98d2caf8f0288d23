# make run · make test · make check · make bench · make services · make lock
# On a fresh machine this needs Python 3.11 to 3.13, pip and make; everything else goes into .venv.

PROJECT ?= projects/telco.toml
DATA ?=
ONLY ?=
PYTEST_ARGS ?=
SIMULATED := .cache/telco
UV_PIP_COMPILE := .venv/bin/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check lint types contracts docs docs-fresh bench services services-stop services-fetch lock venv-run venv-dev clean

help:
	@echo 'make run [PROJECT=projects/telco.toml] [DATA=DIR]   clean, segment, predict and report (made-up files without DATA)'
	@echo 'make test                                           the tests'
	@echo 'make check                                          lint, types, import contracts, fresh docs, then the tests'
	@echo 'make bench [ONLY=name]                              the benchmarks, answers checked first'
	@echo 'make services · make services-stop                  the servers that tests talk to'
	@echo 'make lock                                           renew requirements/*.lock'
	@echo 'make docs                                           write the generated pages of docs/ anew'

# Only the shipped telco project has a simulator to stand in for missing data.
ifeq ($(DATA)$(PROJECT),projects/telco.toml)
run: venv-run
	@.venv/bin/python -m chaland simulate telco --rows 5000 --seed 7 --out $(SIMULATED)
	@.venv/bin/python -m chaland run '$(PROJECT)' --data $(SIMULATED)
else
run: venv-run
	@.venv/bin/python -m chaland run '$(PROJECT)' $(if $(DATA),--data '$(DATA)')
endif

test: venv-dev
	@.venv/bin/python -m pytest -n 2 $(PYTEST_ARGS)

check: lint types contracts docs-fresh test

lint: venv-dev
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check

types: venv-dev
	@.venv/bin/mypy

contracts: venv-dev
	@.venv/bin/lint-imports --no-cache

docs: venv-dev
	@.venv/bin/python docs/words.py
	@.venv/bin/python docs/sql.py

docs-fresh: venv-dev
	@.venv/bin/python docs/words.py --check
	@.venv/bin/python docs/sql.py --check

bench: venv-dev
	@.venv/bin/python -m bench $(ONLY)

services: venv-dev
	@.venv/bin/python -m services start

services-stop: venv-dev
	@.venv/bin/python -m services stop

# Fetches without starting: tests start what they need themselves.
services-fetch: venv-dev
	@.venv/bin/python -m services fetch

# uv reads no pip settings; where pip was told of another index, that one is asked. The locks never name it.
lock: venv-dev
	@index=$$(.venv/bin/python -m pip config get global.index-url 2>/dev/null); [ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
	$(UV_PIP_COMPILE) pyproject.toml requirements/build.in --extra dev --extra mlflow --extra spark --upgrade -o requirements/dev.lock && \
	$(UV_PIP_COMPILE) pyproject.toml requirements/build.in --extra mlflow --constraint requirements/dev.lock -o requirements/run.lock
	@! grep -nE '://|index-url' requirements/*.lock || { echo 'a lock names an address'; exit 1; }

venv-run:
	@sh requirements/setup run

venv-dev:
	@sh requirements/setup dev

clean:
	rm -rf .venv .cache .mypy_cache .ruff_cache .import_linter_cache dist build
