"""The tokenizers are spaCy's own, and the French one is there at once."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dutybook.extract.norms.passes.cues import blank

#: Some of spaCy's French compounds: all of them would take four seconds to compile.
EVERY = 40
PIECES = (
    "sous",
    "porte",
    "lock",
    "out",
    "saut",
    "de",
    "ski",
    "l'",
    "entr'",
    "-",
    "‐",
    "–",
    "é",
    "Ω",
    "ж",
    "1",
    "_",
    "2030",
    "ſ",
)


@pytest.fixture(scope="module")
def compounds() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The same French patterns as spaCy writes them, and as they are read here."""
    from spacy.lang.char_classes import ALPHA, ALPHA_LOWER

    blank("fr")
    from spacy.lang.fr.tokenizer_exceptions import _regular_exp

    some = [*_regular_exp[:4], *_regular_exp[50::EVERY], _regular_exp[-14], _regular_exp[-11]]
    whole = "(?iu)" + "|".join(f"(?:{pattern})" for pattern in some)
    return re.compile(whole), re.compile(whole.replace(ALPHA_LOWER, r"\w").replace(ALPHA, r"\w"))


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join))
@example("sous-préfecture")
@example("sous-préfecture_2")
@example("saut-de-ski")
def test_letters_as_a_category_match_the_same_words(
    compounds: tuple[re.Pattern[str], re.Pattern[str]], word: str
) -> None:
    theirs, ours = compounds
    assert bool(theirs.match(word)) == (not re.search(r"[\d_]", word) and bool(ours.match(word)))


def test_compounds_stay_whole_and_numbers_do_not_make_one() -> None:
    words = [token.text for token in blank("fr")("La sous-préfecture, le sous-b2 et un porte-monnaie.")]
    assert words == ["La", "sous-préfecture", ",", "le", "sous", "-", "b2", "et", "un", "porte-monnaie", "."]


def test_patterns_are_compiled_as_ever_afterwards() -> None:
    before = re.compile
    blank("en")
    assert re.compile is before
    assert re.compile("[a]").pattern == "[a]"


def test_french_is_there_at_once() -> None:
    code = (
        "import spacy, time; from dutybook.extract.norms.passes.cues import blank; start = time.process_time(); blank('fr'); "
        "print(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # A quarter of a second; spaCy's own way takes 3.5 s on the same machine, and more on a busy one.
    assert float(done.stdout) < 1.5


def test_a_document_is_read_without_what_its_reader_does_not_need() -> None:
    """Neither PyTorch nor spaCy's commands, nor the packs of other languages; all of them are there for who asks."""
    code = (
        "import sys, dutybook; from dutybook.languages import load; "
        "raw = dutybook.read(dutybook.samples() / 'news-shipping-banks.en.html'); assert dutybook.analyse(raw).norms; "
        "print(sorted({'torch', 'spacy.cli', 'jinja2'} & set(sys.modules)), load.cache_info().currsize); "
        "import spacy.cli; print(callable(spacy.cli.download), spacy.info(silent=True)['spacy_version'] == spacy.__version__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["[] 1", "True True", ""]
