"""Names that are taken, and inputs that stand for something else."""

from __future__ import annotations

from symgd.graph.node import SYMBOL, Node, intern
from symgd.graph.shape import Shape, size_names
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import symbols_of

__all__ = ["latin_look_alike", "names_in", "stand_in"]

_LOOK_ALIKES = dict(
    zip(
        "асеоруіјѕһԁԛԝхАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "aceopyijshdqwxABEKMHOPCTXIJSABEZHIKMNOPTYXo",
        strict=True,
    )
)
"""Cyrillic and Greek letters that look the same as Latin ones."""


def names_in(*roots: Node) -> set[str]:
    """Return the names that formulas use: those of their inputs and of the inputs' sizes."""
    symbols = symbols_of(*roots)
    return {symbol.name for symbol in symbols}.union(name for symbol in symbols for name in size_names(symbol.shape))


def stand_in(name: str, shape: Shape = (), facts: SymbolFacts | None = None) -> Node:
    """Return an input that stands for a value; without `facts` nothing is declared of it.

    Its name may be one that no user can declare.
    """
    return intern(SYMBOL, (), (name, SymbolFacts() if facts is None else facts, shape))


def latin_look_alike(name: str) -> str | None:
    """Return the name in Latin letters that another one looks the same as, or None.

    >>> latin_look_alike("\u0445"), latin_look_alike("x\u0430"), latin_look_alike("вес"), latin_look_alike("Δx")
    ('x', 'xa', None, None)
    """
    letters = [character for character in name if character.isalpha()]
    foreign = [character for character in letters if not character.isascii()]
    if not any(character in _LOOK_ALIKES for character in foreign):
        return None
    looks_latin = all(character.isascii() or character in _LOOK_ALIKES for character in letters)
    return "".join(_LOOK_ALIKES.get(character, character) for character in name) if looks_latin else None
