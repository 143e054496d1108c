"""The network that reads norms: what it is given, how that becomes numbers, and what its answers say."""
