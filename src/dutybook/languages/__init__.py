"""Languages as data: one TOML a language, read and validated by one loader."""

from dutybook.languages.pack import LanguagePack, available, load

__all__ = ["LanguagePack", "available", "load"]
