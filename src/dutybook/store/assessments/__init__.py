"""Assessments: what a change of the law means for the organisation, one item a change, with a decision and a due date."""
