"""Judgements of people on norms: their records, the history behind them, and how they move to later versions."""
