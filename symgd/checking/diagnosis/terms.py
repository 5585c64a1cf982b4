"""A formula as the sum of its terms."""

from __future__ import annotations

from symgd.checking.diagnosis.words import is_negative
from symgd.graph.node import Node
from symgd.graph.traversal import rebuild

__all__ = ["expanded"]

_MOST_TERMS = 24


def expanded(node: Node) -> list[Node]:
    """Write a formula as a sum of terms: sums are drawn out of everything that is linear in them."""
    terms = [node]
    finished: list[Node] = []
    while terms and len(terms) + len(finished) < _MOST_TERMS:
        term = terms.pop(0)
        parts = _parts(term)
        if parts is None:
            finished.append(term)
        else:
            terms = parts + terms
    return finished + terms


def _parts(term: Node) -> list[Node] | None:
    if term.primitive.name == "add":
        shape = term.shape
        return list(term.args) if all(arg.shape == shape for arg in term.args) else None
    for k, arg in enumerate(term.args):
        if term.primitive.is_linear_in(k):
            inner = _parts(arg)
            if inner is not None:
                return [_with_part(term, k, part) for part in inner]
    return None


def _with_part(term: Node, k: int, part: Node) -> Node:
    """Put a part in the place of a sum; its sign stands in front."""
    has_minus = is_negative(part) and len(part.args) == 2
    if has_minus:
        part = part.args[1]
    rebuilt = rebuild(term, (*term.args[:k], part, *term.args[k + 1 :]))
    return -rebuilt if has_minus else rebuilt
