"""Sources of documents: folders, feeds, portals and pages that can be watched."""
