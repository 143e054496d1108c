#!/usr/bin/env python3
"""Learns which blocks of a page are the article's body.

    python benchmarks/article_forms.py ../shared FORMS
    python models/article/train.py ../shared FORMS

Labels: the lines annotated in ``benchmarks/article_bodies.json``, and the ``articleBody`` that some pages state of themselves
(only long blocks, and what stands far from them). Two logistic regressions one after the other: the second sees what the first
says of the blocks around. One pair for HTML, one for text and PDF. Five folds by the name of the page; the figures are of
pages that were not seen. Writes ``weights.json`` and ``card.md`` beside this file. Seed 0; the same pages give the same files.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "benchmarks"))

from articles import BODIES, FORMS, Body, lines_of, score_body, words_of  # noqa: E402

from dutybook.layout.article.blocks import PageBlock, describe  # noqa: E402
from dutybook.layout.article.body import add_neighbours, blocks_of, choose_body  # noqa: E402
from dutybook.layout.formats import readers  # noqa: E402
from dutybook.layout.html import page_blocks_of  # noqa: E402

FOLDS = 5
SEED = 0
STRENGTH = 0.3
_LONG = 60
# What the model of HTML says with such a logit is a label for the same page as text and PDF.
_CERTAIN = 1.5

Features = list[dict[str, float]]


@dataclass
class Page:
    """A page in one form: its blocks, features, labels (1, 0 or -1 for unknown) and weights."""

    name: str
    form: str
    blocks: list[PageBlock]
    title: str
    features: Features
    labels: np.ndarray
    body: Body | None

    @property
    def fold(self) -> int:
        return int(sha256(self.name.encode()).hexdigest(), 16) % FOLDS

    @property
    def weights(self) -> np.ndarray:
        return np.array([1 + len(block.text) ** 0.5 / 4 for block in self.blocks])


def letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def middle(text: str) -> str:
    return text[len(text) // 2 - 20 : len(text) // 2 + 20]


def annotated_labels(blocks: Sequence[PageBlock], lines: list[str], parts: dict[str, list[list[int]]]) -> np.ndarray:
    """Labels by the annotated lines."""
    chosen = {p: [lines[i] for a, b in parts[p] for i in range(a, b + 1)] for p in ("body", "optional")}
    joined = {p: letters(" ".join(found)) for p, found in chosen.items()}
    single = {p: {letters(line) for line in found} for p, found in chosen.items()}

    def label(block: PageBlock) -> int:
        own = letters(block.text)
        for part, value in (("body", 1), ("optional", -1)):
            if own in single[part] or (len(own) >= _LONG and middle(own) in joined[part]):
                return value
        return 0

    return np.array([label(block) for block in blocks])


def stated_labels(blocks: Sequence[PageBlock], body: str) -> np.ndarray:
    """Labels by the body that a page states of itself: of long blocks, and of those far from them."""
    joined = letters(body)
    made = np.full(len(blocks), -1)
    for index, block in enumerate(blocks):
        own = letters(block.text)
        if len(own) >= _LONG:
            made[index] = 1 if middle(own) in joined else 0
    inside = np.flatnonzero(made == 1)
    if len(inside) < 3:
        return np.full(len(blocks), -1)
    first, last = inside[0], inside[-1]
    for index in range(len(blocks)):
        if index < first - 6 or index > last + 3:
            made[index] = 0
        elif made[index] == 0 and (index < first or index > last):
            made[index] = -1
    return made


def read_pages(forms: Path) -> Iterator[Page]:
    known = json.loads(BODIES.read_text("utf-8"))
    for text in sorted(forms.glob("*.txt")):
        name = text.stem
        html = forms / f"{name}.html"
        stated = ""
        if html.exists():
            found = re.search(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.){300,})"', html.read_text("utf-8", "replace"))
            stated = re.sub(r"<[^>]+>|&\w+;", " ", json.loads(f'"{found[1]}"', strict=False)) if found else ""
        lines = lines_of(text.read_text("utf-8"))
        body = None
        if name in known:
            words = (
                words_of("\n".join(lines[i] for a, b in known[name][p] for i in range(a, b + 1)))
                for p in ("body", "optional")
            )
            body = Body(*words)
        for form in FORMS:
            file = forms / f"{name}.{form}"
            if not file.exists():
                continue
            if form == "html":
                blocks, title = page_blocks_of(file.read_bytes())
            else:
                layout = readers()["text" if form == "txt" else "pdf"](file.read_bytes())
                blocks, title = blocks_of(layout), layout.meta.get("title", "")
            if name in known and form not in known[name].get("forms", FORMS):
                continue
            labels = annotated_labels(blocks, lines, known[name]) if name in known else stated_labels(blocks, stated)
            if blocks:
                yield Page(name, form, blocks, title, describe(blocks, title), labels, body)


@dataclass
class Fitted:
    """One regression with its vectorizer."""

    vectorizer: DictVectorizer
    model: LogisticRegression

    def __call__(self, features: Features) -> np.ndarray:
        return self.model.decision_function(self.vectorizer.transform(features))

    def as_json(self) -> dict[str, object]:
        names = self.vectorizer.get_feature_names_out()
        weights = {n: round(float(w), 4) for n, w in zip(names, self.model.coef_[0], strict=True) if abs(w) >= 0.0005}
        return {"bias": round(float(self.model.intercept_[0]), 4), "weights": weights}


def fit(pages: Sequence[Page], features: Sequence[Features]) -> Fitted:
    rows = [
        f
        for page, made in zip(pages, features, strict=True)
        for f, label in zip(made, page.labels, strict=True)
        if label >= 0
    ]
    labels = np.concatenate([page.labels[page.labels >= 0] for page in pages])
    weights = np.concatenate([page.weights[page.labels >= 0] for page in pages])
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(rows)
    model = LogisticRegression(C=STRENGTH, max_iter=3000, random_state=SEED)
    model.fit(matrix, labels, sample_weight=weights)
    return Fitted(vectorizer, model)


def fit_both(pages: Sequence[Page]) -> tuple[Fitted, Fitted]:
    """The two regressions; the second is taught with what the first says of pages it has not seen."""
    second: list[Features | None] = [None] * len(pages)
    for fold in range(FOLDS):
        inner = fit([p for p in pages if p.fold != fold], [p.features for p in pages if p.fold != fold])
        for index, page in enumerate(pages):
            if page.fold == fold:
                second[index] = add_neighbours(page.blocks, page.features, list(inner(page.features)))
    return fit(pages, [p.features for p in pages]), fit(pages, [s for s in second if s is not None])


def teach(models: tuple[Fitted, Fitted], pages: Sequence[Page]) -> list[Page]:
    """The pages of text and PDF whose labels are not known, with labels by what the model of HTML is sure of."""
    made = []
    html = {page.name: page for page in pages if page.form == "html"}
    for page in pages:
        if page.form == "html" or page.body is not None or page.name not in html:
            continue
        teacher = html[page.name]
        logits = predict(models, teacher)
        sure: dict[str, int] = {}
        for block, logit in zip(teacher.blocks, logits, strict=True):
            own = letters(block.text)
            label = 1 if logit > _CERTAIN else 0 if logit < -_CERTAIN else -1
            sure[own] = label if sure.get(own, label) == label else -1
        if sum(label == 1 for label in sure.values()) < 3:
            continue
        body = "".join(own for own, label in sure.items() if label == 1)
        labels = []
        for block in page.blocks:
            own = letters(block.text)
            label = sure.get(own, 1 if len(own) >= _LONG and middle(own) in body else -1)
            labels.append(label)
        made.append(replace(page, labels=np.array(labels)))
    return made


def predict(models: tuple[Fitted, Fitted], page: Page) -> np.ndarray:
    return models[1](add_neighbours(page.blocks, page.features, list(models[0](page.features))))


def fit_forms(pages: Sequence[Page]) -> tuple[tuple[Fitted, Fitted], tuple[Fitted, Fitted]]:
    """The models of HTML and of text, the second taught by the first where labels are not known."""
    html = fit_both([p for p in pages if p.form == "html" and (p.labels >= 0).any()])
    text = [p for p in pages if p.form != "html" and p.body is not None]
    return html, fit_both([*text, *teach(html, pages)])


def evaluate(pages: Sequence[Page], show: int = 0) -> dict[str, list[tuple[float, float, str]]]:
    """Recall and precision of the annotated pages, each by models that have not seen it; ``show``: the least length of faults."""
    scores: dict[str, list[tuple[float, float, str]]] = {}
    for fold in range(FOLDS):
        html, text = fit_forms([p for p in pages if p.fold != fold])
        for page in pages:
            if page.fold != fold or page.body is None:
                continue
            logits = predict(html if page.form == "html" else text, page)
            chosen = choose_body(page.blocks, list(map(float, logits)))
            kept = "\n".join(block.text for block, keep in zip(page.blocks, chosen, strict=True) if keep)
            found = score_body(words_of(kept), page.body)
            scores.setdefault(page.form, []).append((*found, page.name))
            if show and min(found) < 0.97:
                print("##", page.form, page.name, [round(x, 3) for x in found])
                for block, z, label, keep in zip(page.blocks, logits, page.labels, chosen, strict=True):
                    if label >= 0 and keep != (label == 1) and len(block.text) >= show:
                        print("  ", label, round(float(z), 1), len(block.text), block.text[:80])
    for form, found in scores.items():
        recall, precision = (sum(s[i] for s in found) / len(found) for i in (0, 1))
        print(f"{form}: {len(found)} pages, recall {recall:.3f}, precision {precision:.3f}")
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("forms", type=Path)
    parser.add_argument("--show", type=int, default=0, help="list faults of blocks of this length and more")
    parser.add_argument("--fit-only", action="store_true", help="do not measure")
    options = parser.parse_args(arguments)
    pages = list(read_pages(options.forms))
    if not options.fit_only:
        evaluate(pages, options.show)
    html, text = fit_forms(pages)
    weights = {kind: [each.as_json() for each in pair] for kind, pair in (("html", html), ("text", text))}
    (HERE / "weights.json").write_text(
        json.dumps(weights, indent=0, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
