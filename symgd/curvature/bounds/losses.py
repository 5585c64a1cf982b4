"""How much a gradient can change: m·I ⪯ ∇²f ⪯ L·I, with m and L as formulas of the data.

A loss is taken apart into terms Σ g(rᵢ) with affine residuals r = A·w + b. Its Hessian is AᵀDA with a diagonal D between the
smallest and the largest value of g″, so

    inf g″ · λ_min(AᵀA)  ≤  λ(∇²f)  ≤  sup g″ · ‖A‖².

The range of g″ is proven, as in :mod:`symgd.curvature.bounds.value_range`; ‖A‖ is read off the derivative of r.
Log-sum-exp has a Hessian diag(p) − ppᵀ between 0 and 1/2.

References
----------
Nesterov, *Introductory Lectures on Convex Optimization*, 2004, sections 1.2.2 and 2.1; Böhning, "Multinomial logistic
regression algorithm", 1992, for the 1/2 of log-sum-exp.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symgd.curvature.bounds.value_range import range_of_second_derivative, spread_of_scalars
from symgd.curvature.findings import shorten
from symgd.curvature.rules.composition import compose_all
from symgd.curvature.rules.lifting import leaves_of, scalar_function
from symgd.curvature.rules.theorem import Composition
from symgd.curvature.second_derivatives.index_products import Expansion, Network
from symgd.derive.jacobian import jacobian
from symgd.errors import SymgdError, UnsupportedError
from symgd.graph.assumptions import Curvature, Interval
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.node import size as size_node
from symgd.graph.primitive import FUNCTIONS
from symgd.graph.shape import size_product
from symgd.graph.traversal import depends_on, symbols_of
from symgd.primitives.arithmetic import add, mul
from symgd.primitives.contraction import einsum
from symgd.primitives.identity import eye_record
from symgd.rewrite.driver import simplify

__all__ = ["Spread", "spread_of"]

Narrow = Callable[[Node], Interval | None]


@dataclass(frozen=True)
class Spread:
    """Bounds of the eigenvalues of a Hessian, as formulas, and the sentences that explain them."""

    lower: Node
    upper: Node
    reasons: tuple[str, ...] = ()
    is_convex: bool = True

    def __add__(self, other: Spread) -> Spread:
        both = self.is_convex and other.is_convex
        return Spread(self.lower + other.lower, self.upper + other.upper, self.reasons + other.reasons, both)

    def times(self, factor: Node, is_negative: bool) -> Spread:
        """Return the bounds after multiplication by a number of known sign."""
        ends = (self.upper, self.lower) if is_negative else (self.lower, self.upper)
        is_flat = self.lower.equals_number(0) and self.upper.equals_number(0)
        return Spread(ends[0] * factor, ends[1] * factor, self.reasons, is_flat or (self.is_convex and not is_negative))


FLAT = Spread(constant(0), constant(0))


def spread_of(formula: Node, wrt: Sequence[Node], facts: Facts, narrow: Narrow | None = None) -> Spread:
    """Return bounds of the eigenvalues of a scalar formula's Hessian.

    Parameters
    ----------
    formula : Node
    wrt : sequence of Node
    facts : Facts
    narrow : callable, optional
        Returns where the entries of an affine residual lie, where that is known of a region: a ball, for local bounds.

    Raises
    ------
    UnsupportedError
        Where a term has no bound that is found here; the message names it.
    """
    (simple,) = simplify([formula], facts).roots
    if all(not node.shape for node in (*wrt, *symbols_of(simple))) and set(symbols_of(simple)) <= set(wrt):
        scalars = spread_of_scalars(simple, wrt, {node: narrow(node) if narrow else None for node in wrt})
        if scalars is not None:
            reasons = ("the eigenvalues of the Hessian, by its minors",)
            return Spread(constant(scalars[0]), constant(scalars[1]), reasons, scalars[0] >= 0)
    search = _Search(wrt, facts, narrow or (lambda node: None), compose_all(simple, wrt, facts))
    spread = search.of(simple)
    lower, upper = simplify([spread.lower, spread.upper], facts).roots
    return Spread(lower, upper, spread.reasons, spread.is_convex)


class _Search:
    """Walks down from the loss to its residuals."""

    def __init__(self, wrt: Sequence[Node], facts: Facts, narrow: Narrow, known: Mapping[Node, Composition]) -> None:
        self.wrt, self.facts, self.narrow, self.known = list(wrt), facts, narrow, known

    def of(self, node: Node) -> Spread:
        """Return the bounds of the sum of a node's entries."""
        if node not in self.known or self.known[node].curvature == Curvature.AFFINE:
            return FLAT
        record = node.primitive
        if record is add:
            terms = [arg for arg in node.args if arg.shape == node.shape or not self._moves(arg)]
            if len(terms) == len(node.args):
                return functools.reduce(operator.add, (self.of(arg) for arg in node.args))
        for attempt in (self._square, self._entries, self._weighted, self._log_sum_exp):
            spread = attempt(node)
            if spread is not None:
                return spread
        raise UnsupportedError(
            f"no bound is known for the curvature of {shorten(node, 60)}",
            hint="bounds are known for sums of functions of affine residuals, quadratic forms and log-sum-exp",
        )

    def _moves(self, node: Node) -> bool:
        return bool(depends_on((node,), self.wrt) & {node})

    def _square(self, node: Node) -> Spread | None:
        """Σ rᵢ² and rᵀPr."""
        if node.primitive is not einsum:
            return None
        args, inputs = node.args, node.params[0]
        if len(args) == 2 and args[0] is args[1] and inputs[0] == inputs[1] and self._is_affine(args[0]):
            has_all = len(set(inputs[0])) == len(inputs[0])  # a diagonal leaves entries out
            return self._of_residual(args[0], Interval(2 if has_all else 0, 2), "2·AᵀA for a sum of squares")
        if len(args) == 3 and node.params[1] == ():
            for k, middle in enumerate(args):
                first, second = (j for j in range(3) if j != k)
                if (
                    args[first] is args[second]
                    and middle.rank == 2
                    and not self._moves(middle)
                    and self._is_affine(args[first])
                ):
                    symmetric = middle.is_symbol and middle.facts.is_symmetric
                    if symmetric and {inputs[first], inputs[second]} == {inputs[k][:1], inputs[k][1:]}:
                        return self._of_form(args[first], middle)
        return None

    def _of_form(self, residual: Node, matrix: Node) -> Spread | None:
        inner = self._of_residual(residual, Interval(1, 1), "")
        largest, smallest = 2 * FUNCTIONS["eigmax"](matrix), 2 * FUNCTIONS["eigmin"](matrix)
        if not matrix.facts.is_positive_semidefinite:
            if residual not in self.wrt:
                return None
            if len(self.wrt) > 1:  # the other variables have blocks of zeros
                smallest, largest = FUNCTIONS["minimum"](smallest, 0), FUNCTIONS["maximum"](largest, 0)
            return Spread(smallest, largest, (f"2·{matrix} for the quadratic form",), is_convex=False)
        reason = f"2·{matrix}" if residual in self.wrt else f"2·Aᵀ·{matrix}·A with the matrix A of the residual"
        return Spread(inner.lower * smallest, inner.upper * largest, (f"{reason} for the quadratic form",))

    def _is_affine(self, node: Node) -> bool:
        return node in self.known and self.known[node].curvature == Curvature.AFFINE

    def _entries(self, node: Node) -> Spread | None:
        """A function of the entries of one affine residual, or a product of such under a sum."""
        if not (node.primitive.is_elementwise or node.primitive is einsum):
            return None
        moving = depends_on((node,), self.wrt)
        leaves = leaves_of(node, self.known, moving)
        scalar = None if leaves is None else scalar_function(node, leaves, moving, self.facts)
        if scalar is None or len(scalar.variables) != 1:
            return None
        residual = scalar.movers[0]
        interval = self.narrow(residual) or self.facts.interval(residual)
        where = range_of_second_derivative(scalar.formula, scalar.variables[0], interval)
        if where is None:
            raise UnsupportedError(
                f"{shorten(node, 60)} has kinks or jumps, or roots that may be 0, so that its gradient has no such bound",
                hint="softplus, the Huber loss and sqrt(1 + x**2) are smooth relatives of relu and abs",
            )
        spread = self._of_residual(residual, where, f"the second derivative of each entry lies in {where}")
        return self._repeated(spread, node, residual)

    @staticmethod
    def _repeated(spread: Spread, node: Node, residual: Node) -> Spread:
        """Return the bounds where a residual is broadcast, so that each of its entries is used several times."""
        entries = next((arg.shape for arg in node.args if arg.shape), ()) if node.primitive is einsum else node.shape
        if entries == residual.shape:
            return spread
        return spread.times(size_node(size_product(entries)) / size_node(size_product(residual.shape)), False)

    def _weighted(self, node: Node) -> Spread | None:
        """A sum, a mean, or a product with a number of known sign."""
        record = node.primitive
        movers = [k for k, arg in enumerate(node.args) if self._moves(arg)]
        if len(movers) != 1 or not record.is_linear_in(movers[0]):
            return None
        inner = node.args[movers[0]]
        if record.name == "mean":
            axes = {axis % inner.rank for axis in node.params[0]}
            count = size_node(size_product(tuple(size for axis, size in enumerate(inner.shape) if axis in axes)))
            return self.of(inner).times(1 / count, False)
        others = [arg for k, arg in enumerate(node.args) if k != movers[0]]
        if any(arg.shape for arg in others) or record not in (einsum, mul):
            return None
        if record is einsum and len(set(node.params[0][movers[0]])) != inner.rank:
            return None
        factor: Node = functools.reduce(operator.mul, others, constant(1))
        sign = self.facts.sign(factor)
        if not (sign.is_nonnegative or sign.is_nonpositive):
            return None
        return self.of(inner).times(factor, not sign.is_nonnegative)

    def _log_sum_exp(self, node: Node) -> Spread | None:
        if node.primitive.name != "logsumexp" or not self._is_affine(node.args[0]):
            return None
        half = Interval(0, Fraction(1, 2))
        return self._of_residual(node.args[0], half, "the Hessian of log-sum-exp lies between 0 and 1/2", is_diagonal=False)

    # -- residuals --------------------------------------------------------------------------------------------

    def _of_residual(self, residual: Node, where: Interval, reason: str, is_diagonal: bool = True) -> Spread:
        """Return the bounds of AᵀDA for the derivative A of a residual and D between two numbers."""
        if not (isinstance(where.low, Fraction) and isinstance(where.high, Fraction)):
            raise UnsupportedError(
                f"the second derivative of the terms in {shorten(residual, 40)} is not bounded",
                hint="give data with around= and radius= for a bound inside a ball",
            )
        norms = [operator_norm_squared(residual, node, self.facts) for node in self.wrt]
        largest = functools.reduce(operator.add, norms)
        smallest = constant(0)
        if len(self.wrt) == 1 and where.low > 0 and is_diagonal:
            smallest = smallest_singular_value_squared(residual, self.wrt[0], self.facts)
        low = _multiple(where.low, smallest if where.low > 0 else largest)
        high = _multiple(where.high, largest if where.high > 0 else smallest)
        return Spread(low, high, (reason,) if reason else (), where.low >= 0)


def _multiple(number: Fraction, of: Node) -> Node:
    return constant(0) if number == 0 else constant(number) * of


def operator_norm_squared(residual: Node, variable: Node, facts: Facts) -> Node:
    """Return ‖A‖² of the derivative of an affine node as a formula, or an upper bound of it."""
    slope = _slope(residual, variable, facts)
    if slope.equals_number(0):
        return constant(0)
    if not residual.shape or not variable.shape:
        return _total(slope**2)
    networks = _networks(slope)
    if networks is not None and len(networks) == 1:
        product = _of_network(networks[0], residual.rank, facts)
        if product is not None:
            return product
    if residual.rank == 1 and variable.rank == 1:
        spectral: Node = FUNCTIONS["norm"](slope, 2)
        return spectral**2
    return _total(slope**2)


def smallest_singular_value_squared(residual: Node, variable: Node, facts: Facts) -> Node:
    """Return λ_min(AᵀA) as a formula, or 0 where it is not known to be more."""
    slope = _slope(residual, variable, facts)
    if not residual.shape and not variable.shape:
        return slope**2
    networks = _networks(slope)
    if networks is not None and len(networks) == 1 and _is_permutation(networks[0], residual.rank):
        return constant(networks[0].coefficient ** 2)
    if residual.rank == 1 and variable.rank == 1:
        product: Node = FUNCTIONS["eigmin"](FUNCTIONS["matmul"](slope.T, slope))
        return product
    return constant(0)


def _is_permutation(network: Network, rank: int) -> bool:
    """Whether a map only orders axes anew, but for a factor: one δ joins each axis in front with one at the back."""
    front, back = set(network.output[:rank]), set(network.output[rank:])
    if len(front) != rank or len(back) != rank or front & back or len(network.factors) != rank:
        return False
    joined: set[int] = set()
    for atom, labels in network.factors:
        if (
            atom.primitive is not eye_record
            or len(set(labels) & front) != 1
            or len(set(labels) & back) != 1
            or joined & set(labels)
        ):
            return False
        joined |= set(labels)
    return True


def _slope(residual: Node, variable: Node, facts: Facts) -> Node:
    (slope,) = simplify([jacobian(residual, variable)], facts).roots
    return slope


def _networks(slope: Node) -> list[Network] | None:
    try:
        return Expansion().of(slope)
    except (SymgdError, RecursionError):
        return None


def _total(node: Node) -> Node:
    total: Node = FUNCTIONS["sum"](node)
    return total


def _of_network(network: Network, rank: int, facts: Facts) -> Node | None:
    """Multiply the squared norms of the parts that share no axis: a Kronecker product has the product of the norms."""
    front, back = network.output[:rank], network.output[rank:]
    if len(set(network.output)) != len(network.output):
        return None
    total = constant(network.coefficient**2)
    used: set[int] = set()
    for group in _groups(network):
        labels = {label for _, axes in group for label in axes}
        if not labels <= set(network.output):
            return None
        used |= labels
        part = _of_group(group, labels & set(front), labels & set(back), facts)
        if part is None:
            return None
        total = total * part
    return total if used == set(network.output) else None


def _groups(network: Network) -> list[list[tuple[Node, tuple[int, ...]]]]:
    """Group factors that share an axis."""
    groups: list[list[tuple[Node, tuple[int, ...]]]] = []
    for factor in network.factors:
        touching = [group for group in groups if any(set(factor[1]) & set(labels) for _, labels in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([factor, *(member for group in touching for member in group)])
    return groups


def _of_group(group: Sequence[tuple[Node, tuple[int, ...]]], front: set[int], back: set[int], facts: Facts) -> Node | None:
    """Return the squared norm of one part, as a map from the axes at the back to those in front."""
    if not front and not back:
        return functools.reduce(operator.mul, (atom**2 for atom, _ in group), constant(1))
    matrices = [(atom, labels) for atom, labels in group if len(labels) == 2]
    weights = [(atom, labels) for atom, labels in group if len(labels) == 1]
    if len(matrices) + len(weights) != len(group):
        return None
    if not front or not back:
        return _total(group[0][0] ** 2) if len(group) == 1 else None
    if len(front) != 1 or len(back) != 1 or len(matrices) != 1:
        return None
    matrix, labels = matrices[0]
    if set(labels) != front | back:
        return None
    rest = constant(1)
    scaled = matrix if labels[0] in front else matrix.T
    for atom, (label,) in weights:
        size = facts.interval(atom).magnitude().high
        if isinstance(size, Fraction) and size <= 1:
            rest = rest * constant(size**2)
        elif matrix.primitive is eye_record:
            rest = rest * FUNCTIONS["max"](FUNCTIONS["abs"](atom)) ** 2
        else:
            scaled = scaled * (atom[:, None] if label in front else atom[None, :])
    if matrix.primitive is eye_record:
        return rest
    spectral: Node = FUNCTIONS["norm"](scaled, 2)
    return spectral**2 * rest
