"""The catalogue: every function of the registry with its definition, derivative, domain, convention at kinks and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symgd.graph.assumptions import Interval, Sign
from symgd.graph.node import Node, scalar
from symgd.graph.primitive import FUNCTIONS, REGISTRY, Primitive, Requirement
from symgd.primitives.piecewise import where

__all__ = ["Entry", "catalogue", "entry_of", "spellings"]

_STRUCTURAL = {"symbol", "constant", "size"}


@dataclass(frozen=True)
class Entry:
    """The entry of one function in the catalogue.

    Attributes
    ----------
    name : str
    aliases : tuple of str
    definition : Node or None
        In x, y, z.
    derivatives : tuple of (str, Node)
        With the argument each is taken in.
    count : int
        How many arguments there are.
    domain : str
    at_kink : str
    because, source : str
    """

    name: str
    aliases: tuple[str, ...]
    definition: Node | None
    derivatives: tuple[tuple[str, Node], ...]
    count: int
    domain: str
    at_kink: str
    because: str
    source: str


def catalogue() -> list[Entry]:
    """Return an entry for every function a formula may use, sorted by name."""
    return [entry_of(record) for name, record in sorted(REGISTRY.items()) if name not in _STRUCTURAL]


def spellings() -> list[str]:
    """Return the names that a formula may call and that are built from the functions of the catalogue."""
    return sorted(name for name, build in list(FUNCTIONS.items()) if not isinstance(build, Primitive) and name != "getitem")


def entry_of(record: Primitive, names: Sequence[str] = "xyz") -> Entry:
    """Return what the catalogue says of a function, in terms of names for its arguments."""
    count = record.arity if record.arity is not None else 2
    inputs = [scalar(name) for name in names[:count]]
    definition = record.definition(*inputs) if record.definition is not None else None
    is_plain = record.is_elementwise and record.name != "where" and count > 0
    node = record.make(tuple(inputs)) if is_plain else None
    derivatives = tuple(
        (name, rule(*inputs, node)) for name, rule in zip(names, record.derivative, strict=False) if is_plain and rule
    )
    if record.name == "where":
        inputs[0] = inputs[0] > 0
    domain = _domain(record, inputs) if record.is_elementwise and count else ""
    because = record.because if isinstance(record.because, str) else ""
    if record.is_elementwise and count and not because:
        because = record.explain(record.make(tuple(inputs)), range(count))
    return Entry(record.name, record.aliases, definition, derivatives, count, domain, record.at_kink, because, record.source)


def _domain(record: Primitive, inputs: list[Node]) -> str:
    """Say where a function is defined; nothing where that depends on what is not known of the arguments."""
    requirements = list(record.requirements(record.make(tuple(inputs))))
    if not requirements:
        return "" if callable(record.domain) else "all real numbers"
    return ", ".join(_demand(arg, demanded) for arg, demanded in requirements)


def _demand(arg: Node, demanded: Requirement) -> str:
    """Say that an argument lies in a set; of a branch that always does, only when it is taken."""
    if arg.primitive is where:
        condition, first, second = arg.args
        if not first.symbols:
            return f"{_demand(second, demanded)} unless {condition}"
        return f"{_demand(first, demanded)} where {condition}, else {_demand(second, demanded)}"
    if isinstance(demanded, Interval):
        return f"{arg} in {demanded}"
    words = {Sign.POSITIVE: "> 0", Sign.NONNEGATIVE: "≥ 0", Sign.NONZERO: "≠ 0"}
    return f"{arg} {words.get(demanded, '')}".strip()
