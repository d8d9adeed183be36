# The two commands of the README: `make demo` and `make test`.
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GO_SOURCES := $(shell find go -name '*.go') go/monkit/go.mod go/go.mod go/go.sum go/uplink.h
BUILD_SOURCES := $(wildcard build_*.py hatch_build.py localnet/hatch_build.py go/licences.json localnet/licences.json)

# Folders with a Go module of their own.
GO_MODULES := go localnet benchmarks/go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT := github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

.PHONY: build develop demo test lint lint-go lint-workflows test-go unit test-packed test-platforms libuplink install-libuplink \
	sync bump wheels check-artifacts test-wheel clean

build: $(VENV)/.built

# What the tests and the lints need, too.
develop: build $(VENV)/.dependencies

# An environment for Python, which has no more than pip yet.
$(VENV)/.created:
	@echo "Creating an environment for Python in $(VENV)."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

# The tools for tests, lints and wheels: some 500 MB, which neither the build nor the demo needs.
$(VENV)/.dependencies: $(VENV)/.created pyproject.toml
	@echo "Installing the developers' tools."
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

PACKAGE_SOURCES := $(GO_SOURCES) $(BUILD_SOURCES) $(shell find src -name '*.py' -o -name py.typed)
LOCALNET_SOURCES := $(shell find localnet -name '*.go' -o -name '*.py' -o -name 'go.*' -o -name pyproject.toml)

# Both distributions, as a user gets them.
$(VENV)/.built: $(VENV)/.created pyproject.toml $(PACKAGE_SOURCES) $(LOCALNET_SOURCES)
	@echo "Building the local network: half a minute, and a minute more where Go has to be downloaded."
	@$(BIN)/python -m pip install --quiet ./localnet
	@echo "Building the package: half a minute, and a minute more where a C compiler has to be downloaded."
	@$(BIN)/python -m pip install --quiet .
	@touch $@

demo: build
	$(BIN)/python -m uplink demo

# Tests mostly wait, so two kinds of them run at a time.
test: develop libuplink
	$(MAKE) --jobs=2 --output-sync=line lint lint-go test-go unit

lint: develop lint-workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/generate_sync.py --check
	$(BIN)/python tools/generate_from_header.py --check
	$(BIN)/python tools/collect_licences.py --check
	$(BIN)/mypy
	$(BIN)/basedpyright
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

unit: develop
	$(BIN)/python -m pytest

# A program that PyInstaller has packed; it stays in .venv, so make unit runs this from then on.
test-packed: build
	$(BIN)/python -m pip install --quiet --group packers
	$(BIN)/python -m pytest tests/building/test_packing.py

# The wheels of the local network, for each platform: five minutes.
test-platforms: develop
	UPLINK_TEST_PLATFORMS=all $(BIN)/python -m pytest localnet/tests/test_wheels.py

# The same library for programs in C, and where it is installed; a package is made of what is put into DESTDIR.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
DESTDIR ?=

libuplink: build/libuplink.so

build/libuplink.so: $(VENV)/.created pyproject.toml build_library.py build_ffi.py build_go.py $(GO_SOURCES)
	@$(BIN)/python -m pip install --quiet cffi
	$(BIN)/python build_library.py

install-libuplink: libuplink
	$(BIN)/python build_library.py "$(PREFIX)" "$(LIBDIR)" "$(DESTDIR)"

# The sdists, and the wheels that a Linux machine can build, into dist/: built twice, and checked.
wheels: $(VENV)/.dependencies
	$(BIN)/python tools/make_wheels.py

# What `make wheels` has put into dist/ is what it has to be.
check-artifacts: $(VENV)/.dependencies
	$(BIN)/python tools/check_artifacts.py

# The tests against those wheels, on every Python at hand; PYTHONS=3.12 runs them on that one.
test-wheel: $(VENV)/.dependencies
	$(BIN)/python tools/test_wheel.py $(PYTHONS)

# The synchronous modules from the awaited ones, what is made of the header, and the licences of what Go links.
sync: $(VENV)/.dependencies
	$(BIN)/python tools/generate_sync.py
	$(BIN)/python tools/generate_from_header.py
	$(BIN)/python tools/collect_licences.py

# Another version of Go's library: make bump VERSION=v1.14.5, or the newest release.
bump: $(VENV)/.dependencies
	$(BIN)/python tools/bump.py $(VERSION)

clean:
	rm -rf build dist localnet/build $(VENV)
