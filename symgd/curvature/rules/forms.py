"""Compositions that the theorem does not cover, because two factors move: squares, norms, and quotients of them.

* Σ rᵢ², rᵀPr with P ⪰ 0: convex for affine r; √(c² + Σ rᵢ²) is then a norm of an affine vector, so convex too;
* Σ rᵢ²/t and, more generally, Σ rᵢ²·t⁻ᵖ with 0 ≤ p ≤ 1, for affine t > 0;
* xᵀS⁻¹x for affine x and S ≻ 0, the matrix fractional function;
* (Π uᵢ)^p for concave uᵢ > 0: concave up to the geometric mean, convex for p < 0;
* (Σ uᵢᵖ)^(1/p): a norm for p ≥ 1 and convex uᵢ ≥ 0; concave for p < 1 and concave uᵢ > 0;
* log Σ wᵢ·exp(uᵢ) for convex uᵢ and wᵢ ≥ 0 (:mod:`symgd.curvature.rules.log_convex`);
* log(u·v − Σ rᵢ²) on a cone (:mod:`symgd.curvature.rules.barriers`);
* sums of the largest eigenvalues (:mod:`symgd.curvature.rules.spectra`).

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, sections 3.1.5, 3.1.7 and 3.2.6; exercise 3.4 for the power means.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symgd.curvature.rules.barriers import function_of_cone
from symgd.curvature.rules.known import Lookup
from symgd.curvature.rules.log_convex import logarithm_of_log_convex
from symgd.curvature.rules.spectra import sum_of_extreme_values
from symgd.graph.assumptions import Curvature, Monotone
from symgd.graph.inference import Facts
from symgd.graph.node import Node, size
from symgd.graph.shape import size_product
from symgd.primitives.arithmetic import add, mul, pow
from symgd.primitives.contraction import einsum
from symgd.primitives.entry_products import prod_record
from symgd.primitives.exponential import log
from symgd.primitives.linalg import inv_record
from symgd.rewrite.driver import simplify

__all__ = ["is_positive_definite", "is_positive_semidefinite", "is_square", "special_form"]


def is_positive_semidefinite(node: Node) -> bool:
    """Whether a matrix is surely symmetric and positive semidefinite: declared so, its inverse, or an identity."""
    return node.facts.is_positive_semidefinite if node.is_symbol else is_positive_definite(node)


def is_positive_definite(node: Node) -> bool:
    """Whether a matrix is surely symmetric and positive definite."""
    if node.is_symbol:
        return node.facts.is_positive_definite
    name = node.primitive.name
    if name in ("inv", "matrix_power"):
        return is_positive_definite(node.args[0])
    return name == "eye"


def is_square(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> bool:
    """Whether a node is entry by entry the squared length of an affine vector, plus something fixed that is not negative."""
    name = node.primitive.name
    if node not in moving:
        return facts.is_nonnegative(node)
    if name == "pow" and node.args[1].equals_number(2):
        return known[node.args[0]].curvature == Curvature.AFFINE or known[node.args[0]].is_square
    if name == "add":
        return all(is_square(arg, known, moving, facts) if arg not in moving else known[arg].is_square for arg in node.args)
    if name == "einsum" and _is_gram(node, known, moving):
        return True
    record = node.primitive
    if record.is_weighted or (len(node.args) == 1 and record.linear_in and not record.is_elementwise):
        movers = [k for k, arg in enumerate(node.args) if arg in moving]
        rest = [arg for k, arg in enumerate(node.args) if k not in movers]
        return len(movers) == 1 and known[node.args[movers[0]]].is_square and all(facts.is_nonnegative(arg) for arg in rest)
    return False


def _is_gram(node: Node, known: Lookup, moving: set[Node]) -> bool:
    """Whether a contraction is Σ rᵢ·rᵢ or rᵀPr for an affine r."""
    inputs, output = node.params
    args = node.args
    if len(args) == 2 and args[0] is args[1] and known[args[0]].curvature == Curvature.AFFINE:
        return all(a == b or count == 1 for a, b, count in zip(*inputs, args[0].shape, strict=True))  # yᵀy of one column
    if len(args) == 2 and output == () and inputs[0] == inputs[1]:
        return any(_is_times_semidefinite(args[1 - k], args[k], known, moving) for k in (0, 1))
    if len(args) == 3 and output == ():
        for k, arg in enumerate(args):
            first, second = (j for j in range(3) if j != k)
            if (
                arg not in moving
                and args[first] is args[second]
                and known[args[first]].curvature == Curvature.AFFINE
                and is_positive_semidefinite(arg)
            ):
                if {inputs[first], inputs[second]} == {inputs[k][:1], inputs[k][1:]}:
                    return True
    return False


def _is_times_semidefinite(product: Node, vector: Node, known: Lookup, moving: set[Node]) -> bool:
    """Whether a node is P @ r, or r @ P, for an affine vector r and a fixed matrix that is positive semidefinite."""
    if product.primitive is not einsum or len(product.args) != 2 or vector not in product.args or vector.rank != 1:
        return False
    place = product.args.index(vector)
    matrix, (inputs, output) = product.args[1 - place], product.params
    if matrix in moving or known[vector].curvature != Curvature.AFFINE or not is_positive_semidefinite(matrix):
        return False
    is_matrix = len(set(inputs[1 - place])) == 2
    return is_matrix and len(output) == 1 and {*inputs[place], *output} == set(inputs[1 - place])


Rule = Callable[[Node, Lookup, set[Node], Facts], tuple[Curvature, str] | None]


def special_form(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Return the curvature of a node that has one of these forms, and why; None for any other."""
    for rule in _RULES:
        form = rule(node, known, moving, facts)
        if form is not None:
            return form
    return None


def _square(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    if node.primitive is einsum and _is_gram(node, known, moving):
        return Curvature.CONVEX, "a quadratic form of an affine argument, with a matrix that is positive semidefinite"
    return None


def _root_of_square(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    if node.primitive is not pow or not node.args[1].is_exact or not known[node.args[0]].is_square:
        return None
    if node.args[1].value >= Fraction(1, 2):
        return Curvature.CONVEX, "the length of an affine vector, or a power ≥ 1 of it"
    return None


def _power_mean(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """(Σ uᵢᵖ)^(1/p)."""
    if node.primitive is not pow or not node.args[1].is_exact or node.args[1].equals_number(0):
        return None
    power = 1 / Fraction(node.args[1].value)
    inner = _summands(node.args[0], moving, facts)
    if not inner or power == 1:
        return None
    for term in inner:
        base, exponent = term.args if term.primitive is pow else (term, None)
        if exponent is None or not exponent.is_exact or exponent.value != power:
            return None
        curvature = known[base].curvature
        is_even = power.denominator == 1 and power.numerator % 2 == 0
        if power > 1 and not (curvature == Curvature.AFFINE and is_even):
            if not (curvature & Curvature.CONVEX and facts.is_nonnegative(base)):
                return None
        if power < 1 and not (curvature & Curvature.CONCAVE and facts.is_nonnegative(base)):
            return None
    if power > 1:
        return Curvature.CONVEX, f"the {power}-norm of arguments that are convex and not negative"
    return Curvature.CONCAVE, f"the power mean of order {power} of arguments that are concave and not negative"


def _logarithm(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Logarithms log f(u), where that of f has a curvature of its own, such as that of the normal distribution's tail."""
    if node.primitive is not log:
        return None
    argument = node.args[0]
    record = argument.primitive
    if record.log_curvature == Curvature.UNKNOWN or record.arity != 1 or not isinstance(record.monotone, Monotone):
        return None
    bend, inner = record.log_curvature, known[argument.args[0]].curvature
    suits = inner & bend if record.monotone & Monotone.INCREASING else inner & bend.negated()
    if inner == Curvature.AFFINE or suits:
        return bend, f"{record.name} is log-{'concave' if bend == Curvature.CONCAVE else 'convex'}"
    return None


def _power_of_product(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """(Π uᵢ)^p of n concave uᵢ > 0: concave for 0 < p ≤ 1/n, the geometric mean, and convex for p < 0; log Π uᵢ is concave."""
    base = node.args[0] if node.args else node
    if base.primitive is not prod_record or base.shape or not base.args[0].shape or node.primitive not in (pow, log):
        return None
    argument = base.args[0]
    if not (known[argument].curvature & Curvature.CONCAVE and facts.is_nonnegative(argument)):
        return None
    if node.primitive is log:
        return Curvature.CONCAVE, "the logarithm of a product of concave arguments that are not negative"
    exponent = node.args[1]
    if exponent in moving:
        return None
    if facts.sign(exponent).is_negative:
        return Curvature.CONVEX, "a negative power of a product of concave arguments that are positive"
    share = simplify([exponent * size(size_product(argument.shape))]).roots[0]
    if facts.is_positive(exponent) and share.is_exact and share.value <= 1:
        return Curvature.CONCAVE, "a geometric mean of concave arguments that are not negative"
    return None


def _summands(node: Node, moving: set[Node], facts: Facts) -> list[Node]:
    """Return what is added, with weights that are not negative; empty where something else happens."""
    record = node.primitive
    if record is add:
        summands = []
        for arg in node.args:
            if arg not in moving:
                return []
            parts = _summands(arg, moving, facts)
            if not parts:
                return []
            summands += parts
        return summands
    movers = [k for k, arg in enumerate(node.args) if arg in moving]
    if record.is_weighted and len(movers) == 1 and len(node.args) >= 1:
        rest = [arg for k, arg in enumerate(node.args) if k not in movers]
        return _summands(node.args[movers[0]], moving, facts) if all(facts.is_nonnegative(arg) for arg in rest) else []
    if record is einsum and len(node.args) == 1:
        return _summands(node.args[0], moving, facts)
    return [node]


def _square_over_positive(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """Σ rᵢ²·t⁻ᵖ for 0 ≤ p ≤ 1."""
    if node.primitive is not mul:
        return None
    squares = [arg for arg in node.args if arg in moving and known[arg].is_square]
    rest = [arg for arg in node.args if arg not in squares]
    if len(squares) != 1:
        return None
    movers = [arg for arg in rest if arg in moving]
    if len(movers) != 1 or not all(facts.is_nonnegative(arg) for arg in rest if arg not in moving):
        return None
    below = movers[0]
    if below.primitive is not pow or not below.args[1].is_exact or not -1 <= below.args[1].value <= 0:
        return None
    base = below.args[0]
    if known[base].curvature & Curvature.CONCAVE and facts.is_nonnegative(base):
        return Curvature.CONVEX, "a squared length over a concave function that is positive"
    return None


def _matrix_fraction(node: Node, known: Lookup, moving: set[Node], facts: Facts) -> tuple[Curvature, str] | None:
    """xᵀS⁻¹x, also with columns: tr(XᵀS⁻¹X)."""
    if node.primitive is not einsum or len(node.args) != 3 or node.params[1] != ():
        return None
    inputs = node.params[0]
    for k, middle in enumerate(node.args):
        if middle.primitive is not inv_record or not is_positive_definite(middle.args[0]):
            continue
        first, second = (j for j in range(3) if j != k)
        if node.args[first] is not node.args[second] or known[node.args[first]].curvature != Curvature.AFFINE:
            continue
        if known[middle.args[0]].curvature != Curvature.AFFINE:
            continue
        left, right = inputs[first], inputs[second]
        differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
        if len(differing) == 1 and set(differing[0]) == set(inputs[k]):
            return Curvature.CONVEX, "the matrix fractional function xᵀS⁻¹x, convex in x and S together for S ≻ 0"
    return None


_RULES: tuple[Rule, ...] = (
    _square,
    _root_of_square,
    _power_mean,
    _square_over_positive,
    _matrix_fraction,
    _logarithm,
    logarithm_of_log_convex,
    _power_of_product,
    function_of_cone,
    sum_of_extreme_values,
)
