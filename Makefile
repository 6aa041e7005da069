# python3 (3.11 or newer, with venv) and make are all a fresh machine needs.
PORT ?= 8000
CARDS ?= 0
PY := .venv/bin/python
ORDERS := tests/licensing/payments/cards/test_settle.py::test_all_orders_of_the_notices_end_alike
MESSAGES := $(patsubst %.po,%.mo,$(wildcard i18n/locale/*/LC_MESSAGES/django.po))
ONLY ?=
.PHONY: demo test check features screenshots bench soak reset messages lock help

help:
	@echo "make demo         the portal on http://localhost:$(PORT) with a demonstration catalogue (PORT=8001 for another port; CARDS=1 to try cards)"
	@echo "make test         the whole test suite"
	@echo "make check        style, types, import contracts, system checks, translations"
	@echo "make features     renew docs/features.md from the tests' markers"
	@echo "make screenshots  renew docs/screenshots"
	@echo "make bench        how fast it is, beside its peers and limits in one run (ONLY=availability for one group); writes var/bench.json"
	@echo "make soak         what takes long: 10,000 random histories, readers beside a publisher, every order of the notices of a payment, Lighthouse on seven pages (needs Chromium and npm)"
	@echo "make reset        remove everything that was written (var/), after asking"

demo: .venv/.base messages
	@DEMO=1 DEMO_CARDS=$(CARDS) PORT=$(PORT) $(PY) manage.py demo

test: .venv/.dev messages
	@$(PY) -m pytest -q $(ARGS)

check: .venv/.dev messages
	@scripts/check

features: .venv/.dev
	@$(PY) scripts/features.py

screenshots: .venv/.dev messages
	@$(PY) scripts/screenshots.py

comma := ,
bench: .venv/.dev messages
	@$(PY) -m bench $(subst $(comma), ,$(ONLY))

soak: .venv/.dev messages
	@SEQUENCES=10000 PUBLICATIONS=200 $(PY) -m pytest -q tests/content/availability/test_oracle.py tests/content/availability/test_fresh.py $(ORDERS)
	@$(PY) scripts/soak.py

reset:
	@printf 'Remove var/ with its database, files and keys? [y/N] '; read answer; [ "$$answer" = y ] && rm -rf var && echo "Removed." || echo "Kept."

messages: $(MESSAGES)

%.mo: %.po | .venv/.base
	@.venv/bin/pybabel -q compile -i $< -o $@ -l $(word 3,$(subst /, ,$<))

.venv/.base: requirements/base.txt requirements/uv.txt
	@scripts/set-up base

.venv/.dev: requirements/dev.txt requirements/uv.txt
	@scripts/set-up dev
	@touch .venv/.base

# Renew the locks after a change of requirements/*.in.
lock: .venv/.dev
	@for name in uv base production dev; do \
	  (cd requirements && ../.venv/bin/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links $$name.in -o $$name.txt) || exit 1; done
