"""Trains the light model: aligned units of acts in several languages, labels from English, one linear classifier."""
