"""Silver examples: units of acts of the Union in all languages, with the labels that the English version states.

The English labels, and the parts in any language, are what the rules of Dutybook's first reader found; that reader is no longer
here, and its commit makes these examples: see ``models/reader/README.md``.
"""
