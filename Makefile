# The README mentions two targets: `make demo` and `make test`.
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GO_SOURCES := $(shell find go -name '*.go') go/monkit/go.mod go/go.mod go/go.sum go/uplink.h
BUILD_SOURCES := $(wildcard build_*.py hatch_build.py localnet/hatch_build.py go/licences.json localnet/licences.json)

# Each of these folders has a Go module.
GO_MODULES := go localnet benchmarks/go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: build develop demo test lint lint-go lint-workflows test-go unit unit-measured unit-other test-heavy test-data test-web test-frameworks test-packed test-platforms libuplink install-libuplink \
	docs docs-links prepare-release release-check recipe sync bump wheels check-artifacts test-wheel clean

build: $(VENV)/.built

# Everything that the tests and the linters need.
develop: build $(VENV)/.dependencies

# An environment for Python with pip only.
$(VENV)/.created:
	@echo "Creating an environment for Python in $(VENV)."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

# The tools for tests, linters and wheels, some 500 MB. The build and the demo do not need them.
$(VENV)/.dependencies: $(VENV)/.created pyproject.toml
	@echo "Installing the developers' tools."
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

PACKAGE_SOURCES := $(GO_SOURCES) $(BUILD_SOURCES) $(shell find src -name '*.py' -o -name '*.pyi' -o -name py.typed)
LOCALNET_SOURCES := $(shell find localnet -name '*.go' -o -name '*.py' -o -name 'go.*' -o -name pyproject.toml)

# Both distributions, installed as a user would install them.
$(VENV)/.built: $(VENV)/.created pyproject.toml $(PACKAGE_SOURCES) $(LOCALNET_SOURCES)
	@echo "Building the local network: half a minute, and another minute if Go has to be downloaded."
	@$(BIN)/python -m pip install --quiet ./localnet
	@echo "Building the package: half a minute, and another minute if a C compiler has to be downloaded."
	@$(BIN)/python -m pip install --quiet .
	@touch $@

demo: build
	$(BIN)/python -m uplink demo

# Tests mostly wait, so two targets run in parallel, those that take longest first.
test: develop libuplink
	$(MAKE) --jobs=2 --output-sync=line unit-measured unit-other lint lint-go test-go

lint: develop lint-workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/python tools/check_words.py
	$(BIN)/python tools/generate_sync.py --check
	$(BIN)/python tools/generate_from_header.py --check
	$(BIN)/python tools/generate_commands.py --check
	$(BIN)/python tools/generate_errors.py --check
	$(BIN)/python tools/collect_licences.py --check
	$(BIN)/python benchmarks/plots.py --check
	$(BIN)/mypy
	$(BIN)/basedpyright
	@# --verifytypes reads the types of other packages only from their folders.
	@ln -sfn "$(CURDIR)/typings/fsspec" "$$($(BIN)/python -c 'import fsspec; print(*fsspec.__path__)')-stubs"
	@for package in uplink uplink_python uplink_localnet; do \
		echo "basedpyright --verifytypes $$package"; \
		found=$$(PATH="$(CURDIR)/$(BIN):$$PATH" basedpyright --verifytypes $$package --ignoreexternal) || \
			{ echo "$$found"; exit 1; }; \
	done
	$(BIN)/lint-imports

lint-go:
	test -z "$$(gofmt -l $(GO_MODULES))" || (gofmt -d $(GO_MODULES); exit 1)
	for module in $(GO_MODULES); do (cd $$module && go vet ./... && go run $(STATICCHECK) ./...) || exit 1; done

lint-workflows: $(VENV)/.dependencies
	go run $(ACTIONLINT)
	$(BIN)/zizmor --offline --quiet --persona=pedantic .github

test-go: build
	cd go && ../$(BIN)/python ../tools/with_network.py go test ./...
	cd localnet && go test ./...

# The tests in which coverage is measured; pyproject.toml has the reason for the choice.
MEASURED := tests/sync tests/uplink_python tests/_calls tests/test_checks.py tests/test_errors.py tests/test_values.py

unit: unit-measured unit-other

unit-measured: develop
	$(BIN)/python -m coverage run -m pytest -m "not heavy" $(MEASURED)
	$(BIN)/python -m coverage report

unit-other: develop
	$(BIN)/python -m pytest -m "not heavy" $(MEASURED:%=--ignore=%)

# The tests that take long. `make test` runs a small form of each.
test-heavy: develop libuplink $(VENV)/.site-tools
	$(BIN)/python -m pytest -m heavy

# Run the examples of docs/data.md. The libraries, some 800 MB, stay in .venv, so later runs of `make test-heavy` do, too.
test-data: develop
	$(BIN)/python -m pip install --quiet --group data --group files
	$(BIN)/python -m pytest tests/data tests/files/test_libraries.py

# Test web applications with real servers and fifty clients.
test-web: develop
	$(BIN)/python -m pip install --quiet --group web
	$(BIN)/python -m pytest tests/web

# Run the examples of docs/airflow.md and docs/machine-learning.md. The frameworks take some 6 GB of .venv.
test-frameworks: develop
	$(BIN)/python -m pip install --quiet --group frameworks
	$(BIN)/python -m pytest tests/frameworks

# Test a program that PyInstaller has packed. PyInstaller stays in .venv, so later runs of `make unit` include this test.
test-packed: build
	$(BIN)/python -m pip install --quiet --group packers
	$(BIN)/python -m pytest tests/building/test_packing.py

# Build the wheels of the local network for all platforms. This takes five minutes.
test-platforms: develop
	UPLINK_TEST_PLATFORMS=all $(BIN)/python -m pytest localnet/tests/test_wheels.py

# The shared library for programs in C, and the folders of its installation. To make a package, set DESTDIR.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=

libuplink: build/libuplink.so

build/libuplink.so: $(VENV)/.created pyproject.toml build_library.py build_ffi.py build_go.py $(GO_SOURCES)
	@$(BIN)/python -m pip install --quiet cffi
	$(BIN)/python build_library.py

install-libuplink: libuplink
	$(BIN)/python build_library.py "$(PREFIX)" "$(LIBDIR)" "$(DESTDIR)"

# Build the sdists, and the wheels that a Linux machine can build, twice into dist/, and check them.
wheels: $(VENV)/.dependencies
	$(BIN)/python tools/make_wheels.py

# Check the files that `make wheels` has put into dist/.
check-artifacts: $(VENV)/.dependencies
	$(BIN)/python tools/check_artifacts.py

# Test those wheels on every Python that is installed, or only on those that PYTHONS lists: PYTHONS="3.12 aarch64".
test-wheel: $(VENV)/.dependencies
	$(BIN)/python tools/test_wheel.py $(PYTHONS)

# The documentation site, in site/. Broken links between pages and all other warnings are errors.
docs: $(VENV)/.site-tools
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

$(VENV)/.site-tools: $(VENV)/.created pyproject.toml
	@echo "Installing the tools for the documentation site."
	@$(BIN)/python -m pip install --quiet --group docs
	@touch $@

# Check all links of the site, those to other servers too.
docs-links: docs
	$(BIN)/linkchecker --check-extern --no-warnings site/index.html

# Write a version into the files of the project. REPOSITORY is needed for the first release only:
# make prepare-release VERSION=0.1.0 REPOSITORY=https://github.com/OWNER/NAME
prepare-release: $(VENV)/.created
	$(BIN)/python tools/prepare_release.py $(VERSION) $(if $(REPOSITORY),--repository $(REPOSITORY))

# Check that a version can be released (make release-check VERSION=0.1.0). This takes more than an hour. It can be done
# in parts: make release-check VERSION=0.1.0 STEPS="lint docs".
release-check: develop
	$(BIN)/python tools/release_check.py $(VERSION) $(STEPS)

# Check the recipe for conda-forge.
recipe: $(VENV)/.created
	@$(BIN)/python -m pip install --quiet --group conda
	$(BIN)/python tools/check_recipe.py

# Write the generated files: the synchronous modules, the files made from the header, and the licences of what Go links.
sync: $(VENV)/.dependencies
	$(BIN)/python tools/generate_sync.py
	$(BIN)/python tools/generate_from_header.py
	$(BIN)/python tools/generate_commands.py
	$(BIN)/python tools/generate_errors.py
	$(BIN)/python tools/collect_licences.py

# Update Go's library to a version (make bump VERSION=v1.14.5), or to the newest release.
bump: $(VENV)/.dependencies
	$(BIN)/python tools/bump.py $(VERSION)

clean:
	rm -rf build dist site localnet/build $(VENV)
