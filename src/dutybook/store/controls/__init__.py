"""Controls and policies of the organisation, and what is known of how they serve norms."""
