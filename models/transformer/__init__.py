"""Trains the multilingual model of norms and their parts."""
