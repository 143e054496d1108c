"""Which files are language versions of one act. Names only: the texts lie beside the repository."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Acts by short name: language versions as paths below the measuring texts; the first of a language serves.
ACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "GDPR": (
        ("en", "docs/eu/GDPR_32016R0679_EN_OJ_2016-04-27.xhtml"),
        ("de", "docs/eu/GDPR_32016R0679_DE_OJ.html"),
        ("fr", "docs/eu/GDPR_32016R0679_FR_OJ_2016-04-27.xhtml"),
        ("es", "docs/eu/GDPR_32016R0679_ES_OJ.pdf"),
        ("nl", "docs/eu/GDPR_32016R0679_NL_flat.txt"),
        ("pl", "gold/gdpr.pl.txt"),
        ("en-pdf", "docs/eu/GDPR_32016R0679_EN_OJ.pdf"),
        ("en-fmx", "docs/eu/GDPR_32016R0679_EN_OJ.fmx.xml"),
        ("de-fmx", "docs/eu/GDPR_32016R0679_DE.fmx.xml"),
    ),
    "DORA": (
        ("en", "docs/eu/DORA_32022R2554_EN_OJ_2022-12-14.xhtml"),
        ("fr", "docs/eu/DORA_32022R2554_FR_OJ_2022-12-14.xhtml"),
        ("de", "docs/eu/DORA_32022R2554_DE.txt"),
        ("nl", "docs/eu/DORA_32022R2554_NL_flat.txt"),
    ),
    "DSA": (
        ("en", "docs/eu/DSA_32022R2065_EN_OJ_2022-10-19.xhtml"),
        ("fr", "docs/eu/DSA_32022R2065_FR_OJ_2022-10-19.xhtml"),
        ("nl", "docs/eu/DSA_32022R2065_NL_flat.txt"),
    ),
    "AMLR": (
        ("en", "docs/eu/AMLR_32024R1624_EN_OJ_2024-05-31.xhtml"),
        ("de", "docs/eu/AMLR_32024R1624_DE_OJ.html"),
        ("fr", "docs/eu/AMLR_32024R1624_FR_OJ_2024-05-31.xhtml"),
    ),
    "CSDDD": (
        ("en", "docs/eu/CSDDD_32024L1760_EN_OJ_2024-06-13.xhtml"),
        ("fr", "docs/eu/CSDDD_32024L1760_FR_OJ_2024-06-13.xhtml"),
    ),
    "DA": (
        ("en", "docs/eu/DA_32023R2854_EN_OJ_2023-12-13.xhtml"),
        ("fr", "docs/eu/DA_32023R2854_FR_OJ_2023-12-13.xhtml"),
    ),
    "MICA": (
        ("en", "docs/eu/MICA_32023R1114_EN_OJ_2023-05-31.xhtml"),
        ("fr", "docs/eu/MICA_32023R1114_FR_OJ_2023-05-31.xhtml"),
    ),
    "NIS2": (
        ("en", "docs/eu/NIS2_32022L2555_EN_OJ_2022-12-14.xhtml"),
        ("fr", "docs/eu/NIS2_32022L2555_FR_OJ_2022-12-14.xhtml"),
    ),
    "PSD2": (
        ("en", "docs/eu/PSD2_32015L2366_EN_OJ_2015-11-25.xhtml"),
        ("fr", "docs/eu/PSD2_32015L2366_FR_OJ_2015-11-25.xhtml"),
    ),
    "SFDR": (
        ("en", "docs/eu/SFDR_32019R2088_EN_OJ_2019-11-27.xhtml"),
        ("fr", "docs/eu/SFDR_32019R2088_FR_OJ_2019-11-27.xhtml"),
        ("nl", "docs/eu/SFDR_32019R2088_NL_flat.txt"),
    ),
    "MAR": (
        ("en", "docs/eu/MAR_32014R0596_EN_OJ_2014-04-16.xhtml"),
        ("fr", "docs/eu/MAR_32014R0596_FR_OJ_2014-04-16.xhtml"),
    ),
    "RTS1772": (
        ("en", "docs/eu/ACT_32024R1772_32024R1772_EN_OJ_2024-03-13.xhtml"),
        ("fr", "docs/eu/ACT_32024R1772_32024R1772_FR_OJ_2024-03-13.xhtml"),
    ),
    "RTS1774": (
        ("en", "docs/eu/ACT_32024R1774_32024R1774_EN_OJ_2024-03-13.xhtml"),
        ("fr", "docs/eu/ACT_32024R1774_32024R1774_FR_OJ_2024-03-13.xhtml"),
    ),
    "RTS301": (
        ("en", "docs/eu/ACT_32025R0301_32025R0301_EN_OJ_2024-10-23.xhtml"),
        ("fr", "docs/eu/ACT_32025R0301_32025R0301_FR_OJ_2024-10-23.xhtml"),
    ),
    "P2B": tuple(
        (code, f"docs/eu/X24_32019R1150_{code.upper()}.txt")
        for code in (
            "en", "bg", "cs", "da", "de", "el", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
            "pt", "ro", "sk", "sl", "sv",
        )
    ),
}  # fmt: skip

#: Files in which each line holds one provision in several languages, with the act that they are of.
PARALLEL: dict[str, tuple[str, str]] = {
    "dora.en-cs-es-fr": ("parallel/dora.en-cs-es-fr.jsonl", "DORA"),
    "gdpr.en-sv": ("parallel/gdpr.en-sv.jsonl", "GDPR"),
    "dora-rts-1774.en-fr": ("parallel/dora-rts-1774.en-fr.jsonl", "RTS1774"),
    "nis2-implementing.en-cs-es-fr-it": ("parallel/nis2-implementing.en-cs-es-fr-it.jsonl", "NIS2-IR"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """A language version of an act: ``language`` is ISO 639-1, ``tag`` tells several files of one language apart."""

    act: str
    tag: str
    file: Path

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.tag.partition("-")[0]


def versions(shared: Path, act: str) -> Iterator[Version]:
    """The versions of an act that lie below ``shared``."""
    for tag, name in ACTS[act]:
        if (shared / name).is_file():
            yield Version(act, tag, shared / name)
