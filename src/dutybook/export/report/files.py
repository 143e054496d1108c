"""Writes a report as HTML, Markdown or PDF."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest, MissingExtra
from dutybook.export.content import Content
from dutybook.export.report.building import report_of
from dutybook.export.report.model import Report

_HERE = "dutybook.export.report"


def _environment(**more: Any) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(  # noqa: S701
        loader=PackageLoader(_HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **more,
    )


def write_html(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, address: str = ""
) -> int:
    """Write the report as one HTML file that loads nothing: no script, no image, no font. Returns the number of norms.

    Jinja2 escapes all text of documents. A content security policy allows only the style sheet in the file, by its
    digest, so that even a mistake in escaping could not run or load anything.

    Args:
        today: the day that days left are counted from, if any.
        address: that of the register's pages, for links.
    """
    from markupsafe import Markup

    report = report_of(content, title=title, today=today, address=address)
    style = _style(report)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    # The style sheet is ours, but for the running title, in which every letter is a number.
    values = {"style": Markup(style), "style_digest": f"sha256-{digest}"}  # noqa: S704
    template = _environment(autoescape=True).get_template("report.html.j2")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(template.generate(report=report, labels=report.labels, **values))
    return report.number


# On paper every page but the first says what it is of, and every page which of how many it is.
_PAGES = """@page {{ size: A4; margin: 20mm 17mm 18mm; @top-left {{ content: "{title}"; font: 8pt sans-serif; color: #566273; }}
  @bottom-left {{ content: "{made}"; font: 8pt sans-serif; color: #566273; }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #566273; }} }}
@page :first {{ @top-left {{ content: ""; }} }}
"""
_RUNNING = 90


def _style(report: Report) -> str:
    sheet = (resources.files(_HERE) / "templates" / "report.css").read_text("utf-8")
    title = report.title if len(report.title) <= _RUNNING else report.title[: _RUNNING - 1] + "…"
    return sheet + _PAGES.format(title=_css_text(title), made=_css_text(report.made))


def _css_text(text: str) -> str:
    """Text escaped for a string in a style sheet.

    >>> _css_text('a"}</style>')
    'a\\\\22 \\\\7d \\\\3c \\\\2f style\\\\3e '
    """
    return re.sub(r"[^0-9A-Za-z]", lambda found: f"\\{ord(found[0]):x} ", text)


def write_markdown(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, address: str = ""
) -> int:
    """Write the report as Markdown (CommonMark with tables) in which no text of a document acts as markup. Returns the
    number of norms. Arguments as for :func:`write_html`.
    """
    report = report_of(content, title=title, today=today, address=address)
    # Jinja2's own escaping is for HTML: here every value passes through ours, whatever template it stands in.
    environment = _environment(finalize=_finalized)
    environment.filters |= {"raw": _Raw, "each": _each}
    template = environment.get_template("report.md.j2")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(template.generate(report=report, labels=report.labels))
    return report.number


# What would be emphasis, a link, a tag, an entity, a cell's end, a formula or struck out, wherever it stands.
_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?[0-9A-Za-z]+;)")
# What would be a heading, a list, a quotation or a rule at the beginning.
_AT_START = re.compile(r"[#>+=-]|\d+(?=[.)])")
# What programs make links of by themselves.
_LINKS = re.compile(r"(?i)(?<=[a-z]):(?=//)|(?<=www)\.|(?<=\w)@(?=\w)|(?<=mailto):|(?<=xmpp):")


class _Raw(str):
    """Text that is Markdown already."""

    __slots__ = ()


def _finalized(value: object) -> object:
    return value if isinstance(value, _Raw) else escaped(str(value))


def _each(values: Iterable[object]) -> list[str]:
    return [escaped(str(value)) for value in values]


def escaped(text: str) -> str:
    """Words escaped for a line of Markdown, including its beginning.

    >>> print(escaped("# a *b* <c> [d](e)"))
    \\# a \\*b\\* \\<c\\> \\[d\\](e)
    """
    text = _ANYWHERE.sub(lambda found: f"\\{found[0]}", text)
    text = _LINKS.sub(lambda found: f"&#{ord(found[0])};", text)
    if start := _AT_START.match(text):
        sign = start[0]
        # A number's dot makes the list, anything else its own sign.
        at = len(sign) if sign[0].isdigit() else 0
        return f"{text[:at]}\\{text[at:]}"
    return text


#: Norms in one file: setting pages takes about 0.2 MB of memory a norm.
LIMIT = 10_000
_ACCESSIBLE = "ua-1"
_NO_FONT = re.compile(r'the text `?"(.+?)"`? could not be displayed')
# The file's dates: fixed, so that the same register gives the same bytes.
_TIME = 946_684_800


def write_pdf(
    content: Content, path: Path, *, title: str | None = None, today: date | None = None, address: str = ""
) -> int:
    """Write the report as a tagged PDF with bookmarks, running titles and page numbers, set by Typst. Returns the number
    of norms. Arguments as for :func:`write_html`.

    Typst is one wheel with its own fonts (Libertinus: Latin, Greek, Cyrillic), needs nothing of the system and uses no
    network. The template is ours, and all text of documents reaches it as data, never as markup. The file conforms to
    PDF/UA-1, so that screen readers can read it. A letter that no font on the machine has is printed as its number,
    ⟨U+1D11E⟩, instead of an empty box; those that follow each other in one pair of brackets.

    Raises:
        MissingExtra: typst is not installed.
        BadRequest: there are more norms than :data:`LIMIT`.
    """
    try:
        import typst
    except ImportError as error:
        raise MissingExtra("a PDF report", "pdf") from error
    report = report_of(content, title=title, today=today, address=address)
    if report.number > LIMIT:
        raise BadRequest(
            f"{report.number:,} norms are more than the {LIMIT:,} that pages are set for at once; narrow them down, for example "
            "with --work or --modality, or export a .html"
        )
    template = (resources.files(_HERE) / "templates" / "report.typ").read_bytes()
    number, text = report.number, json.dumps(asdict(report), ensure_ascii=False)
    # What the pages are set from takes a tenth of the memory that setting them does.
    del report
    path.write_bytes(set_pages(typst, template, text))
    return number


def set_pages(typst: Any, template: bytes, report: str) -> bytes:
    """Data (JSON) as PDF by a template of Typst, set once; a cluster of letters that no single font has is found only then, and set a second time."""
    report = _with_numbers(report, _missing_letters(typst, report))

    def compiled(text: str, standards: list[str]) -> bytes:
        inputs = {"report": text}
        made = typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=_TIME)
        return bytes(made)

    try:
        try:
            return compiled(report, [_ACCESSIBLE])
        except typst.TypstError as error:
            return compiled(_with_numbers(report, _without_font(str(error))), [])
    except typst.TypstError as error:
        raise BadRequest(f"the pages could not be set: {error}; export a .html and print it instead") from error


_PROBE = b"""#set text(lang: "en")
#let of(font) = context {
  set text(font: font, size: 100pt)
  let empty = measure(text("\\u{10FFFD}")).width
  [#metadata(json(bytes(sys.inputs.letters)).map(letter => measure(text(letter)).width == empty)) <missing>]
}
#of("Libertinus Serif")
#of("New Computer Modern")
"""
_ONE = b"""#set document(title: "letter")
#set text(font: "Libertinus Serif", lang: "en")
#text(sys.inputs.letter)
"""
_BEYOND_ALPHABETS, _MOST_DOUBTFUL = "\u2000", 200


def _missing_letters(typst: Any, report: str) -> set[str]:
    """The letters of a text that no font has.

    One is as wide as the sign for a missing letter in several fonts. A letter that some font has may be so, too, by chance:
    those of alphabets are few, and are set one by one to see.
    """
    if report.isascii():
        return set()
    letters = sorted(set(re.findall("[^\x00-\x7f]", report)))
    probe = typst.Compiler(_PROBE, sys_inputs={"letters": json.dumps(letters)})
    answer = json.loads(probe.query(selector="<missing>", field="value"))
    missing = [letter for letter, *absent in zip(letters, *answer, strict=True) if all(absent)]
    doubtful = [letter for letter in missing if letter < _BEYOND_ALPHABETS][:_MOST_DOUBTFUL]
    return set(missing) - {letter for letter in doubtful if _is_set(typst, probe, letter)}


def _is_set(typst: Any, compiler: Any, letter: str) -> bool:
    try:
        inputs = {"letter": letter}
        compiler.compile(input=_ONE, format="pdf", sys_inputs=inputs, pdf_standards=[_ACCESSIBLE])
    except typst.TypstError:
        return False
    return True


def _with_numbers(report: str, letters: set[str]) -> str:
    """The text with the numbers of these letters in their place: ``⟨U+4E2D U+6587⟩``."""
    if not letters:
        return report
    runs = re.compile(f"[{''.join(map(re.escape, sorted(letters)))}]+")
    return runs.sub(lambda run: f"⟨{' '.join(f'U+{ord(letter):04X}' for letter in run[0])}⟩", report)


def _without_font(message: str) -> set[str]:
    """The letters that no font has, from an error message of Typst."""
    found = _NO_FONT.search(message)
    if not found:
        return set()
    unescaped = re.sub(r"\\u\{([0-9a-f]+)\}", lambda number: chr(int(number[1], 16)), found[1])
    # What JSON has a form of its own for is not looked for in it; letters that combine go with the one they stand on.
    return {letter for letter in unescaped if letter > "\x7f"}
