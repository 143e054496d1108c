"""Bytes to text and boxes, a reader a format. :func:`dutybook.layout.formats.read_layout` is the one entrance."""
