"""Analysers for tests of the batch: each behaves as the words in the file tell it to."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builders import N, make_analysis
from dutybook.errors import EncryptedDocument, NoText
from dutybook.pipeline.config import Config
from dutybook.records import Analysis, RawDocument, Status

KEPT: list[bytearray] = []


def analyse(raw: RawDocument, config: Config) -> Analysis:
    text = raw.data.decode()
    word, _, rest = text.partition(" ")
    match word:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "hang":
            time.sleep(600)
        case "eat":
            KEPT.append(bytearray(8 << 30))
        case "scan":
            raise NoText("the pages are images")
        case "locked" if config.password != "sesame":
            raise EncryptedDocument("it needs a password: give it with --password")
        case "bug":
            raise ValueError("off by one")
        case "print":
            print("noise on standard output", flush=True)
        case "slow":
            time.sleep(0.15)
        case "spool":
            with tempfile.TemporaryFile() as file:
                file.write(bytes(100_000))
        case "gated":
            # Until the test says so, which has seen by then what it waits for.
            end = time.monotonic() + 60
            while not Path(os.environ["DUTYBOOK_TEST_GATE"]).exists() and time.monotonic() < end:
                time.sleep(0.01)
    norms = [
        N(
            f"Each operator shall keep the {w} log within 72 hours.",
            bearer="operator",
            deadline="within 72 hours",
            place=f"Art {n}",
        )
        for n, w in enumerate(rest.split(), 1)
    ]
    made = make_analysis(norms, title=rest.title() or "Empty", source=raw.source)
    document = replace(made.document, sha256=raw.sha256, source=raw.source)
    return replace(made, document=document)


def analyse_share(raw: RawDocument, config: Config) -> Analysis:
    """As :func:`analyse`, with a norm more for each further process that may work at the document."""
    return analyse(RawDocument(raw.source, raw.data + b" more" * (config.workers - 1)), config)


def analyse_tables(raw: RawDocument, config: Config) -> Analysis:
    """As :func:`analyse`, with a norm more where pdfplumber is to read tables."""
    return analyse(RawDocument(raw.source, raw.data + b" more" * (config.tables == "pdfplumber")), config)


def broken_start(raw: RawDocument, config: Config) -> Analysis:
    os._exit(1)


def analyse_mail(raw: RawDocument, config: Config) -> Analysis:
    """As :func:`analyse`, and a mail is always fine."""
    return analyse(RawDocument(raw.source, b"ok mail") if raw.data.startswith(b"From:") else raw, config)


def analyse_layout(raw: RawDocument, config: Config) -> Analysis:
    """What the true readers say of a file, without looking for norms."""
    from dutybook.layout.formats import read_layout

    layout = read_layout(raw, password=config.password)
    made = make_analysis([], title=layout.meta.get("title", ""), source=raw.source)
    status = Status.PARTLY_READ if layout.problems else Status.READ
    document = replace(
        made.document, sha256=raw.sha256, source=raw.source, status=status, reasons=tuple(layout.problems)
    )
    return replace(made, document=document)
