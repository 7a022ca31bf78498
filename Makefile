# Each target does its own set-up: `make lab` and `make test` are all a fresh machine needs.
# 每个目标都会自行完成准备工作：新机器上只需 `make lab` 或 `make test`。
.DEFAULT_GOAL := lab
.PHONY: lab test check lint format browser spark notebooks docs pictures bench constraints clean

# The first Python that is new enough and can make a virtual environment; or `make lab PYTHON=...`.
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c '$(USABLE)' >/dev/null 2>&1 && echo $$p && break; done)
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable
READY := .venv/.ready
TESTED := .venv/.ready-test
SPARK := .venv/.ready-spark

lab: $(READY)
	.venv/bin/creditkit lab $(ARGS)

# pytest runs last: its summary is the closing line. Files are shared out among a few processes; the
# cells of a notebook stay together.
test: lint browser spark
	.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

check: $(READY)
	.venv/bin/creditkit check $(ARGS)

lint: $(TESTED)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# Run the notebooks from top to bottom and store their outputs.
notebooks: $(TESTED)
	.venv/bin/python .ci/store_outputs.py

# The documentation, into build/docs; a warning is an error.
docs: $(TESTED)
	.venv/bin/python -m sphinx -q -W --keep-going -b html docs build/docs

# The pictures of the documentation, as the browser tests see the course; after a colon the height
# that is kept.
PICTURES := guided-2-judging guided-4-debrief essay assignment-sheet class-results workshop-poll \
	voila reviewer-entered:1030 receivables-customer explorer report:1150
PICTURED := guided_case or essay_is_marked or assessment_is_worked or pictures_tables or shared_folder or \
	no_code_is_seen or file_is_worked or receivables_are_explored or weights_and or report_opens
pictures: browser $(TESTED)
	.venv/bin/python -m pytest tests/browser -k "$(PICTURED)"
	@mkdir -p docs/pictures
	.venv/bin/python .ci/pictures.py $(PICTURES)

bench: $(TESTED)
	@$(PIP) install "pymcdm>=1.3"
	@for b in import_time replay kill weights click; do .venv/bin/python benchmarks/$$b.py || exit 1; done

format: $(TESTED)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

$(READY): constraints.txt pyproject.toml hatch_build.py lab/overrides.json
	@test -n "$(PYTHON)" || { \
		echo "creditkit needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt install python3-venv)."; \
		echo "creditkit 需要 Python 3.11 或更高版本，并带有 venv 模块（Debian、Ubuntu：apt install python3-venv）。"; \
		exit 1; } >&2
	@echo "Setting up .venv with $(PYTHON); the first time takes a few minutes."
	@echo "正在用 $(PYTHON) 建立 .venv，首次需要几分钟。"
	@.venv/bin/python -c '$(USABLE)' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(PIP) install --require-hashes -r constraints.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# What the tests need, on top.
$(TESTED): constraints-test.txt $(READY)
	@$(PIP) install --require-hashes -r constraints-test.txt
	@touch $@

# The browser tests need Chromium, and a Chinese font for readable screenshots.
browser:
	@need=; \
	for b in $(BROWSERS); do command -v $$b >/dev/null 2>&1 && have=yes; done; \
	test -n "$${CREDITKIT_BROWSER:-$$have}" || need=chromium; \
	if test "$$(uname)" = Linux; then \
		fc-list :lang=zh 2>/dev/null | grep -q . || need="$$need fonts-noto-cjk"; fi; \
	test -n "$$need" || exit 0; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1; then \
		apt-get -qq update && \
		DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends fontconfig $$need >/dev/null; \
	else \
		echo "The browser tests want: $$need. Install it (Debian, Ubuntu: sudo apt install $$need), or set CREDITKIT_BROWSER to a Chromium or Chrome."; \
		echo "浏览器测试需要：$$need。请先安装（Debian、Ubuntu：sudo apt install $$need），或用 CREDITKIT_BROWSER 指明 Chromium 或 Chrome 的位置。"; \
	fi >&2

# PySpark is large and of no use without Java, so it comes only where Java is.
spark: $(TESTED)
	@if command -v java >/dev/null 2>&1; then $(MAKE) --no-print-directory $(SPARK); else \
		echo "No java on the PATH: the tests on PySpark are skipped. For them, install Java 17 or newer."; \
		echo "PATH 中没有 java：PySpark 的测试将跳过。要运行它们，请安装 Java 17 或更高版本。"; \
	fi >&2

$(SPARK): constraints-spark.txt $(TESTED)
	@$(PIP) install --require-hashes -r constraints-spark.txt
	@touch $@

# Names, versions and hashes for every platform; no address, so that any mirror serves. One file is
# what the course may want, one all that the tests need, one PySpark. UPGRADE=--upgrade takes the newest.
BUILD = printf 'hatchling>=1.26\neditables>=0.5\n'
COMPILE = .venv/uv/bin/uv pip compile \
	--universal --python-version 3.11 --generate-hashes --no-config \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-package creditkit --quiet
constraints: $(READY)
	@test -x .venv/uv/bin/uv || { .venv/bin/python -m venv .venv/uv && \
		.venv/uv/bin/python -m pip --disable-pip-version-check --quiet install uv; }
	$(BUILD) | $(COMPILE) pyproject.toml - --extra test --output-file constraints-test.txt $(UPGRADE)
	$(BUILD) | $(COMPILE) pyproject.toml - --extra files --extra engines --extra essays --extra workshop \
		--constraint constraints-test.txt --output-file constraints.txt $(UPGRADE)
	printf 'pyspark>=4.0\n' | $(COMPILE) - --output-file constraints-spark.txt $(UPGRADE)

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/artefacts
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
