"""What the prompt shows of a result: one line."""

from __future__ import annotations

__all__ = ["summary"]

_LENGTH = 160


def summary(text: str) -> str:
    """Return the representation of a result: its text between angle brackets, on one line and cut where it is long.

    Examples
    --------
    >>> from symgd.summaries import summary
    >>> summary("convexity of x**2: STRONGLY_CONVEX in x")
    '<convexity of x**2: STRONGLY_CONVEX in x>'
    """
    line = " ".join(text.split())
    return f"<{line if len(line) <= _LENGTH else f'{line[: _LENGTH - 2]} …'}>"
