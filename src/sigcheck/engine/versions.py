"""The versions of the libraries that compute, read where they state them: asking the installer takes longer."""

from __future__ import annotations


def library_versions() -> dict[str, str]:
    """Name to version."""
    from asn1crypto.version import __version__ as asn1crypto  # noqa: PLC0415 - only here
    from cryptography import __version__ as cryptography  # noqa: PLC0415 - only here

    return {"cryptography": cryptography, "asn1crypto": asn1crypto}
