"""What tesseract calls a language, and how its data is installed."""

from __future__ import annotations

# The 24 official languages of the Union, and those of their neighbours.
_CODES = {
    "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est",
    "fi": "fin", "fr": "fra", "ga": "gle", "hr": "hrv", "hu": "hun", "it": "ita", "lt": "lit", "lv": "lav",
    "mt": "mlt", "nl": "nld", "pl": "pol", "pt": "por", "ro": "ron", "sk": "slk", "sl": "slv", "sv": "swe",
    "ar": "ara", "bs": "bos", "ca": "cat", "eu": "eus", "gl": "glg", "he": "heb", "is": "isl", "ja": "jpn",
    "ko": "kor", "lb": "ltz", "mk": "mkd", "no": "nor", "ru": "rus", "sq": "sqi", "sr": "srp", "tr": "tur",
    "uk": "ukr", "zh": "chi_sim",
}  # fmt: skip
_SCRIPTS = {"Greek": "el", "Cyrillic": "bg", "Arabic": "ar", "Hebrew": "he", "Japanese": "ja", "Han": "zh"}
"""The language tried for a script that is not Latin, as tesseract names it; the first page's text then tells."""


def code_of(language: str) -> str | None:
    """Tesseract's code for an ISO 639-1 language (``de`` or ``de-AT`` is ``deu``); None for one it does not know."""
    return _CODES.get(language.lower().replace("_", "-").split("-")[0])


def language_of_script(script: str) -> str | None:
    """A language (ISO 639-1) written in a script; None for Latin and scripts that are not known here."""
    return _SCRIPTS.get(script)


def how_to_install(language: str | None = None) -> str:
    """What a user does to get tesseract, or its data for a language."""
    if language is None:
        return "install tesseract (Debian and Ubuntu: tesseract-ocr, and tesseract-ocr-deu, -fra … for each language)"
    code = code_of(language) or language
    return f"install tesseract's data for “{language}” (Debian and Ubuntu: tesseract-ocr-{code.replace('_', '-')})"
