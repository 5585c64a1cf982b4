"""What formulas require of their parts in order to have a value."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import cached_property

from symgd.evaluation import multiprecision as mpmath
from symgd.evaluation.entries import Real
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import Facts, domain_of
from symgd.graph.node import Node
from symgd.graph.primitive import Requirement
from symgd.graph.traversal import toposort

__all__ = ["Need", "Needs", "place_of"]

Need = tuple[Node, Requirement]


class Needs:
    """What formulas require of their parts, as sets of bits.

    Parameters
    ----------
    formulas : sequence of Node
    source : Node or None
        What its domain implies holds.
    """

    def __init__(self, formulas: Sequence[Node], source: Node | None) -> None:
        self.source = source
        self.kinds: list[Need] = []
        self._sets: dict[Node, int] = {}
        numbers: dict[Hashable, int] = {}
        sets = self._sets
        for node in toposort(formulas):
            bits = 0
            for arg in node.args:
                bits |= sets[arg]
            if node.primitive.domain is not Sign.ANY:
                for need in _asked(node):
                    number = numbers.setdefault(_alike(need), len(numbers))
                    if number == len(self.kinds):
                        self.kinds.append(need)
                    bits |= 1 << number
            sets[node] = bits

    def differing(self, first: Node, second: Node) -> list[Need]:
        """Return the requirements of only one of two formulas that are not known to hold."""
        bits = self._sets[first] ^ self._sets[second]
        if not bits:
            return []
        return [need for k, need in enumerate(self.kinds) if bits >> k & 1 and not self._facts.is_implied(*need)]

    @cached_property
    def _facts(self) -> Facts:
        return Facts(domain_of(self.source) if self.source is not None else None)


def _alike(need: Need) -> Hashable:
    """Return what needs share that require the same: a sum in another order is the same."""
    arg, where = need
    return (frozenset(arg.args) if arg.primitive.name == "add" else arg), where


def _asked(node: Node) -> Iterator[Need]:
    """Yield what a node requires of its arguments, each in its simplest form."""
    needs: Iterable[Need] = node.primitive.requirements(node)
    if node.primitive.name == "pow" and not node.args[1].is_exact:
        needs = [(node.args[0], Sign.POSITIVE)]  # (-2)**3 has a value, (-2)**x seldom
    for need in needs:
        yield from _simplest(*need)


def _simplest(arg: Node, where: Requirement) -> Iterator[Need]:
    """Yield what is required of the factors of a product that must not be 0, and of what a number multiplies."""
    stack = [(arg, where)]
    while stack:
        part, wanted = stack.pop()
        name = part.primitive.name
        if name in ("broadcast", "expand"):
            stack.append((part.args[0], wanted))
        elif wanted == Sign.NONZERO and name == "mul":
            stack += [(factor, wanted) for factor in part.args if not factor.is_constant]
        elif wanted == Sign.NONZERO and name == "pow" and part.args[1].is_exact and part.args[1].value:
            stack.append((part.args[0], wanted))
        elif isinstance(wanted, Sign) and name == "mul" and part.args[0].is_exact and part.args[0].value:
            rest = part.primitive.make(part.args[1:])
            stack.append((rest, wanted if part.args[0].value > 0 else wanted.negated()))
        elif isinstance(wanted, Sign):  # x > 0 is x ≥ 0 and x ≠ 0, as they stand in 1/√x
            yield from ((part, ~sign & Sign.ANY) for sign in (Sign.NEGATIVE, Sign.ZERO, Sign.POSITIVE) if not wanted & sign)
        else:
            yield part, wanted


def place_of(entry: Real, where: Requirement) -> int | None:
    """Return where an entry lies that is not where it must be; None where it is."""
    if not mpmath.isfinite(entry):
        return 0
    interval = Interval.of(where)
    low, high = mpmath.mpf(float(interval.low)), mpmath.mpf(float(interval.high))
    if entry < low or entry > high:
        return 1 if entry < low else 2
    if isinstance(where, Sign):
        return None if where & (Sign.POSITIVE if entry > 0 else Sign.NEGATIVE if entry < 0 else Sign.ZERO) else 3
    return 3 if (interval.open_low and entry == low) or (interval.open_high and entry == high) else None
