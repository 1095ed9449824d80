"""Signature dictionaries as facts: where fields hang, what became of them, what no field reaches (ISO 32000-2, 12.7 and 12.8)."""
