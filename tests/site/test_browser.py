"""The documentation site in a browser: wide and light, and narrow and dark, as on a phone.

The tests need Chromium, and the tools that `make docs` installs. They put screenshots into build/screenshots.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build/screenshots"
VIEWS = {
    "wide": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "narrow": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
# A page of each kind, for the checks that take seconds for each page.
KINDS = ("", "tutorial/", "architecture/", "reference/errors/", "reference/edge/", "project/results/")

pytestmark = [pytest.mark.heavy, pytest.mark.source_tree, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site, and return its folder."""
    pytest.importorskip("mkdocs", reason="make docs installs mkdocs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(site):
    """Serve the site on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="make docs installs playwright")
    program = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
    if program is None:
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=list(VIEWS))
def page(browser, address, request):
    """A tab of a browser, which must report no error, and must load nothing from elsewhere."""
    context = browser.new_context(**VIEWS[request.param])
    page = context.new_page()
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda failed: wrong.append(f"{failed.url}: {failed.failure}"))
    page.on("request", lambda sent: wrong.append(sent.url) if not sent.url.startswith((address, "data:")) else None)
    yield page
    context.close()
    assert wrong == []


def addresses(site):
    return sorted(path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))


def test_each_page_loads_without_errors_and_fits(site, address, page):
    width = page.viewport_size["width"]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    too_wide = []
    for name in addresses(site):
        page.goto(f"{address}{name}/")
        page.screenshot(path=SCREENSHOTS / f"{name.replace('/', '_')}-{width}.png")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(name)
    assert too_wide == []


def test_pages_are_accessible(address, page):
    """The theme has violations of a lower impact: two landmarks of one name."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    violations = []
    for name in KINDS:
        page.goto(address + name)
        page.wait_for_load_state("networkidle")  # otherwise, the next page cancels the load of the search
        found = axe.run(page).response["violations"]
        found = [entry for entry in found if entry["impact"] in {"serious", "critical"}]
        violations += [f"{name}: {entry['id']}: {entry['nodes'][0]['html']}" for entry in found]
    assert not violations, "\n".join(violations)


def test_the_search_finds_a_method(address, page):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if page.viewport_size["width"] < 960:
        page.click("label[for=__search].md-header__button")
    result = page.locator(".md-search-result__link").first
    # The page takes no text before its script runs, which takes long on a machine with much to do.
    for _ in range(20):
        page.fill("input.md-search__input", "")
        page.locator("input.md-search__input").press_sequentially("ensure_bucket")
        page.wait_for_timeout(2000)
        if result.is_visible():
            break
    assert "/reference/project/" in (result.get_attribute("href") or "")
