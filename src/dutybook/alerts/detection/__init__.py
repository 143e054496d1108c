"""Detects events in the rows of the register, one module for each kind of event. Nothing is written. An event's key
is made of its content.
"""
