"""Hooks of MkDocs: pages from outside of docs/, links between all pages, and pages that are read from the sources."""

from __future__ import annotations

import os
import posixpath
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import griffe
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent

# The pages outside of docs/, by their paths in the repository, with their paths in the site.
OUTSIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "benchmarks/README.md": "project/benchmarks.md",
    "benchmarks/RESULTS.md": "project/results.md",
    "benchmarks/COMPARISON.md": "project/comparison.md",
    "localnet/README.md": "reference/localnet.md",
}
IN_SITE = {site: path for path, site in OUTSIDE.items()}

# A link or a picture: its text, its path, and its heading.
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
CODE_BLOCK = re.compile(r"(^ *```.*?^ *```$)", flags=re.DOTALL | re.MULTILINE)
# Parts of a page in which no name becomes a link.
NO_NAMES = re.compile(
    r"(<pre\b.*?</pre>|<a\b.*?</a>|<autoref\b.*?</autoref>|<h[1-6]\b.*?</h[1-6]>|<p>Go counterpart:.*?</p>)",
    flags=re.DOTALL,
)
NAME = re.compile(r"<code>([A-Za-z_][\w.]*)(\(\))?</code>")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Show the versions of the site, if mike builds it: without mike, there is no list of them."""
    if os.environ.get("MIKE_DOCS_VERSION"):
        config.extra["version"] = {"provider": "mike", "default": "latest"}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are outside of docs/."""
    for path, site in OUTSIDE.items():
        files.append(File.generated(config, site, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in what is read from the sources, and turn links between files into links between pages."""
    for marker, make in MARKERS.items():
        if marker in markdown:
            markdown = markdown.replace(marker, make())
    # The search lists a synchronous method before the awaited one of the same name.
    page.meta.setdefault("search", {"boost": 0.5 if page.file.src_uri == "reference/aio.md" else 1})
    source = IN_SITE.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    parts = CODE_BLOCK.split(markdown)
    parts[::2] = [LINK.sub(lambda link: _link(link, source, page, config, files), part) for part in parts[::2]]
    return "".join(parts)


def _link(link: re.Match[str], source: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    mark, text, path, anchor = link.groups(default="")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
    site = OUTSIDE.get(target, target.removeprefix("docs/") if target.startswith("docs/") else None)
    if site is not None and (files.get_file_from_path(site) or target.endswith(".md")):
        # MkDocs reports a page that does not exist.
        return f"{mark}[{text}]({posixpath.relpath(site, posixpath.dirname(page.file.src_uri) or '.')}{anchor})"
    if not (ROOT / target).exists():
        raise ValueError(f"{source}: {path} does not exist")
    # A file of the repository that is no page.
    if config.repo_url:
        return f"[{text}]({config.repo_url.rstrip('/')}/blob/main/{target}{anchor})"
    return text


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Link the first mention of each public name on a page to its entry in the reference."""
    # The pages on other libraries have names of theirs, too.
    if page.file.src_uri.startswith(("project/", "from-", "uplink_python")):
        return html
    linked: set[str] = set()

    def link(match: re.Match[str]) -> str:
        identifier = public_names().get(match[1])
        if identifier is None or identifier in linked:
            return match[0]
        linked.add(identifier)
        return f'<autoref optional identifier="{identifier}">{match[0]}</autoref>'

    parts = NO_NAMES.split(html)
    parts[::2] = [NAME.sub(link, part) for part in parts[::2]]
    return "".join(parts)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Name the dialog of the search for screen readers."""
    return output.replace('role="dialog">', 'role="dialog" aria-label="Search">', 1)


@cache
def _package() -> griffe.Module:
    """Return the package as Griffe reads it, without an import."""
    package = griffe.load("uplink", search_paths=[ROOT / "src"])
    assert isinstance(package, griffe.Module)
    return package


@cache
def public_names() -> dict[str, str]:
    """Return the names in texts, and what each stands for: `Access.share`, `ensure_bucket`, `ClosedError`."""
    package = _package()
    found: dict[str, str] = {}
    for module in (package["errors"], package["edge"], package):
        for name in map(str, module.exports):
            thing = module[name]
            found[name] = found[f"{module.path}.{name}"] = f"{module.path}.{name}"
            if thing.is_class:
                for member in thing.all_members:
                    if not member.startswith("_"):
                        found[f"{name}.{member}"] = f"{module.path}.{name}.{member}"
    for method in package["Project"].all_members:
        # Other methods of a word are words of other libraries, too.
        if not method.startswith("_") and ("_" in method or method in {"put", "exists"}):
            found[method] = f"uplink.Project.{method}"
    return found


def c_interface() -> str:
    """Return the header of libuplink, with a heading for each part and section."""
    header = (ROOT / "go/uplink.h").read_text(encoding="utf-8")
    first, *rest = re.split(r"^/\* (?:----|====) (.*?) (?:----|====) \*/\n", header, flags=re.MULTILINE)
    introduction = re.sub(r"^ ?\*? ?", "", first.partition("*/")[0].removeprefix("/*"), flags=re.MULTILINE)
    sections = [re.sub(r"^  +", "", introduction, flags=re.MULTILINE)]
    for title, text in zip(rest[::2], rest[1::2], strict=True):
        code = re.sub(r"^/\* cdef: (?:begin|end)\..*?\*/\n", "", text, flags=re.MULTILINE | re.DOTALL).strip()
        sections.append(f"\n## {title}\n" + (f"\n```c\n{code}\n```\n" if code else ""))
    return "".join(sections)


MARKERS = {"<!-- the header of libuplink -->": c_interface}
