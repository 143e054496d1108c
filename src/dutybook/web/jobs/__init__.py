"""Background jobs: work that takes longer than a request may, done in processes of its own."""
