"""sigcheck: what is really proven about the signatures of a Vietnamese government document."""

__version__ = "0.1.0"
