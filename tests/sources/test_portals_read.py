"""What portals bring is read well: title, number, dates and norms, in the form that each of them sends."""

from __future__ import annotations

import pytest
from portal_fakes import FOLDER

from dutybook.pipeline.analyse import analyse
from dutybook.records import RawDocument

# File, format, work, day of publication, day of the version, words of the title, norms at least.
_READ = [
    ("02031R0777-20320601.en.html", "html", "32031R0777", "2031-03-12", "2032-06-01", "on the data of harbours", 2),
    ("32031R0777.en.xhtml", "html", "32031R0777", "2031-03-12", None, "on the data of harbours", 2),
    ("L_203100777EN.000101.fmx.xml", "xml", "32031R0777", "2031-03-12", None, "on the data of harbours", 2),
    # The day of publication stands in the API's list alone.
    ("fr-rule.xml", "xml", "FR Doc. 2031-06431", None, None, "Depth Reporting by Harbor Operators", 2),
    ("boe-documento.xml", "xml", "ley 7/2031", "2031-03-03", None, "datos portuarios", 2),
    ("boe-norma.xml", "xml", "ley 7/2031", "2031-03-03", "2032-01-10", "datos portuarios", 1),
    ("uk-act.xml", "xml", "ukpga/2031/7", None, "2032-01-01", "Harbour Data Act 2031", 2),
    ("bwb-toestand.xml", "xml", "BWBR9900077", "2031-03-09", "2031-04-01", "gegevens van havens", 2),
    ("finlex-act.xml", "xml", "77/2030", "2030-02-06", "2031-03-01", "satamien tiedoista", 2),
    ("riigi-teataja-akt.xml", "xml", "SadAS", "2031-03-04", "2031-03-05", "Sadamaandmete seadus", 2),
    ("normattiva-atto.xml", "xml", "legge 77/2031", "2031-03-04", "2031-03-20", "dati dei porti", 2),
    ("esbirka-zneni.json", "json", "77/2031 Sb.", None, "2031-04-01", "o údajích přístavů", 2),
    ("gii-act.xml", "xml", "HafenDG", None, None, "Gesetz über die Daten der Häfen", 2),
    ("fedlex-act.xml", "xml", "cc/2031/77", None, "2031-03-01", "über die Häfen", 2),
    ("ris-bgbl.xml", "xml", "BGBl. I Nr. 7/2031", "2031-03-03", None, "über die Häfen", 2),
    ("legilux-act.xml", "xml", "loi/2031/03/01/a77", None, None, "relative aux ports", 2),
]


@pytest.mark.parametrize(
    ("name", "form", "number", "published", "version", "title", "norms"), _READ, ids=[r[0] for r in _READ]
)
def test_read(
    name: str, form: str, number: str, published: str | None, version: str | None, title: str, norms: int
) -> None:
    found = analyse(RawDocument(name, (FOLDER / name).read_bytes()))
    assert found.document.format == form
    assert found.work is not None
    assert found.work.number == number
    assert title in found.document.title
    assert found.document.published == published
    assert found.document.version_date == version
    assert len(found.norms) >= norms
