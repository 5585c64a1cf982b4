"""Names that are taken, and inputs that stand for something else."""

from __future__ import annotations

from symgd.graph.node import SYMBOL, Node, SymbolFacts, intern, symbols_of
from symgd.graph.shape import Shape, size_names

__all__ = ["names_in", "stand_in"]


def names_in(*roots: Node) -> set[str]:
    """Return the names that formulas use: those of their inputs and of the inputs' sizes."""
    symbols = symbols_of(*roots)
    return {symbol.name for symbol in symbols}.union(name for symbol in symbols for name in size_names(symbol.shape))


def stand_in(name: str, shape: Shape = ()) -> Node:
    """Return an input that stands for a value; nothing is declared of it, and its name may be one that no user can declare."""
    return intern(SYMBOL, (), (name, SymbolFacts(), shape))
