"""Gets documents from files, archives, mails and the sources of publishers, one module for each."""
