"""Text to provisions: language of each block, the act's tree, its sentences."""
