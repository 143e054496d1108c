"""The passes of the reader, each with one job: (units, discourse) to units."""
