# make demo    start the demo: example writers, and shmscope looking at them
# make demo-fleet  the same as six hosts in one page: one of them is killed now and then, and comes back
# make test    everything that CI checks: linters, types, JavaScript and Python tests
# make lint    linters and types alone
# make coverage  which lines the Python tests reach, in twice their time; fails where they are too few
# make bench   the benchmarks
# make fuzz    a minute of fuzzing for every place where hostile input comes in
# make screenshots  take README.md's pictures anew
# make clean   remove all that the others made
#
# Needed: Python 3.11 or newer with venv. Node.js is used if it is there, and fetched from PyPI if not.

PYTHON ?= python3
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
FOUND_NPM := $(and $(shell command -v node),$(shell command -v npm))
TEST_EXTRAS := $(if $(FOUND_NPM),test,test,node)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PIP := .venv/bin/pip install --quiet --prefer-binary --constraint constraints.txt
# static/vendor and static/bundled are made by the build hook: install anew where a script changed.
SETUP := pyproject.toml constraints.txt hatch_build.py package-lock.json \
	$(shell find static/js -name '*.js') \
	$(if $(and $(wildcard static/vendor/stamp),$(wildcard static/bundled/stamp)),,FORCE)

.PHONY: demo demo-fleet test lint coverage bench fuzz screenshots clean FORCE

demo: .venv/installed
	@exec .venv/bin/shmscope demo

demo-fleet: .venv/installed
	@$(PIP) --editable '.[fleet]'
	@exec .venv/bin/python -P -m shmscope.terminal.demo_fleet

test: .venv/installed-test node_modules/.package-lock.json
	@scripts/ensure-chromium
	@scripts/check

lint: .venv/installed-test node_modules/.package-lock.json
	@scripts/lint

coverage: .venv/installed-test
	@scripts/test --numprocesses=auto --cov --ignore=tests/browser

bench: .venv/installed-test
	@exec .venv/bin/python -m bench.run

fuzz: .venv/installed-test
	@$(PIP) --editable '.[fuzz]'
	@exec nice -n 19 .venv/bin/python -m tests.fuzz.run

screenshots: .venv/installed-test
	@mkdir -p docs/images
	@SHMSCOPE_SCREENSHOTS=1 .venv/bin/pytest -q tests/browser/test_screenshots.py

clean:
	rm -rf .venv node_modules static/vendor static/bundled build dist htmlcov
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/installed: $(SETUP) | .venv/bin/pip
	$(PIP) --editable .
	@touch $@

# SharedArray has no wheels: its tests are skipped where it cannot be compiled.
.venv/installed-test: $(SETUP) | .venv/bin/pip
	$(PIP) --editable '.[$(TEST_EXTRAS)]'
	@$(PIP) SharedArray >/dev/null 2>&1 || echo "SharedArray cannot be compiled here: its tests are skipped"
	@touch $@ .venv/installed

node_modules/.package-lock.json: package-lock.json | .venv/installed-test
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
