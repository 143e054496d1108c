"""Where documents come from beside files that a user names: folders, feeds, portals and pages that are watched."""
