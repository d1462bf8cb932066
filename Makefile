# `make run` starts Earshot; `make test` is everything that CI runs. See README.md.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LISTENERS ?= 12
# One thread per process: with several processes on few cores, OpenMP threads spin.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export OMP_WAIT_POLICY := PASSIVE

.PHONY: setup setup-dev run demo check test bench clean

setup: $(VENV)/runtime.stamp
setup-dev: $(VENV)/dev.stamp

$(VENV)/runtime.stamp: requirements.txt constraints.txt scripts/setup.sh
	@sh scripts/setup.sh $(PYTHON) $(VENV) requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements-measuring.txt $(VENV)/runtime.stamp
	@sh scripts/setup.sh $(PYTHON) $(VENV) requirements-dev.txt
	@sh scripts/judges.sh $(VENV)
	@touch $@

run: setup
	@PORT=$(PORT) $(BIN)/python manage.py up

demo: setup
	@rm -rf var/demo
	@env -u DATABASE_URL -u BROKER_URL EARSHOT_VAR=var/demo $(BIN)/python manage.py demo --listeners $(LISTENERS)

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

test: check
	@sh scripts/browser.sh
	node --test tests/js/
	$(BIN)/pytest -n 2 --dist loadfile -m "not worker and not browser"
	$(BIN)/pytest -m "worker or browser"

bench: setup-dev
	for subject in ratings serving engine start intervals planning statistics analyze; do \
		$(BIN)/python benchmarks/bench_$$subject.py || exit 1; done
	$(BIN)/python benchmarks/performance_doc.py

clean:
	rm -rf $(VENV) var
