"""Fictional texts as layouts in one line, and what structure makes of them."""

from __future__ import annotations

from dutybook.records import BlockRole, Layout, LayoutBuilder, Structure
from dutybook.structure.build import build_structure

ROLES = {"# ": BlockRole.HEADING, "| ": BlockRole.TABLE, "^ ": BlockRole.FOOTNOTE, "~ ": BlockRole.CONTENTS}


def layout(text: str, **meta: str) -> Layout:
    """A block a line; ``# `` begins a heading, ``| `` a table row, ``^ `` a footnote, ``~ `` an entry of the contents."""
    builder = LayoutBuilder()
    for line in text.strip().splitlines():
        bare = line.strip()
        if bare:
            role = ROLES.get(bare[:2], BlockRole.BODY)
            level = 1 if role is BlockRole.HEADING else 0
            builder.block(bare[2:] if role is not BlockRole.BODY else bare, role, level=level)
    return Layout(builder.text(), tuple(builder.blocks), meta=meta)


def structure(text: str, language: str = "en", **meta: str) -> tuple[Layout, Structure]:
    made = layout(text, **meta)
    return made, build_structure(made, "test", language)


def places(found: Structure) -> list[str]:
    return [p.place for p in found.provisions]


def sentence_places(made: Layout, found: Structure) -> dict[str, str]:
    """The place of every sentence, by its first words (up to 24 letters)."""
    by_id = {p.id: p.place for p in found.provisions}
    return {s.span.of(made.text)[:24]: by_id[s.provision] for s in found.sentences}


EU_ACT = """
REGULATION (EU) 2031/777 OF THE HARBOUR PARLIAMENT
of 3 May 2031
on harbour data
Whereas:
(1) Harbours should share their data.
(2) Carriers must not be burdened; a list could be:
(a) short, or
(b) long.
(3) It is time to act.
HAVE ADOPTED THIS REGULATION:
# CHAPTER I
# General provisions
# Article 1
# Subject matter
This Regulation lays down rules on harbour data.
# Article 2
# Definitions
For the purposes of this Regulation, the following definitions apply:
(1) ‘berth’ means a place where a vessel lies;
(2) ‘carrier’ means an undertaking that:
(a) owns a vessel; or
(b) leases a vessel.
# CHAPTER II
# Duties
# Article 3
# Duties of carriers
1. Carriers shall:
(a) keep a log that states:
(i) the date;
(ii) the berth;
(b) seal the hold.
The log shall be kept for five years.
2. Carriers shall also:
(a) train the crew;
(b) weigh the cargo.
3. Paragraph 1 shall not apply to ferries. It shall not apply to tugs.
# Article 4
# Amendments to Regulation (EU) 2021/555
Regulation (EU) 2021/555 is amended as follows:
(1) Article 9 is replaced by the following:
‘Carriers shall keep two logs.’
^ (1) OJ L 7, 1.2.2030, p. 3.
# Article 5
# Entry into force
This Regulation shall enter into force on the third day following its publication.
Done at Seaport, 3 May 2031.
For the Parliament
The President
# ANNEX I
# Form of the log
1. The log shall be written in ink.
2. The log contains:
(a) the date;
(b) the berth.
# ANNEX II
# Correlation table
| Article 1 Article 4
"""

STATUTE = """
# § 29 Begriffsbestimmungen
(1) Hafen im Sinne dieses Gesetzes ist jeder Anlegeplatz.
# § 30 Meldepflicht
(1) Der Betreiber hat jeden Schaden zu melden.
(2) Die Meldung enthält folgende Angaben:
1. den Namen des Schiffs,
2. den Zielhafen und
3. die Ladung, insbesondere
a) die Art der Ware,
b) das Gewicht
aa) der Kisten und
bb) der Fässer.
(3) Absatz 1 gilt nicht für Fähren.
# § 30a Frist
Die Meldung ist am selben Tag abzugeben.
"""

FRENCH_ACT = """
RÈGLEMENT (UE) 2031/777
relatif aux données portuaires
considérant ce qui suit:
(1) Les ports devraient partager leurs données.
ONT ADOPTÉ LE PRÉSENT RÈGLEMENT:
# Article premier
# Objet
Le présent règlement établit des règles.
# Article 2
# Devoirs
1. Les armateurs doivent:
a) tenir un journal;
b) sceller la cale.
2. Le journal est conservé.
Fait à Portville, le 3 mai 2031.
# ANNEXE
# Forme du journal
1. Le journal est écrit à l'encre.
"""

CIRCULAR = """
# Rundschreiben zu Häfen
# 1 Grundsätze
Rz 11 Die Institute sollten den Plan testen.
Rz 12 Sie sollten ferner:
a) die Schlüssel zählen;
b) die Tore prüfen.
# 2 Schluss
Rz 13 Das Rundschreiben wird veröffentlicht.
"""

US_RULE = """
# § 12.3 Duties of carriers.
(a) Standard. A carrier must:
(1) Keep a log; and
(2) Seal the hold.
(i) By day, with wax.
(ii) By night, with lead.
(b) Exception. Paragraph (a) does not apply to ferries.
# § 12.4 Notices.
A carrier must post a notice.
"""

CONTENTS = """
Contents
Article 1 Subject matter
Article 2 Duties
# Article 1
# Subject matter
This Regulation lays down rules. This Regulation is short. This Regulation ends here.
# Article 2
# Duties
Carriers shall keep a log.
"""
