"""The one place that composes the stages."""
