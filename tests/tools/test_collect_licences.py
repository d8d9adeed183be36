"""`tools/collect_licences.py`, which collects the licence texts of the linked Go modules."""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata
from pathlib import Path

import pytest

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def collect(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import collect_licences

    return collect_licences


@pytest.mark.parametrize(("folder", "module"), [(".", "go"), ("localnet", "localnet")])
def test_the_licence_of_the_distribution_names_them_all(folder, module):
    named = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"]
    known = json.loads((ROOT / module / "licences.json").read_text(encoding="utf-8"))
    assert set(named.split(" AND ")) == {part for licence in known.values() for part in licence.split(" AND ")}


@pytest.mark.parametrize(("distribution", "module"), [("uplink-cffi", "go/"), ("uplink-localnet", "")])
def test_the_texts_are_installed(distribution, module):
    expected = {"LICENSE", f"{module}THIRD-PARTY-LICENCES.txt"}
    assert set(metadata.metadata(distribution).get_all("License-File")) == expected


@pytest.mark.parametrize("module", ["go", "localnet"])
def test_each_module_has_a_text(module):
    known = json.loads((ROOT / module / "licences.json").read_text(encoding="utf-8"))
    texts = (ROOT / module / "THIRD-PARTY-LICENCES.txt").read_text(encoding="utf-8")
    assert {heading.partition("@")[0] for heading in re.findall(r"^==== (\S+): \S+ ====$", texts, re.MULTILINE)} == set(
        known
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LICENSE", True),
        ("LICENSE.golang", True),
        ("licence.md", True),
        ("NOTICE.txt", True),
        ("COPYING", True),
        ("PATENTS", True),
        ("license.go", False),
        ("notice_test.go", False),
        ("copying.c", False),
        ("README.md", False),
    ],
)
def test_a_source_file_is_no_text(collect, name, expected):
    assert collect.is_licence(name) is expected


def test_an_unknown_text_is_refused(collect):
    with pytest.raises(SystemExit, match=r"a\.b/c has no licence that"):
        collect.expression("a.b/c", ["All rights reserved."])


def test_what_differs_is_found(collect, tmp_path, monkeypatch, capsys):
    module = tmp_path / "go"
    module.mkdir()
    monkeypatch.setattr(collect, "MODULES", (module,))
    source = tmp_path / "module"
    part = source / "of" / "another"
    part.mkdir(parents=True)
    (source / "LICENSE.md").write_text("CC0 1.0", encoding="utf-8")
    (source / "license.go").write_text("package license", encoding="utf-8")
    (part / "COPYING").write_text("Mozilla Public License\nVersion 2.0", encoding="utf-8")
    monkeypatch.setattr(collect, "linked", lambda _: {"a.b/c@v1.0.0": (source, {source, part})})
    monkeypatch.setattr(sys, "argv", ["collect_licences.py", "--check"])
    assert collect.main()
    assert "go/THIRD-PARTY-LICENCES.txt is out of date" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["collect_licences.py"])
    assert collect.main() == 0
    texts = (module / "THIRD-PARTY-LICENCES.txt").read_text(encoding="utf-8")
    assert "==== a.b/c@v1.0.0: LICENSE.md ====\n\nCC0 1.0\n" in texts
    assert "license.go" not in texts
    assert "==== a.b/c@v1.0.0: of/another/COPYING ====\n\nMozilla Public License\nVersion 2.0\n" in texts
    assert json.loads((module / "licences.json").read_text(encoding="utf-8")) == {"a.b/c": "CC0-1.0 AND MPL-2.0"}
    monkeypatch.setattr(sys, "argv", ["collect_licences.py", "--check"])
    assert collect.main() == 0
