"""The passes of the extraction of norms, each with one task. A pass takes units and a discourse and returns units."""
