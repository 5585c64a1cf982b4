"""Facts that a declaration gives as functions, called so that their errors name the declaration."""

from __future__ import annotations

from typing import Any

from symgd.errors import SymgdError
from symgd.graph.assumptions import Interval
from symgd.graph.node import Node

__all__ = ["declared_fact"]


def declared_fact(node: Node, fact: str, *known: object) -> Any:
    """Return a declared fact of the primitive of a node, from what is known of its arguments.

    Raises
    ------
    SymgdError
        When the declared function raises an error.
    """
    declared = getattr(node.primitive, fact)
    if not callable(declared):
        return declared
    try:
        return declared(node, *known)
    except (SymgdError, RecursionError, MemoryError):
        raise
    except Exception as error:
        intervals = [str(piece) for piece in known if isinstance(piece, Interval)]
        hint = f"it was asked for arguments in {', '.join(intervals)}" if intervals else None
        name = node.primitive.name
        raise SymgdError(f"{fact} as declared for {name} raised {type(error).__name__}: {error}", hint=hint) from error
