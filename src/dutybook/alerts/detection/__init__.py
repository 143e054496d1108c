"""Detects events in the rows of the register, one module for each kind of event. Reads only; the keys of events are made of content."""
