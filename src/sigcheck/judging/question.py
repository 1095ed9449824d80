"""The question that judging answers; it is a type of its own (sigcheck/question.py), since stored evidence keeps it."""

from sigcheck.question import Question

__all__ = ["Question"]
