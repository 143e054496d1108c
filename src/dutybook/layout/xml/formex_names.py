"""The names of Formex 4: roots, what is about the file, paragraphs, and how they are handled."""

from __future__ import annotations

ROOTS = frozenset(
    {
        *("ACT", "CONS.ACT", "ANNEX", "CONS.ANNEX", "GENERAL", "CORR", "AGR", "LETTER", "REPORT"),
        *("COMPETITION", "DECISION", "PROTOCOL", "ACT.ADOPT", "CJT", "JUDGMENT", "ORDER", "OPINION"),
        *("CONCLUSION", "ECR.GENERAL", "FMX.COLLECTION", "COMBINED.FMX", "CONS.DOC", "CONS.OTH"),
        *("CONS.LIST", "OTH.ACT", "FINAL.ACT"),
    }
)
# About the file, not in the act.
SILENT = frozenset(
    {
        *("BIB.INSTANCE", "BIB.DATA", "BIB.JUDGMENT", "BIB.ORDER", "BIB.OPINION", "BIB.CONCLUSION"),
        *("BIB.ECR", "BIB.VOLUME", "INFO.CONSLEG", "INFO.PROD", "FAM.COMP", "CURR.TITLE", "INCLUSIONS"),
        *("PDF.SOURCE", "COMMENT"),
    }
)
# Elements that are paragraphs and nothing else.
_PARAGRAPHS = (
    *("P", "TXT", "LIST", "DLIST", "DLIST.ITEM", "STI", "TI", "BLK", "TI.BLK", "ADDR.S", "ADDR"),
    *("FORMULA.S", "INTRO", "GR.ANNOTATION", "ANNOTATION", "LV", "PL.DATE", "SIGNATORY", "PARTIES"),
    *("KEYWORD", "PROLOG"),
)
_PREAMBLE = ("PREAMBLE.INIT", "PREAMBLE.FINAL", "VISA", "GR.CONSID.INIT", "PREAMBLE.GEN", "GR.VISA.INIT")
# An element to the method of the reader that handles it.
HANDLERS = {
    "TITLE": "title",
    "TI.CJT": "styled",
    "ARTICLE": "article",
    "DIVISION": "division",
    "ANNEX": "annex",
    "CONS.ANNEX": "annex",
    "GR.SEQ": "group",
    "SUBDIV": "group",
    "CONSID": "recital",
    "PARAG": "parag",
    "ALINEA": "alinea",
    "NP": "np",
    "NP.ECR": "np",
    "ITEM": "item",
    "QUOT.S": "quotation",
    "QUOT.START": "quote",
    "QUOT.END": "quote",
    "NOTE": "note",
    "GR.NOTES": "notes",
    "TBL": "tbl",
    "HT": "typography",
    "FT": "formatted",
    "FINAL": "final",
    "ENACTING.TERMS": "enacting",
    "CONTENTS": "enacting",
    "TOC": "contents",
    "INDEX": "contents",
    "INCL.ELEMENT": "included",
    **dict.fromkeys(_PARAGRAPHS, "block"),
    **dict.fromkeys(_PREAMBLE, "preamble"),
}
