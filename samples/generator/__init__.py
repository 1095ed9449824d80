"""Makes the sample documents: an incremental PDF writer, a CMS builder with the quirks seen in real files, and a test PKI."""
