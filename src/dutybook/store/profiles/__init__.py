"""Profiles of organisations, and what is proposed for them."""
