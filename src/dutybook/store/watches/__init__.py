"""Watched sources, the items that they list, and the files that they bring."""
