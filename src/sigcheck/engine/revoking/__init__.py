"""CRLs and OCSP responses, and who may speak for whom, below `revocation` (RFC 5280, 5 and 6.3; RFC 6960)."""
