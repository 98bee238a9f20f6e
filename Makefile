# make demo | make test | make compat | make lint | make mutants | make bench | make release; each sets up .venv by itself.
PYTHON ?= python3
BIN := .venv/bin
export TF_CPP_MIN_LOG_LEVEL ?= 2
# most of a test is Python building a graph, which one core does; more than four processes would want much memory
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

.PHONY: demo test test-all compat mutants lint format generate bench release clean
.DELETE_ON_ERROR:

.venv/installed: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("kzoo needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another with make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: .venv/installed  ## Train LeNet-5 on the bundled digits, export it, load it in a process without kzoo.
	$(BIN)/python recipes/lenet5_digits.py --out runs/lenet5_digits --export saved_models/lenet5/1 --overwrite
	$(BIN)/python recipes/try_saved_model.py saved_models/lenet5/1 --data kzoo/data/digits.npz

test: .venv/installed  ## Run the tests, on the smaller variants of each family.
	$(PYTEST) -m "not network and not slow"

test-all: .venv/installed  ## Run the tests on all variants; an hour or more.
	$(PYTEST) -m "not network"

compat: .venv/installed  ## Test what is used of Keras and is not public on the newest Keras, in a throw-away environment.
	rm -rf .venv/newest
	$(PYTHON) -m venv .venv/newest
	# with the other packages of .venv, behind its own
	$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' > "$$(.venv/newest/bin/python -c 'import site; print(site.getsitepackages()[0])')/others.pth"
	.venv/newest/bin/python -m pip install --quiet --disable-pip-version-check --pre --no-deps --ignore-installed keras
	.venv/newest/bin/python -c 'import importlib.metadata as m; print("Keras", m.version("keras"))'
	.venv/newest/bin/python -m pytest tests/test_compat.py tests/test_graph.py
	rm -rf .venv/newest

mutants: .venv/installed  ## Mutation testing: apply the mutants of tools/mutants.txt to a copy, one by one.
	$(BIN)/python tools/mutants.py

lint: .venv/installed  ## Check style, format, types, the floors of imports and generated files, without changes.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/python tools/generate.py --check
	$(BIN)/python tools/architecture.py --check

format: .venv/installed  ## Apply the formatter and the linter's safe fixes.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: .venv/installed  ## Generate the .pyi files, docs/models.md and the diagram of the floors.
	$(BIN)/python tools/generate.py
	$(BIN)/python tools/architecture.py

bench: .venv/installed  ## Run the benchmarks against Keras, and plot the chart; an hour, nothing else should run.
	$(BIN)/python benchmarks/training_step.py
	$(BIN)/python benchmarks/building.py
	$(BIN)/python benchmarks/input_pipeline.py
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/generative_step.py
	$(BIN)/python benchmarks/decoding.py
	$(BIN)/python benchmarks/inference.py
	$(BIN)/python benchmarks/cold_start.py
	$(BIN)/python benchmarks/chart.py

release: .venv/installed  ## Build, check and tag the version that kzoo/__init__.py states.
	$(BIN)/python tools/release.py

clean:
	rm -rf .venv runs build dist *.egg-info
