from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from dutybook.records import Block, BlockRole, Layout, Span
from real_layouts import layout_of

pytestmark = pytest.mark.shared


def body(layout: Layout) -> list[tuple[Block, str]]:
    return [(block, block.span.of(layout.text)) for block in layout.blocks]


@pytest.mark.parametrize(
    ("file", "articles", "recitals", "annexes"),
    [("GDPR_32016R0679_EN_OJ.pdf", 99, 173, 0), ("AIA_32024R1689_EN_OJ.pdf", 113, 180, 13)],
)
def test_structure_of_regulations(shared: Path, file: str, articles: int, recitals: int, annexes: int) -> None:
    layout = layout_of(shared / "docs" / "eu" / file)
    blocks = body(layout)
    heads = [
        index
        for index, (block, text) in enumerate(blocks)
        if block.role is BlockRole.HEADING and re.fullmatch(r"Article \d+", text)
    ]
    assert [int(blocks[index][1].split()[1]) for index in heads] == list(range(1, articles + 1))
    assert all(blocks[index + 1][0].role is BlockRole.HEADING for index in heads)
    enacting = next(index for index, (_, text) in enumerate(blocks) if text.startswith("HAVE ADOPTED"))
    numbers = [int(found.group(1)) for _, text in blocks[:enacting] if (found := re.match(r"\((\d+)\) ", text))]
    assert numbers == list(range(1, recitals + 1))
    found = [text for block, text in blocks if block.role is BlockRole.HEADING and re.fullmatch("ANNEX [IVX]+", text)]
    assert len(found) == annexes
    assert all(mark.note is not None for mark in layout.marks)
    assert not re.search(r"^\d{1,3}/144$|^OJ L, |ELI: \S+/2024/1689/oj|\bEN\b Official", layout.text, re.MULTILINE)
    last = next(index for index, (block, _) in enumerate(blocks) if block.role is BlockRole.FOOTNOTE)
    assert all(block.role is BlockRole.FOOTNOTE for block, _ in blocks[last:])
    assert not [text for block, text in blocks if block.role is BlockRole.BODY and text[:1].islower()]


@pytest.mark.parametrize(
    ("file", "published"),
    [
        ("eu/GDPR_32016R0679_EN_OJ.pdf", "2016-05-04"),
        ("eu/AIA_32024R1689_EN_OJ.pdf", "2024-07-12"),
        ("eu/CSRD_32022L2464_EN_OJ.pdf", "2022-12-16"),
        ("eu/CHARTER_12016P_DE_OJ.pdf", "2016-06-07"),
    ],
)
def test_published(shared: Path, file: str, published: str) -> None:
    assert layout_of(shared / "docs" / file).meta["published"] == published


@pytest.mark.parametrize(
    ("file", "pages"),
    [
        ("eu/GDPR_32016R0679_EN_OJ.pdf", (2, 33, 60)),
        ("eu/CHARTER_12016P_DE_OJ.pdf", (6, 9)),
        ("national/de/bgbl_2024_I_107.pdf", (2, 3)),
    ],
)
def test_words_stand_in_pdfplumbers_order(shared: Path, file: str, pages: tuple[int, ...]) -> None:
    import pdfplumber

    layout = layout_of(shared / "docs" / file)
    with pdfplumber.open(shared / "docs" / file) as document:
        for number in pages:
            page = document.pages[number - 1]
            theirs = [word["text"] for word in page.extract_words(x_tolerance_ratio=0.15, use_text_flow=False)]
            page.close()
            ours = [
                layout.text[start:end]
                for start, end, where in zip(layout.words.starts, layout.words.ends, layout.words.pages, strict=True)
                if where == number
            ]
            matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
            same = sum(match.size for match in matcher.get_matching_blocks())
            assert same > 0.93 * len(ours), number
            assert same > 0.88 * len(theirs), number


@pytest.mark.parametrize("file", ["eu/GDPR_32016R0679_EN_OJ.pdf", "national/us/hipaa_combined_2013.pdf"])
def test_boxes_hold_the_words_they_stand_for(shared: Path, file: str) -> None:
    import pypdfium2

    path = shared / "docs" / file
    layout = layout_of(path)
    document = pypdfium2.PdfDocument(path)
    blocks = [block for block in layout.blocks if block.role is BlockRole.BODY and len(block.span) > 200]
    for block in blocks[:: max(len(blocks) // 12, 1)]:
        span = Span(block.span.start + 20, block.span.start + 160)
        words = layout.words
        first = next(index for index in range(len(words)) if words.ends[index] > span.start)
        last = next(index for index in range(len(words) - 1, -1, -1) if words.starts[index] < span.end)
        expected = "".join(layout.text[words.starts[first] : words.ends[last]].split())
        found = ""
        for box in layout.boxes_for(span):
            page = document[box.page - 1]
            height = page.get_height()
            textpage = page.get_textpage()
            low = box.bottom - 0.1 * (box.bottom - box.top)
            high = box.top + 0.45 * (box.bottom - box.top)
            found += textpage.get_text_bounded(box.x0 + 0.3, height - low, box.x1 - 0.3, height - high)
            textpage.close()
            page.close()
        letters = [re.sub(r"[\W_]", "", text) for text in (found, expected)]
        assert letters[0] == letters[1], (block.page, found)
    document.close()


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("national/us/hipaa_combined_2013.pdf", "§ 160.102 Applicability.", "§ 160.103 Definitions."),
        ("national/gr/fek_A145_2016_pd80.pdf", "Άρθρο 1", "Άρθρο 2"),
    ],
)
def test_columns_keep_their_order(shared: Path, file: str, before: str, after: str) -> None:
    layout = layout_of(shared / "docs" / file)
    texts = [text for block, text in body(layout) if block.role is BlockRole.HEADING]
    assert texts.index(before) < texts.index(after)
    # Columns read across each other give short blocks and lines that break off.
    long = [text for block, text in body(layout) if block.role is BlockRole.BODY and len(text) > 120]
    assert sum(text[-1] in ".;:,])»”" or text.endswith((" and", " or")) for text in long) > 0.85 * len(long)


def test_every_document_is_read(shared: Path) -> None:
    from dutybook.errors import NoText

    for path in sorted((shared / "docs" / "national").rglob("*.pdf")):
        try:
            layout = layout_of(path)
        except NoText:
            assert path.name.startswith("scan"), path
            continue
        end = 0
        for block in layout.blocks:
            assert block.span.start >= end, path
            end = block.span.end
        assert len(layout.words) > 50, path
        assert all(
            " " not in layout.text[start:end] for start, end in zip(layout.words.starts, layout.words.ends, strict=True)
        ), path
