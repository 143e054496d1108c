"""The sections of a language pack, one module each."""
