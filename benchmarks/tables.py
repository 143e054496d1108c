#!/usr/bin/env python3
"""Tables found in each file, and what looking for them costs.

    python benchmarks/tables.py FOLDER_OR_FILE [...] [--compare] [--only-html | --only-pdf]

For each PDF: tables, rows, cells, cells that hold text, pages with tables, milliseconds a page for the router (reading the
rulings and deciding) and for finding tables on the pages that have some. For each HTML page: ``<table>`` elements, and how
many of them are tables. ``--compare`` reads the table pages with pdfplumber's ``find_tables`` too (slow) and
says how many of its cells stand at the same place, within two points.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium

from dutybook.errors import BadDocument
from dutybook.layout.html import read_html
from dutybook.layout.limits import Limits
from dutybook.layout.pdf import read_pdf
from dutybook.layout.pdf import reader as pdf_reader
from dutybook.layout.pdf.rulings import rulings_of
from dutybook.layout.pdf.words import frame_of
from dutybook.records import Box, Layout, Table

NEAR = 2.0
"""Edges of two readers' cells agree within so many points."""


def files_of(paths: list[Path], endings: tuple[str, ...]) -> list[Path]:
    found = {f for p in paths for f in ([p] if p.is_file() else p.rglob("*")) if f.suffix.lower() in endings}
    return sorted(found)


def router_cost(data: bytes) -> float:
    """Milliseconds a page to read the rulings, the least of three runs."""
    document = pdfium.PdfDocument(data)
    best = float("inf")
    try:
        for _ in range(3):
            spent = 0.0
            for index in range(len(document)):
                page = document[index]
                frame = frame_of(page.raw)
                start = time.process_time()
                rulings_of(page.raw, frame, Limits().max_rulings)
                spent += time.process_time() - start
                page.close()
            best = min(best, spent / max(len(document), 1))
    finally:
        document.close()
    return 1000 * best


def read_timed(data: bytes) -> tuple[Layout, float, float]:
    """The layout, and milliseconds a page spent on finding tables, for pages without and with some."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    take = pdf_reader.take_tables

    def timed(*arguments):  # type: ignore[no-untyped-def]
        start = time.process_time()
        made = take(*arguments)
        spent[bool(made[0])].append(time.process_time() - start)
        return made

    pdf_reader.take_tables = timed  # type: ignore[assignment]
    try:
        layout = read_pdf(data)
    finally:
        pdf_reader.take_tables = take
    without, having = (1000 * sum(spent[key]) / max(len(spent[key]), 1) for key in (False, True))
    return layout, without, having


def pages_of(table: Table) -> set[int]:
    return {box.page for box in (table.box, *table.more) if box is not None}


def compare(file: Path, layout: Layout) -> str:
    """How many of pdfplumber's cells on table pages are ours, too, and the milliseconds a page it takes."""
    import pdfplumber

    ours: dict[int, list[Box]] = {}
    for table in layout.tables:
        for row in table.rows:
            for cell in row:
                if cell.box is not None:
                    ours.setdefault(cell.box.page, []).append(cell.box)
    total = same = 0
    start = time.process_time()
    with pdfplumber.open(file) as document:
        for number in sorted(ours)[:6]:
            page = document.pages[number - 1]
            for found in page.find_tables():
                for x0, top, x1, bottom in found.cells:
                    total += 1
                    same += any(
                        abs(b.x0 - x0) <= NEAR
                        and abs(b.top - top) <= NEAR
                        and abs(b.x1 - x1) <= NEAR
                        and abs(b.bottom - bottom) <= NEAR
                        for b in ours[number]
                    )
            page.close()
    cost = 1000 * (time.process_time() - start) / max(min(len(ours), 6), 1)
    return f"  same as pdfplumber {same}/{total}, {cost:.0f} ms/page"


def pdf_line(file: Path, comparing: bool) -> str:
    data = file.read_bytes()
    try:
        layout, without, having = read_timed(data)
    except BadDocument as error:
        return f"{file.name[:46]:<47}{type(error).__name__}"
    tables = layout.tables
    cells = [cell for table in tables for row in table.rows for cell in row]
    filled = sum(len(cell.span) > 0 for cell in cells)
    pages = set().union(*map(pages_of, tables)) if tables else set()
    heads = sum(table.headers > 0 for table in tables)
    line = (
        f"{file.name[:46]:<47}{len(layout.pages):>5}{len(pages):>6}{len(tables):>7}{heads:>6}"
        f"{sum(len(table.rows) for table in tables):>6}{len(cells):>7}{filled:>7}"
        f"{router_cost(data):>9.2f}{without:>9.2f}{having:>9.1f}"
    )
    return line + (compare(file, layout) if comparing and tables else "")


def html_line(file: Path) -> str:
    data = file.read_bytes()
    try:
        layout = read_html(data)
    except BadDocument as error:
        return f"{file.name[:56]:<57}{type(error).__name__}"
    sizes = Counter(f"{len(t.rows)}x{max(map(len, t.rows))}" for t in layout.tables)
    sizes_text = " ".join(f"{size}" + (f" ({n})" if n > 1 else "") for size, n in sizes.items())
    return f"{file.name[:56]:<57}{data.lower().count(b'<table'):>8}{len(layout.tables):>8}  {sizes_text}"


def main() -> int:
    import pdfplumber.table  # its import is no part of any file's cost  # noqa: F401

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--only-html", action="store_true")
    parser.add_argument("--only-pdf", action="store_true")
    given = parser.parse_args()
    if not given.only_html:
        heads = ("pages", "with", "tables", "heads", "rows", "cells", "filled", "router", "without", "with")
        widths = (5, 6, 7, 6, 6, 7, 7, 9, 9, 9)
        print(f"{'PDF':<47}" + "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)))
        for file in files_of(given.paths, (".pdf",)):
            print(pdf_line(file, given.compare), flush=True)
    if not given.only_pdf:
        print(f"\n{'HTML':<57}{'<table>':>8}{'tables':>8}  rows x cells")
        for file in files_of(given.paths, (".html", ".xhtml", ".htm")):
            print(html_line(file), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
