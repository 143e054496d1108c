"""The version that amendments make of an act, against the consolidated one: ``python benchmarks/applied.py ../shared``.

There is no act in ``../shared/docs/eu`` of which the base, the amending act and the consolidated text are all there: the texts of the
amending acts are missing (the report names them). So the amending act is written anew for each pair of successive versions of one act: its instructions in the formulas of
the Official Journal, for the smallest part that differs (words, a subparagraph, a point, a paragraph, an article), its new text copied
from the later version. It is set as the Official Journal sets it, read like any file, and applied to the earlier version. This measures whether
instructions are read and applied; it does not measure what real acts do that the formulas do not.

At the end stand parts of three real amending acts (Regulations (EU) 2020/852, 2019/2115 and 2024/2809): the sentences of their instructions as they
are in the Official Journal, new text with the footnotes, stray marks and missing commas that it has there, its words again from the later version.
Counted are the articles that these parts are about.

Counted by provision (every paragraph, point and subparagraph with words of its own): those that differ between the versions (touched) apart from
the others. The same: letter by letter but for white space, kinds of quotation marks and dashes, and editors' marks. What is not the same is
listed with what became of its instruction.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

from dutybook.document_view import DocumentView
from dutybook.extract.amendments import find_amendments
from dutybook.extract.instructions import read_instructions
from dutybook.layout.document_dates import with_dates
from dutybook.layout.formats import read_layout
from dutybook.layout.limits import Limits
from dutybook.records import ProvisionKind, RawDocument
from dutybook.records.instructions import Instruction
from dutybook.records.trees import COUNTED, Node, build_tree
from dutybook.resolve.amended.applying import Amended, apply_instructions
from dutybook.resolve.amended.comparison import Outcome, compare, normalise, provisions_of
from dutybook.resolve.amended.places import at, locate
from dutybook.resolve.amended.words import subparagraphs
from dutybook.structure.build import build_structure, pack_for
from dutybook.structure.language import prepare

#: An act's name in the file names, its CELEX number, and how its texts name it.
ACTS = {
    "SFDR": ("32019R2088", {"en": "Regulation (EU) 2019/2088", "fr": "règlement (UE) 2019/2088"}),
    "MAR": ("32014R0596", {"en": "Regulation (EU) No 596/2014", "fr": "règlement (UE) no 596/2014"}),
}
# As many words at most are replaced as words.
_FEW_WORDS = 12


@dataclass(frozen=True)
class Formulas:
    """The sentences of an amending act in one language; ``{p}`` is the paragraph, ``{n}`` what is changed."""

    title: str
    amended: str
    article_amended: str
    article_replaced: str
    article_inserted: str
    article_deleted: str
    heading: str
    paragraph_replaced: str
    paragraph_inserted: str
    paragraph_deleted: str
    point_replaced: str
    point_added: str
    point_deleted: str
    subparagraph_replaced: str
    subparagraph_added: str
    subparagraph_deleted: str
    words_replaced: str
    words_deleted: str
    words_inserted: str
    inside: str
    quotes: tuple[str, str]
    ordinals: tuple[str, ...]
    article: str
    enacted: str


FORMULAS = {
    "en": Formulas(
        title="REGULATION (EU) 2031/9999 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL|of 1 March 2031|amending {act}",
        amended="{act} is amended as follows:",
        article_amended="Article {a} is amended as follows:",
        article_replaced="Article {a} is replaced by the following:",
        article_inserted="the following Article is inserted:",
        article_deleted="Article {a} is deleted;",
        heading="the title is replaced by the following:",
        paragraph_replaced="paragraph {n} is replaced by the following:",
        paragraph_inserted="the following paragraph is inserted:",
        paragraph_deleted="paragraph {n} is deleted;",
        point_replaced="point ({n}) is replaced by the following:",
        point_added="the following point is added:",
        point_deleted="point ({n}) is deleted;",
        subparagraph_replaced="the {n} subparagraph is replaced by the following:",
        subparagraph_added="the following subparagraph is added:",
        subparagraph_deleted="the {n} subparagraph is deleted;",
        words_replaced="the words ‘{old}’ are replaced by the words ‘{new}’;",
        words_deleted="the words ‘{old}’ are deleted;",
        words_inserted="after the words ‘{old}’, the words ‘{new}’ are inserted;",
        inside="in paragraph {p}, ",
        quotes=("‘", "’"),
        ordinals=("first", "second", "third", "fourth", "fifth", "sixth", "seventh"),
        article="Article",
        enacted="HAVE ADOPTED THIS REGULATION:",
    ),
    "fr": Formulas(
        title="RÈGLEMENT (UE) 2031/9999 DU PARLEMENT EUROPÉEN ET DU CONSEIL|du 1er mars 2031|modifiant le {act}",
        amended="Le {act} est modifié comme suit:",
        article_amended="L’article {a} est modifié comme suit:",
        article_replaced="L’article {a} est remplacé par le texte suivant:",
        article_inserted="L’article suivant est inséré:",
        article_deleted="L’article {a} est supprimé;",
        heading="l’intitulé est remplacé par le texte suivant:",
        paragraph_replaced="le paragraphe {n} est remplacé par le texte suivant:",
        paragraph_inserted="le paragraphe suivant est inséré:",
        paragraph_deleted="le paragraphe {n} est supprimé;",
        point_replaced="le point {n}) est remplacé par le texte suivant:",
        point_added="le point suivant est ajouté:",
        point_deleted="le point {n}) est supprimé;",
        subparagraph_replaced="le {n} alinéa est remplacé par le texte suivant:",
        subparagraph_added="l’alinéa suivant est ajouté:",
        subparagraph_deleted="le {n} alinéa est supprimé;",
        words_replaced="les termes «{old}» sont remplacés par les termes «{new}»;",
        words_deleted="les termes «{old}» sont supprimés;",
        words_inserted="après les termes «{old}», les termes «{new}» sont insérés;",
        inside="au paragraphe {p}, ",
        quotes=("«", "»"),
        ordinals=("premier", "deuxième", "troisième", "quatrième", "cinquième", "sixième", "septième"),
        article="Article",
        enacted="ONT ADOPTÉ LE PRÉSENT RÈGLEMENT:",
    ),
}


@dataclass(frozen=True)
class Written:
    """An instruction of the amending act: its sentence and its new text."""

    sentence: str
    new: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Text:
    """A text that was read: its tree, and what it does to others."""

    name: str
    language: str
    version: str
    tree: tuple[Node, ...]
    text: str
    instructions: tuple[Instruction, ...] = ()


def read_text(raw: RawDocument, name: str) -> Text:
    """The tree of a file, with the instructions in it."""
    layout = with_dates(read_layout(raw, limits=Limits(workers=1)))
    structure = build_structure(layout, raw.sha256[:16], None)
    pack = pack_for(structure.language)
    view = DocumentView(
        layout.text,
        structure.sentences,
        structure.provisions,
        family=structure.family,
        language=structure.language,
        title=structure.title,
        document_id=raw.sha256[:16],
    )
    instructions = read_instructions(layout.text, structure.provisions, find_amendments(view), pack)
    tree = build_tree(layout.text, structure.provisions)
    return Text(name, structure.language, layout.meta.get("version_date") or "", tree, layout.text, instructions)


# ---- writing the amending act


def articles(tree: Sequence[Node]) -> dict[str, Node]:
    """The articles of an act by number."""
    return {n.number: n for top in tree for n in top.walk() if n.kind is ProvisionKind.ARTICLE}


def same(one: Node, other: Node) -> bool:
    return normalise("\n".join(one.lines())) == normalise("\n".join(other.lines()))


def write_instructions(old: Sequence[Node], new: Sequence[Node], f: Formulas) -> Iterator[tuple[str, list[Written]]]:
    """By article the instructions that make the one version of the other: what leads into them, and each of them."""
    before, after = articles(old), articles(new)
    for number, article in after.items():
        if number not in before:
            yield "", [Written(f.article_inserted, (article,))]
        elif not same(article, before[number]):
            inner = list(_inside_article(before[number], article, f))
            if inner:
                yield f.article_amended.format(a=number), inner
            else:
                yield "", [Written(f.article_replaced.format(a=number), (article,))]
    for number in before:
        if number not in after:
            yield "", [Written(f.article_deleted.format(a=number))]


def _paragraphs(node: Node) -> dict[str, Node] | None:
    """The numbered paragraphs or points of a provision whose other words can be left alone; None where it has none."""
    numbered = [child for child in node.children if child.number and child.kind not in COUNTED]
    found = {child.number: child for child in numbered}
    return found if numbered and len(found) == len(numbered) else None


def _inside_article(old: Node, new: Node, f: Formulas) -> Iterator[Written]:
    """Instructions for parts of an article; none where it must be replaced as a whole."""
    one, other = _paragraphs(old), _paragraphs(new)
    if one is None or other is None or normalise(old.words) != normalise(new.words):
        return
    if {c.kind for c in (*old.children, *new.children)} - {ProvisionKind.PARAGRAPH}:
        return
    if normalise(old.heading) != normalise(new.heading):
        yield Written(f.heading, (Node(ProvisionKind.TEXT, "", "", "", (new.heading,)),))
    for number, paragraph in other.items():
        if number not in one:
            yield Written(f.paragraph_inserted, (paragraph,))
        elif not same(one[number], paragraph):
            yield from _inside_paragraph(one[number], paragraph, f)
    for number in one:
        if number not in other:
            yield Written(f.paragraph_deleted.format(n=number))


def _inside_paragraph(old: Node, new: Node, f: Formulas) -> Iterator[Written]:
    """The smallest instruction for a paragraph that differs: words, a point, a subparagraph, or all of it."""
    inside = f.inside.format(p=new.number)
    if words := _words(old, new, f):
        yield Written(inside + words)
        return
    one, other = (_split(node) for node in (old, new))
    differing = [n for n, (a, b) in enumerate(zip(one, other, strict=False)) if not same(a, b)]
    if len(other) == len(one) + 1 and not differing and not _paragraphs(other[-1]):
        yield Written(inside + f.subparagraph_added, (_bare(other[-1]),))
    elif len(one) == len(other) and len(differing) == 1 and len(one) > 1:
        n = differing[0]
        if points := list(_points(one[n], other[n], f)) if n == 0 else []:
            yield from (replace(point, sentence=inside + point.sentence) for point in points)
            return
        made = replace(other[0], label=new.label, number=new.number) if n == 0 else _bare(other[n])
        yield Written(inside + f.subparagraph_replaced.format(n=f.ordinals[n]), (made,))
    elif len(one) == len(other) == 1 and (points := list(_points(old, new, f))):
        yield from (replace(point, sentence=inside + point.sentence) for point in points)
    else:
        yield Written(f.paragraph_replaced.format(n=new.number), (new,))


def _split(node: Node) -> list[Node]:
    """The subparagraphs of a paragraph."""
    return [Node(ProvisionKind.SUBPARAGRAPH, "", "", "", node.parts[a:b]) for a, b in subparagraphs(node)]


def _bare(node: Node) -> Node:
    inner = node.parts[0] if len(node.parts) == 1 else None
    return inner if isinstance(inner, Node) and inner.kind is ProvisionKind.SUBPARAGRAPH else node


def _points(old: Node, new: Node, f: Formulas) -> Iterator[Written]:
    """Instructions for the points of a list, where nothing else differs."""
    one, other = _paragraphs(old), _paragraphs(new)
    if one is None or other is None or normalise(old.words) != normalise(new.words):
        return
    for number, point in other.items():
        if number not in one:
            yield Written(f.point_added, (point,))
        elif not same(one[number], point):
            yield Written(f.point_replaced.format(n=number), (point,))
    yield from (Written(f.point_deleted.format(n=number)) for number in one if number not in other)


def _words(old: Node, new: Node, f: Formulas) -> str:
    """The instruction that changes words, where a few of them make the difference and stand in the paragraph once; else empty."""
    before, after = ("\n".join(node.lines()).split(" ") for node in (old, new))
    changes = [c for c in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if c[0] != "equal"]
    if len(changes) != 1:
        return ""
    tag, a, b, c, d = changes[0]
    if max(b - a, d - c) > _FEW_WORDS:
        return ""
    behind = 3 if tag == "insert" else 0
    removed, put = " ".join(before[max(a - behind, 0) : b]), " ".join(after[c:d])
    whole = " ".join(before)
    marks = "‘’“”«»\n"
    if not removed or whole.count(removed) != 1 or any(mark in removed + put for mark in marks):
        return ""
    if tag == "insert":
        return f.words_inserted.format(old=removed, new=put)
    return f.words_replaced.format(old=removed, new=put) if tag == "replace" else f.words_deleted.format(old=removed)


def set_act(act: str, instructions: Sequence[tuple[str, list[Written]]], f: Formulas) -> bytes:
    """The amending act as a page of the Official Journal."""
    lines = [f'<p class="oj-doc-ti">{html.escape(line)}</p>' for line in f.title.format(act=act).split("|")]
    lines.append(f'<p class="oj-normal">{f.enacted}</p>')
    lines.append(f'<div class="eli-subdivision" id="art_1"><p class="oj-ti-art">{f.article} 1</p>')
    lines.append(_paragraph(f.amended.format(act=act)))
    for number, (lead, inner) in enumerate(instructions, start=1):
        body = (
            _paragraph(lead) + "".join(_row(f"({chr(96 + n)})", _set(each, f)) for n, each in enumerate(inner, start=1))
            if lead
            else _set(inner[0], f)
        )
        lines.append(_row(f"({number})", body))
    lines.append("</div>")
    body = "\n".join(lines)
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>L_2031</title></head><body><div class="eli-container">{body}</div></body></html>'
    return page.encode()


def _set(each: Written, f: Formulas) -> str:
    if not each.new:
        return _paragraph(each.sentence)
    text = "".join(map(_set_node, each.new))
    # The marks stand before the first and behind the last letter.
    first = re.search(r">([^<\s])", text)
    assert first
    text = text[: first.start(1)] + f.quotes[0] + text[first.start(1) :]
    last = max(m.end() for m in re.finditer(r"[^<>\s](?=</(?:p|span)>)", text))
    return _paragraph(each.sentence) + text[:last] + f.quotes[1] + ";" + text[last:]


def _set_node(node: Node) -> str:
    label = html.escape(node.label)
    if node.kind is ProvisionKind.ARTICLE:
        heading = f'<p class="oj-sti-art">{html.escape(node.heading)}</p>' if node.heading else ""
        return f'<p class="oj-ti-art">{label}</p>{heading}' + _set_parts(node.parts)
    if node.kind is ProvisionKind.POINT:
        return _row(label, _set_parts(node.parts))
    return _set_parts(node.parts, f"{label}   " if label else "")


def _set_parts(parts: Sequence[str | Node], label: str = "") -> str:
    made = []
    for part in parts:
        made.append(_paragraph(label + part) if isinstance(part, str) else _set_node(part))
        label = ""
    return "".join(made)


def _paragraph(text: str) -> str:
    return f'<p class="oj-normal">{html.escape(text, quote=False)}</p>'


def _row(label: str, body: str) -> str:
    return f'<table><tbody><tr><td><p class="oj-normal">{label}</p></td><td>{body}</td></tr></tbody></table>'


# ---- parts of real acts


@dataclass(frozen=True)
class Real:
    """A sentence of a real amending act; ``places`` of its new text in the later version, of a subparagraph with its number.

    ``note``: the new text ends with a footnote, and the mark that closes it stands behind that; ``stray``: a semicolon stands outside of the
    paragraph that ends with the mark.
    """

    sentence: str
    places: tuple[str | tuple[str, int], ...] = ()
    note: bool = False
    stray: bool = False


@dataclass(frozen=True)
class Excerpt:
    """A part of a real amending act: its title, the article, and what it says of each article of the amended act."""

    name: str
    pair: int
    title: str
    article: str
    items: tuple[tuple[str, tuple[Real, ...]], ...]
    about: tuple[str, ...]


EXCERPTS = (
    Excerpt(
        *("SFDR", 0, "REGULATION (EU) 2020/852|of 18 June 2020|on sustainable investment, and amending {act}", "25"),
        (
            ("", (Real("the following Article is inserted:", ("Art 2a",)),)),
            (
                "Article 8 is amended as follows:",
                (
                    Real("the following paragraph is inserted:", ("Art 8(2a)",), note=True),
                    Real("in paragraph 3, the first subparagraph is replaced by the following:", (("Art 8(3)", 1),)),
                    Real("the following paragraph is added:", ("Art 8(4)",)),
                ),
            ),
            (
                "Article 9 is amended as follows:",
                (
                    Real("the following paragraph is inserted:", ("Art 9(4a)",)),
                    Real("in paragraph 5, the first subparagraph is replaced by the following:", (("Art 9(5)", 1),)),
                    Real("the following paragraph is added:", ("Art 9(6)",)),
                ),
            ),
            (
                "Article 11 is amended as follows:",
                (
                    Real("in paragraph 1, the following points are added:", ("Art 11(1)(c)", "Art 11(1)(d)")),
                    Real("in paragraph 4, the first subparagraph is replaced by:", (("Art 11(4)", 1),)),
                    Real("the following paragraph is added:", ("Art 11(5)",)),
                ),
            ),
            ("", (Real("in Article 20, paragraph 3 is replaced by the following:", ("Art 20(3)",)),)),
        ),
        ("2a", "8", "9", "11", "20"),
    ),
    Excerpt(
        *("MAR", 1, "REGULATION (EU) 2019/2115|of 27 November 2019|amending {act} as regards SME growth markets", "1"),
        (
            ("", (Real("in Article 11, the following paragraph is inserted:", ("Art 11(1a)",), note=True),)),
            (
                "",
                (Real("in Article 13, the following paragraphs are added:", ("Art 13(12)", "Art 13(13)"), note=True),),
            ),
            ("", (Real("in Article 17(4), the following subparagraph is added:", (("Art 17(4)", 4),)),)),
            (
                "Article 18 is amended as follows:",
                (
                    Real("paragraphs 1 and 2 are replaced by the following:", ("Art 18(1)", "Art 18(2)")),
                    Real(
                        "paragraphs 4, 5 and 6 are replaced by the following:", ("Art 18(4)", "Art 18(5)", "Art 18(6)")
                    ),
                ),
            ),
        ),
        ("11", "13", "17", "18"),
    ),
    Excerpt(
        *("MAR", 3, "REGULATION (EU) 2024/2809|of 23 October 2024|amending {act} to make markets more attractive", "2"),
        (
            (
                "Article 18 is amended as follows:|paragraph 6 is amended as follows:",
                (
                    Real("the second subparagraph is replaced by the following:", (("Art 18(6)", 2),), stray=True),
                    Real("the fourth, fifth and sixth subparagraphs are deleted."),
                ),
            ),
            ("", (Real("in Article 18, paragraph 9 is replaced by the following:", ("Art 18(9)",), stray=True),)),
            (
                "Article 19 is amended as follows:",
                (
                    Real("paragraphs 8 and 9 are replaced by the following:", ("Art 19(8)", "Art 19(9)"), stray=True),
                    Real("paragraph 12 is replaced by the following:", ("Art 19(12)", "Art 19(12a)"), stray=True),
                ),
            ),
            ("", (Real("in Article 23(2), point (g) is replaced by the following:", ("Art 23(2)(g)",), stray=True),)),
            ("", (Real("in Article 25 the following paragraph is inserted:", ("Art 25(1a)",), stray=True),)),
            ("", (Real("the following articles are inserted:", ("Art 25a", "Art 25b"), stray=True),)),
        ),
        ("18", "19", "23", "25", "25a", "25b"),
    ),
)
_NOTE = '</p><p class="oj-note">(<span class="oj-super">*1</span>)  Regulation (EU) 2031/1 on notes (OJ L 1, 1.1.2031, p. 1).’;"</p>'


def set_excerpt(excerpt: Excerpt, act: str, later: Text) -> bytes:
    """A part of a real act as a page of the Official Journal, its new text from the later version."""
    f = FORMULAS["en"]
    lines = [f'<p class="oj-doc-ti">{html.escape(line)}</p>' for line in excerpt.title.format(act=act).split("|")]
    lines.append(f'<p class="oj-normal">{f.enacted}</p><div id="a"><p class="oj-ti-art">Article {excerpt.article}</p>')
    lines.append(f'<p class="oj-sti-art">Amendments to {act}</p>{_paragraph(f"{act} is amended as follows:")}')
    for number, (lead, sentences) in enumerate(excerpt.items, start=1):
        outer, _, inner = lead.partition("|")
        labels = ["i", "ii", "iii", "iv"] if inner else ["a", "b", "c", "d"]
        rows = "".join(_row(f"({labels[n]})", _set_real(each, later, f)) for n, each in enumerate(sentences))
        body = _paragraph(outer) + (_row("(a)", _paragraph(inner) + rows) if inner else rows)
        lines.append(_row(f"({number})", body if lead else _set_real(sentences[0], later, f)))
    body = "\n".join(lines)
    return f'<html xmlns="http://www.w3.org/1999/xhtml"><body><div class="eli-container">{body}</div></div></body></html>'.encode()


def _set_real(each: Real, later: Text, f: Formulas) -> str:
    root = Node(ProvisionKind.TEXT, "", "", "", later.tree)
    new = []
    for place in each.places:
        name, nth = place if isinstance(place, tuple) else (place, 0)
        (way,) = locate(root, name)
        node = at(root, way)
        if nth:
            part = _split(node)[nth - 1]
            node = replace(part, label=node.label, number=node.number) if nth == 1 else _bare(part)
        new.append(node)
    page = _set(Written(each.sentence, tuple(new)), f)
    if each.note:
        return page.replace("’;</p>", _NOTE) if page.endswith("’;</p>") else page.replace("’;", "") + _NOTE[4:]
    return page.replace("’;", "’") + ";" if each.stray else page


def measure_excerpts(folder: Path, limit: int) -> None:
    """Print the report of the parts of real acts."""
    total = Score()
    for excerpt in EXCERPTS:
        texts = versions(folder, excerpt.name, "en")
        old, new = texts[excerpt.pair], texts[excerpt.pair + 1]
        act = ACTS[excerpt.name][1]["en"]
        amending = read_text(RawDocument("real.xhtml", set_excerpt(excerpt, act, new)), "real")
        made = apply_instructions(old.tree, amending.instructions)
        listed: list[str] = []
        result = score(old, made, new, listed, excerpt.about)
        total.add(result)
        print(f"{excerpt.title.partition('|')[0]}: {len(amending.instructions)} instructions, {result}")
        for left in made.left:
            print(f"    left ({left.obstacle}): {left.instruction.quote[:110]} {left.about[:60]}")
        for line in listed[: max(limit, 5)]:
            print(f"    {line}")
    print(f"parts of real acts: {total}")


# ---- measuring


@dataclass
class Score:
    """Provisions that are the same, of those that differ between the versions and of the others."""

    touched: int = 0
    touched_same: int = 0
    others: int = 0
    others_same: int = 0

    def add(self, other: Score) -> None:
        self.touched += other.touched
        self.touched_same += other.touched_same
        self.others += other.others
        self.others_same += other.others_same

    def __str__(self) -> str:
        every = self.touched + self.others
        right = self.touched_same + self.others_same
        return (
            f"all {_share(right, every)}, touched {_share(self.touched_same, self.touched)}, "
            f"untouched {_share(self.others_same, self.others)}"
        )


def _share(right: int, every: int) -> str:
    return f"{right / every:.3f} of {every}" if every else "none"


def score(old: Text, made: Amended, new: Text, listed: list[str], articles: Sequence[str] = ()) -> Score:
    """How the version that was made compares with the consolidated one; with ``articles`` only in these."""

    def counts(place: str) -> bool:
        return not articles or re.sub(r"^Art (\w+).*", r"\1", place) in articles

    earlier, later = dict(provisions_of(old.tree)), dict(provisions_of(new.tree))
    result = Score()
    for each in compare(made.tree, new.tree):
        if not counts(each.place):
            continue
        was, reads = earlier.get(each.place), later.get(each.place)
        touched = (was is None) != (reads is None) or normalise(was or "") != normalise(reads or "")
        right = each.outcome is Outcome.SAME
        # What only we have was either made by mistake or should have gone.
        if touched or each.outcome is Outcome.EXTRA:
            result.touched += 1
            result.touched_same += right
        else:
            result.others += 1
            result.others_same += right
        if not right:
            listed.append(f"{each.outcome}: {each.place}: {_near(each.made, each.given)}")
    # Provisions that had to go and are gone are right, too.
    kept = dict(provisions_of(made.tree))
    gone = [place for place in earlier if place not in later and place not in kept and counts(place)]
    result.touched += len(gone)
    result.touched_same += len(gone)
    return result


def _near(made: str, given: str) -> str:
    """The first letters in which two texts differ."""
    at = next((n for n, (a, b) in enumerate(zip(made, given, strict=False)) if a != b), min(len(made), len(given)))
    start = max(at - 20, 0)
    return f"{made[start : at + 50]!r} for {given[start : at + 50]!r}"


def versions(folder: Path, name: str, language: str) -> list[Text]:
    """The versions of an act in a language, the original first."""
    celex = ACTS[name][0]
    files = sorted(folder.glob(f"{name}_{celex}_{language.upper()}_OJ*.xhtml"))
    files += sorted(folder.glob(f"{name}_0{celex[1:]}-*_{language.upper()}_cons.html"))
    return [read_text(RawDocument(str(path), path.read_bytes()), path.name) for path in files]


def measure(folder: Path, limit: int) -> None:
    """Print the report."""
    totals: dict[str, Score] = defaultdict(Score)
    obstacles: Counter[str] = Counter()
    instructions = 0
    for name, (celex, names) in ACTS.items():
        for language, act in names.items():
            for old, new in pairwise(versions(folder, name, language)):
                f = FORMULAS[language]
                written = list(write_instructions(old.tree, new.tree, f))
                raw = RawDocument("amending.xhtml", set_act(act, written, f))
                amending = read_text(raw, "written")
                read = [i for i in amending.instructions if i.work in (celex, None)]
                listed: list[str] = []
                made = apply_instructions(old.tree, read)
                result = score(old, made, new, listed)
                totals[language].add(result)
                totals["all"].add(result)
                count = sum(len(inner) for _, inner in written)
                instructions += count
                obstacles.update(left.obstacle.value for left in made.left)
                print(f"{name} {language} {old.version or 'original'} -> {new.version}: {count} instructions, {result}")
                for left in made.left[:limit]:
                    print(f"    left ({left.obstacle}): {left.instruction.quote[:110]} {left.about[:60]}")
                for line in listed[:limit]:
                    print(f"    {line}")
    print(f"\n{instructions} instructions were written; left: {dict(obstacles) or 'none'}")
    for language, total in totals.items():
        print(f"{language}: {total}")
    for name, wanted in wanted_acts(folder).items():
        print(f"not on this machine: the acts that amend {name}: {', '.join(wanted)}")


def wanted_acts(folder: Path) -> dict[str, list[str]]:
    """The amending acts that consolidated versions name and of which there is no text."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, (celex, _) in ACTS.items():
        for path in folder.glob(f"{name}_0{celex[1:]}-*_EN_cons.html"):
            found[name] |= set(re.findall(r"celex/(3\d{4}[RL]\d{4})\"", path.read_text(encoding="utf-8"))) - {celex}
    return {name: sorted(acts) for name, acts in found.items() if acts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list N differences of each pair")
    given = parser.parse_args()
    folder = given.shared / "docs" / "eu"
    if not folder.is_dir():
        print(f"{folder} is not there: give the folder of the measuring texts", file=sys.stderr)
        return 1
    prepare()
    measure(folder, given.errors)
    measure_excerpts(folder, given.errors)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
