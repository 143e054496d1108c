"""Composes the messages of alerts in the reader's language: grouped by act, the most important first, as text, HTML
and JSON.
"""

from dutybook.alerts.digest.messages import compose, compose_test

__all__ = ["compose", "compose_test"]
