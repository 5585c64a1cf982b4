"""Small sizes for symbolic axes: what is right for one set of sizes may be wrong for another.

A set is possible where no matrix that must have an inverse is singular whatever its entries: XᵀX has none where X has fewer
rows than columns. That is tested modulo a prime, at a random point: a determinant that is 0 there is 0 everywhere, but for odds
of about 1 in 10⁷.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from symgd.errors import SymgdError
from symgd.evaluation.modular import evaluate_modulo
from symgd.graph.assumptions import Sign
from symgd.graph.inference import domain_of
from symgd.graph.node import SIZE, Node
from symgd.graph.shape import Dim, size_names, size_value
from symgd.graph.symbol_facts import SymbolFacts
from symgd.graph.traversal import toposort

__all__ = ["Axes", "choose_sizes", "size_sets"]

_SETS = (
    (3, 2, 4, 5, 2, 3),
    (2, 5, 3, 4, 3, 2),
    (1, 4, 2, 3, 5, 1),
    (2, 2, 2, 2, 2, 2),
    (4, 3, 5, 2, 3, 4),
    (5, 1, 3, 2, 4, 3),
)
"""All different, others in another order, one of them 1, all the same. No relation such as n = m, n = m + 1 or n = 2m, and no
sum or product of two sizes, is the same in the first three."""
_WITH_DETERMINANTS = frozenset(("inv", "solve", "logdet", "det"))
_LONGER = 8
"""By how much all axes are made longer at most, where lengths such as n - 3 are too short."""
_ORDERS = 24
"""In how many orders a set is tried."""


class Axes:
    """The symbolic axes of formulas; what does not depend on their sizes is determined once.

    Parameters
    ----------
    formulas : sequence of Node
    """

    def __init__(self, formulas: Sequence[Node]) -> None:
        self.formulas = formulas
        self.nodes = toposort(formulas)
        shapes = dict.fromkeys((node.params[0],) if node.primitive is SIZE else node.shape for node in self.nodes)
        self.names = list(dict.fromkeys(name for shape in shapes for name in size_names(shape)))

    @cached_property
    def _limits(self) -> tuple[dict[str, int], set[Dim], list[Node]]:
        """How long axes are at the least, lengths that are made of sizes, as n - 1, and determinants that must not be 0."""
        shapes = {node.shape for node in self.nodes}
        lengths = {size for shape in shapes for size in shape if isinstance(size, Dim) and size.name is None}
        return _least(self.nodes), lengths, _determinants(self.formulas, self.nodes)

    def choose(self, known: Mapping[str, int] | None = None, turn: int = 0) -> dict[str, int]:
        """Return small sizes, other ones for every turn; see :func:`choose_sizes`."""
        known = dict(known or {})
        names = [name for name in self.names if name not in known]
        if not names:
            return known
        least, lengths, determinants = self._limits
        pattern = [_SETS[turn % len(_SETS)][k % len(_SETS[0])] for k in range(len(names))]
        for longer in (0, *range(turn + 1, turn + _LONGER)):  # a window of 4 needs an axis of 4
            first: dict[str, int] | None = None
            for order in itertools.islice(itertools.permutations(pattern), _ORDERS):
                sizes = known | {
                    name: longer + (size if size >= least.get(name, 1) else least[name] + size - 1)
                    for name, size in zip(names, order, strict=True)
                }
                if any(size_value(length, sizes) < 1 for length in lengths):
                    continue
                if not determinants or _are_possible(determinants, sizes):
                    return sizes
                first = first or sizes
            if first is not None:  # log det XᵀX + log det XXᵀ has a value where X is square
                equal = known | {name: max(2 + turn % 3, least.get(name, 1)) for name in names}
                fits = all(size_value(length, equal) >= 1 for length in lengths)
                return equal if fits and _are_possible(determinants, equal) else first
        return known | dict(zip(names, pattern, strict=True))


def choose_sizes(formulas: Iterable[Node], known: Mapping[str, int] | None = None, turn: int = 0) -> dict[str, int]:
    """Return small sizes for the symbolic axes of formulas, other ones for every turn.

    Parameters
    ----------
    formulas : iterable of Node
    known : mapping of str to int, optional
        Sizes that are given.
    turn : int
        Which of the sets; each is tried in several orders until every matrix that needs an inverse can have one.
    """
    return Axes(list(formulas)).choose(known, turn)


def size_sets(axes: Axes) -> Iterator[dict[str, int]]:
    """Yield sets of sizes, each once: one where no axis is symbolic."""
    seen: list[dict[str, int]] = []
    for turn in range(len(_SETS)):
        sizes = axes.choose(turn=turn)
        if sizes not in seen:
            seen.append(sizes)
            yield sizes


def _least(nodes: Iterable[Node]) -> dict[str, int]:
    """Return how long axes must be at the least: x[4] needs five entries."""
    lengths: dict[str, int] = {}
    for node in nodes:
        for size, least in node.primitive.least_sizes(node) if node.primitive.least_sizes else ():
            if isinstance(size, Dim) and size.name is not None:
                lengths[size.name] = max(lengths.get(size.name, 1), least)
    return lengths


def _determinants(formulas: Sequence[Node], nodes: Sequence[Node]) -> list[Node]:
    """Return what is built from determinants and must not be 0; that of an input may be anything."""
    if _WITH_DETERMINANTS.isdisjoint({node.primitive.name for node in nodes}):
        return []
    required = domain_of(*formulas)
    return [
        node
        for node, where in required.items()
        if not (where if isinstance(where, Sign) else where.sign) & Sign.ZERO
        and any(part.primitive.name == "det" for part in toposort((node,)))
        and not (node.primitive.name == "det" and node.args[0].is_symbol and node.args[0].facts == SymbolFacts())
    ]


def _are_possible(determinants: Sequence[Node], sizes: Mapping[str, int]) -> bool:
    try:
        return all(
            value.all() if hasattr(value, "all") else value
            for values in evaluate_modulo(determinants, sizes)
            for value in values
        )
    except SymgdError:  # a division by 0 below
        return False
