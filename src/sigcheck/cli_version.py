"""What `--version` prints. Kept apart from the command line, so that it answers without loading it."""

from __future__ import annotations

from sigcheck import __version__


def version_text() -> str:
    """Versions of what decides: sigcheck, the libraries that compute, and the digest of the configured trust anchors."""
    from sigcheck.engine.versions import library_versions  # noqa: PLC0415 - only here
    from sigcheck.trust.load import load_trust  # noqa: PLC0415 - certificates are read for it
    from sigcheck.trust.user_folder import default_user_folder  # noqa: PLC0415 - as above
    from sigcheck.trust.words import TrustError  # noqa: PLC0415 - as above

    lines = [f"sigcheck {__version__}", *(f"{name} {version}" for name, version in library_versions().items())]
    try:
        trust = load_trust(user_folder=default_user_folder())
        lines.append(f"trust sha256:{trust.sha256} ({len(trust.anchors)} anchors)")
    except TrustError as error:
        lines.append(f"trust - ({error})")
    return "\n".join(lines) + "\n"
