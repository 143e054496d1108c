"""The version of an act that results from its amendments, and how it compares with a consolidated one. Pure functions over trees."""
