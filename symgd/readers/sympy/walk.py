"""Every part of a SymPy expression once; formulas may be nested deeper than Python's stack."""

from __future__ import annotations

import sympy as sp

__all__ = ["walk_sympy"]


def walk_sympy(expression: sp.Basic) -> list[sp.Basic]:
    """Return every part of an expression once, outer parts before inner ones."""
    seen: set[int] = set()
    order: list[sp.Basic] = []
    stack = [expression]
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        order.append(part)
        parts = getattr(part, "_args", None)
        if parts:
            stack.extend(parts)
        elif isinstance(part, sp.MatrixBase):
            stack.extend(part.flat())
    return order
