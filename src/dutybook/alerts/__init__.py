"""Alerts: detects what has changed in the register, decides who asked for it, and sends each message exactly once."""
