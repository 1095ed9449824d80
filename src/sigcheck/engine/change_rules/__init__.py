"""The allow-list that explains what later revisions changed, below `changes` (docs/decisions/0005)."""
