# Every target sets up what it needs in .venv; a second run does not install again.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000

# Coverage slows what it watches, so only tests of device code run under it.
DEVICE_TESTS := tests/fake_jetson $(addprefix tests/measure/,backends device faults journal modes \
  one_operator power recorded results root run statistics tegrastats test_run_folders.py trtexec)

export NO_MKDOCS_2_WARNING := 1

.PHONY: help setup serve site lint check measure publish bundle test bench clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

setup: $(VENV)/site.installed ## Make .venv and install what the site needs

serve: $(VENV)/site.installed ## Build the site and serve it, again at each change
	$(PY) -m generator lint
	$(PY) -m mkdocs serve --strict --dev-addr 127.0.0.1:$(PORT)

site: $(VENV)/site.installed ## Build the static site into site/
	$(PY) -m generator site --out site

lint: $(VENV)/site.installed ## Check the data only
	$(PY) -m generator lint

check: $(VENV)/check.installed ## Say where each layer of MODEL=file.onnx runs and why (ARGS="--soc xavier")
	@test -n "$(MODEL)" || { echo "Name the model: make check MODEL=file.onnx"; exit 2; }
	@$(PY) -m measure check "$(MODEL)" $(ARGS)

measure: $(VENV)/measure.installed ## Measure the networks here (ARGS="--plan", "--quick", "--resume RUN")
	@$(PY) -m measure run $(ARGS)

publish: $(VENV)/measure.installed ## Take RUN=runs/… into the data package after the lint (ARGS=--dry-run)
	@test -n "$(RUN)" || { echo "Name the run: make publish RUN=runs/…"; exit 2; }
	@$(PY) -m measure publish "$(RUN)" $(ARGS)

bundle: $(VENV)/$(if $(findstring operator-cases,$(ARGS)),check,site).installed ## Pack what a device needs into build/dla-measure.tar.gz (ARGS="--with-networks")
	@$(PY) -m measure bundle $(ARGS)

test: $(VENV)/test.installed ## Lint, format, types, data, unit and browser tests
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m generator lint
	$(PY) -m pytest -n auto --dist worksteal $(addprefix --ignore=,$(DEVICE_TESTS))
	$(PY) -m pytest -n auto --dist worksteal $(DEVICE_TESTS) --cov --cov-report=
	$(PY) -m tests.device_coverage

bench: $(VENV)/test.installed $(VENV)/bench.installed ## Measure speed and memory against a peer
	$(PY) -m benchmarks

clean: ## Remove what was built and installed
	rm -rf $(VENV) site .site-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf benchmarks/lighthouse/node_modules
	rm -f .coverage .coverage.*

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; run make with PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/site.installed: pyproject.toml constraints.txt | $(PY)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/check.installed: $(VENV)/site.installed
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[check]'
	@touch $@

$(VENV)/measure.installed: $(VENV)/site.installed
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[measure]'
	@touch $@

$(VENV)/test.installed: $(VENV)/site.installed
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

$(VENV)/bench.installed: $(VENV)/site.installed
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@
