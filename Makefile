# Everything that anybody would otherwise have to ask about. `make help` says what there is.
PYTHON_IN = .venv/bin/python
PYTEST = $(PYTHON_IN) -m pytest

SEEDS ?= 20000
ROUNDS ?= 300
MUTATIONS ?= 100000
MINUTES ?= 20
ARGS ?=
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check fix sim crash chaos soak-board drafts draft-night feed-histories bench fuzz spoilt crawl screenshots coverage \
	lock run-environment all-environment test-packages

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name about; do \
		printf '  make %-12s %s\n' "$$name" "$$about"; done

run: run-environment ## start the server with a demo board on SQLite in ./data (ARGS="--http-port 8080")
	@exec $(PYTHON_IN) -m server serve --demo $(ARGS)

test: all-environment test-packages ## the whole suite: PostgreSQL, a real browser, bounded samples of the long runs
	@$(PYTEST) $(PYTEST_ARGS)

check: all-environment ## format, lint, types, layers, the browser client's types
	@$(PYTHON_IN) -m ruff format --check .
	@$(PYTHON_IN) -m ruff check .
	@.venv/bin/basedpyright
	@.venv/bin/lint-imports
	@.ci/typescript

fix: all-environment ## what check finds and a tool can repair
	@$(PYTHON_IN) -m ruff check --fix .
	@$(PYTHON_IN) -m ruff format .

sim: all-environment ## the seeded simulator (SEEDS=20000 or A..B, ARGS="--record FILE", --bugs, "--game drafts" or races)
	@$(PYTHON_IN) -m tests.simulation --seeds $(SEEDS) $(ARGS)

crash: all-environment test-packages ## kill -9 under load, on SQLite and on PostgreSQL (ROUNDS=300 each)
	@$(PYTHON_IN) -m tests.crash --rounds $(ROUNDS) $(ARGS)

chaos: all-environment test-packages ## three nodes, PostgreSQL, Redis, every fault there is (MINUTES=20, ARGS="--record FILE")
	@$(PYTHON_IN) -m tests.chaos --minutes $(MINUTES) $(ARGS)

soak-board: all-environment test-packages ## ten clients on one board, with drops, kicks, forks (MINUTES=20)
	@$(PYTHON_IN) -m tests.board_soak --minutes $(MINUTES) $(ARGS)

bench: all-environment ## measure, and write loadtest/RESULTS.md
	@$(PYTHON_IN) -m loadtest bench $(ARGS)

drafts: all-environment ## random drafts, each judged independently (DRAFTS=100000, SEED=1)
	@$(PYTHON_IN) -m tests.drafts --drafts $(or $(DRAFTS),100000) --seed $(or $(SEED),1) $(ARGS)

draft-night: all-environment test-packages ## drafts on real servers: races, kills, a stopped database (ARGS="--record FILE")
	@for run in races night stopped; do $(PYTHON_IN) -m tests.draft_night $$run $(ARGS) || exit 1; done

feed-histories: all-environment test-packages ## real games said, corrected, deleted, reviewed on killed servers, 1 and 3 (HISTORIES=500, SEED=1)
	@for nodes in 1 3; do $(PYTHON_IN) -m tests.feed_histories --nodes $$nodes --seed $(or $(SEED),1) \
		--histories $(or $(HISTORIES),500) $(ARGS) || exit 1; done

fuzz: all-environment ## mutated messages over the wire (MUTATIONS=100000)
	@$(PYTHON_IN) -m tests.fuzz --mutations $(MUTATIONS) $(ARGS)

spoilt: all-environment ## spoilt files of every format, spoilt publishing requests (FILES=10000 REQUESTS=10000)
	@$(PYTHON_IN) -m tests.spoilt --files $(or $(FILES),10000) --requests $(or $(REQUESTS),10000) $(ARGS)

crawl: all-environment ## generated requests to every HTTP operation (CASES=10000)
	@.venv/bin/python -m tests.crawl --cases $(or $(CASES),10000)

screenshots: all-environment test-packages ## every state of every page, every width and theme, into build/screenshots
	@$(PYTHON_IN) -m tests.e2e.screenshots $(ARGS)

coverage: all-environment test-packages ## branch coverage of the whole suite, servers that tests start included
	@$(PYTHON_IN) -m coverage erase
	@$(PYTHON_IN) -m coverage run -m pytest $(PYTEST_ARGS)
	@$(PYTHON_IN) -m coverage combine -q
	@$(PYTHON_IN) -m coverage report --fail-under=95

COMPILE = .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

lock: all-environment ## both locks again, from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(COMPILE) --group all $(ARGS) -o requirements/all.lock
	@$(COMPILE) --group build -c requirements/all.lock -o requirements/run.lock

run-environment:
	@.ci/environment run

all-environment:
	@.ci/environment all

test-packages:
	@.ci/environment packages
