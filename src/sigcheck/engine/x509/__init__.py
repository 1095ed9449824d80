"""Names, extensions and the rules of path validation, below `certificates` and `paths` (RFC 5280)."""
