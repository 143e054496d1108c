"""Who bears a norm: one strategy for each word order, and what they share."""
