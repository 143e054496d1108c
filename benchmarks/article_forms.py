#!/usr/bin/env python3
"""Makes of saved news pages what people save of them: the page as HTML, its text as it is pasted, and its print as PDF.

    python benchmarks/article_forms.py ../shared FOLDER [--prints 24]

A headless Chromium without network and scripts loads each page of ``docs/news-general`` and the news pages of
``docs/real``; its text is what "select all, copy" gives, its print has the browser's own header (the day of printing,
the title) and footer (the address). FOLDER receives ``NAME.html``, ``NAME.txt`` and, for some pages, ``NAME.pdf``.
``benchmarks/articles.py`` measures on them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_CHROMIUM = "/usr/bin/chromium"


def pages(shared: Path) -> Iterator[tuple[str, bytes]]:
    """The names and bytes of the pages whose day of publication is known."""
    folder = shared / "docs" / "news-general"
    for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
        file = json.loads(line)["file"]
        yield file.removesuffix(".html.gz"), gzip.decompress((folder / file).read_bytes())
    for gold in sorted((shared / "gold" / "real").glob("*.json")):
        known = json.loads(gold.read_text("utf-8"))
        if known.get("published") and known["file"].endswith(".html"):
            yield known["doc"], (shared / "docs" / "real" / known["file"]).read_bytes()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--prints", type=int, default=24, help="how many pages are printed, spread over all")
    options = parser.parse_args(arguments)
    from playwright.sync_api import Error, sync_playwright

    options.folder.mkdir(parents=True, exist_ok=True)
    found = list(pages(options.shared))
    printed = {name for name, _ in found[:: max(1, len(found) // options.prints)]}
    printed |= set(json.loads(Path(__file__).with_name("article_bodies.json").read_text("utf-8")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(java_script_enabled=False, offline=True)
        for name, data in found:
            source = options.folder / f"{name}.html"
            source.write_bytes(data)
            page = context.new_page()
            # Nothing but the page itself is loaded.
            page.route(
                "**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort()
            )
            try:
                page.goto(source.resolve().as_uri(), wait_until="domcontentloaded", timeout=20_000)
                (options.folder / f"{name}.txt").write_text(page.inner_text("body"), "utf-8")
                if name in printed:
                    page.pdf(path=str(options.folder / f"{name}.pdf"), format="A4", display_header_footer=True)
            except Error as error:
                print(f"{name}: {error}", file=sys.stderr)
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
