"""Every limit of the engine, with its reason. Reaching one is `unreadable` or `insufficient`, with the limit's name."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """Limits for one document. Counts are per document unless they say otherwise."""

    file_bytes: int = 4 * 1024**3
    """The largest file seen in an archive is far below; ByteRange numbers of 32-bit writers end here too."""
    object_depth: int = 256
    """Nesting of arrays and dictionaries. Real files stay below 30; recursion in Python must stay below 1,000."""
    object_bytes: int = 64 * 1024**2
    """Bytes of one object's own tokens (streams excluded): a /Contents of 32 MB is a thousand times the usual."""
    objects: int = 1_000_000
    """Objects listed in cross-reference sections or found by scanning: ten times the largest file seen. A million found by
    scanning take 350 MB."""
    revisions: int = 20_000
    """Cross-reference sections followed through /Prev. One stamp is one revision; 100 is the most seen."""
    decoded_stream_bytes: int = 64 * 1024**2
    """One stream behind its filters. Only object streams, cross-reference streams, contents and fonts are ever decoded."""
    decoded_total_bytes: int = 256 * 1024**2
    """All decoded streams of a document together, against many small bombs."""
    filters: int = 8
    """Filters in a row on one stream."""
    signatures: int = 10_000
    """Signature dictionaries; the most seen in a genuine document is 23."""
    contents_bytes: int = 16 * 1024**2
    """Octets of one /Contents: LTA signatures with embedded CRLs reach a few MB."""
    hashed_bytes: int = 16 * 1024**3
    """Bytes hashed for ByteRanges beyond what all share: ten seconds. 10,000 signatures that each cover a large file end here."""
    certificates: int = 2_000
    """Distinct certificates taken from one document."""
    timestamps: int = 64
    """Time-stamp tokens read from one signature."""
    asn1_depth: int = 64
    """Nesting of ASN.1; a time-stamped signature in a signature stays below 40."""
    asn1_elements: int = 500_000
    """ASN.1 values looked at in one object, about half a second: 16 MB in the usual chunks of 1,000 octets, thirty times over."""
    path_steps: int = 2_000
    """Issuer candidates tried for one certificate: 100 same-subject intermediates must end, not hang."""
    paths: int = 8
    """Complete paths kept for one certificate; renewed and cross-signed CAs give two or three."""
    path_length: int = 16
    """Certificates in one path."""
    page_tree_nodes: int = 200_000
    """Nodes visited when a page number is looked up."""
    field_nodes: int = 100_000
    """Nodes of the form's field tree."""
    changes: int = 20_000
    """Changes listed for one document; beyond it the comparison ends as `other`."""
    seconds: int = 60
    """Time for one document where a clock is given: the largest genuine ones take two, and nobody at a screen waits longer. It
    ends what the other limits let through when each step is as dear as it may be."""


DEFAULT_LIMITS = Limits()
