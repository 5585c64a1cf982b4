"""The judge: rules first, then exact algebra on the Hessian, then a counterexample; where all are silent, UNKNOWN.

Numbers never raise a verdict: floating point only proposes counterexamples, which interval arithmetic then proves or drops.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import sympy as sp

from symgd.codegen.lambdify import compile_formulas
from symgd.convexity.composition import compose
from symgd.convexity.counterexample import find_witness, witness_of
from symgd.convexity.domain import Domain
from symgd.convexity.exact import constant_hessian, polynomial_hessian, sign_pattern
from symgd.convexity.verdict import Convexity, Kind, Proof
from symgd.derive.jacobian import gradient, jacobian
from symgd.errors import ShapeError, SymgdError
from symgd.graph.exact import without_floats
from symgd.graph.facts import Curvature, Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node, symbols_of
from symgd.graph.primitive import CONVERSIONS
from symgd.graph.walk import depends_on, toposort
from symgd.primitives.arithmetic import pow
from symgd.simplify.rewrite import simplify

__all__ = ["judge"]

MAX_VARIABLES = 6
MAX_NODES = 120
MAX_POWER = 60
MAX_OPERATIONS = 150
_DCP = {Curvature.CONVEX: Kind.CONVEX, Curvature.CONCAVE: Kind.CONCAVE, Curvature.AFFINE: Kind.AFFINE}


def judge(formula: Node, wrt: Sequence[Node], domain: Domain, seed: int = 0) -> Convexity:
    """Return the verdict on a scalar formula.

    Parameters
    ----------
    formula : Node
    wrt : sequence of Node
        The variables; everything else is held fixed.
    domain : Domain
    seed : int
        Of the search for a counterexample.
    """
    if formula.shape:
        raise ShapeError("convexity is a question about scalar formulas")
    wrt = list(wrt)
    if any(node.is_constant and not math.isfinite(node.value) for node in toposort((formula,))):
        return Convexity(Kind.UNKNOWN, formula, wrt, str(domain), reason="the formula has a constant that is not finite")
    by_rules = _by_rules(formula, wrt, domain)
    if by_rules.kind is Kind.AFFINE:
        return by_rules
    scalars = all(not node.shape for node in symbols_of(formula)) and set(symbols_of(formula)) <= set(wrt)
    if not scalars or len(wrt) > MAX_VARIABLES:
        return by_rules
    sharper = _by_hessian(formula, wrt, domain)
    if sharper is not None:
        return sharper
    if by_rules.kind is not Kind.UNKNOWN:
        return by_rules
    return _by_counterexample(formula, wrt, domain, seed, by_rules)


def _by_rules(formula: Node, wrt: list[Node], domain: Domain) -> Convexity:
    facts = Facts(domain.assumptions())
    simple = simplify([formula], facts).roots[0]
    best = max((compose(one, wrt, facts) for one in (simple, formula)), key=lambda found: int(found.curvature).bit_count())
    kind = _DCP.get(best.curvature)
    if kind is not None and not _has_convex_domain(domain, wrt):
        reason = "the set where the formula is defined is not known to be convex"
        return Convexity(Kind.UNKNOWN, formula, wrt, str(domain), reason=reason)
    if kind is None:
        about = f" about {best.obstacle}" if best.obstacle is not None else ""
        return Convexity(Kind.UNKNOWN, formula, wrt, str(domain), reason=f"the composition rules say nothing{about}")
    proof = Proof(
        f"{formula} is {str(kind).lower()}",
        best.steps,
        lambda: any(compose(one, wrt, Facts(domain.assumptions())).curvature == best.curvature for one in (simple, formula)),
    )
    return Convexity(kind, formula, wrt, str(domain), proof=proof, reason="by the composition rules")


# -- the Hessian ----------------------------------------------------------------------------------------------


def _has_kink(formula: Node, wrt: Sequence[Node], domain: Domain) -> bool:
    """Whether a Hessian test would be blind to a kink, a jump or a cusp.

    A fractional power is smooth where its base is positive; where the base is affine it can vanish at the domain's edge
    only; √(x²) bends at 0 without saying so.
    """
    moving = depends_on((formula,), wrt)
    facts = Facts(domain.intervals)
    for node in moving:
        if node.primitive.kinks is not None or node.primitive.conditional:
            return True
        if node.primitive is pow and not (node.args[1].is_exact and isinstance(node.args[1].value, int)):
            base = node.args[0]
            if base in moving and not facts.is_positive(base) and compose(base, wrt, facts).curvature != Curvature.AFFINE:
                return True
    return False


def _is_too_large(formula: Node) -> bool:
    """Whether exact algebra would take too long: very high powers, or a very long formula."""
    nodes = toposort((formula,))
    powers = [node.args[1].value for node in nodes if node.primitive is pow and node.args[1].is_exact]
    return len(nodes) > MAX_NODES or any(abs(float(power)) > MAX_POWER for power in powers)


def _by_hessian(formula: Node, wrt: list[Node], domain: Domain) -> Convexity | None:
    if _is_too_large(formula) or _has_kink(formula, wrt, domain) or not _has_convex_domain(domain, wrt):
        return None
    facts = Facts(domain.assumptions())
    (slope,) = simplify([gradient(formula, wrt)], facts).roots
    (second,) = simplify([jacobian(slope, wrt)], facts).roots
    if _is_too_large(second):
        return None
    try:
        matrix = sp.Matrix(CONVERSIONS["to_sympy"](second)) if second.shape else sp.Matrix([[0]])
    except (SymgdError, TypeError):
        return None
    if matrix.has(sp.zoo, sp.nan, sp.oo, sp.I):
        return None
    matrix = matrix.applyfunc(without_floats)
    by_name = {symbol.name: symbol for symbol in matrix.free_symbols}
    symbols = [by_name.get(node.name, sp.Symbol(node.name, real=True)) for node in wrt]
    if len(wrt) == 1:
        return _by_second_derivative(formula, wrt, domain, matrix[0, 0], symbols[0])
    return _by_matrix(formula, wrt, domain, matrix, symbols)


def _has_convex_domain(domain: Domain, wrt: list[Node]) -> bool:
    """Whether the set where the formula is defined is surely convex: bounds of single variables, and nothing like x ≠ 0."""
    for node in wrt:
        interval = domain.intervals.get(node, node.facts.interval)
        if node.facts.is_one_hot or (node.facts.is_nonzero and interval.low < 0 < interval.high):
            return False
    for node, where in domain.natural.items():
        if isinstance(where, Sign) and where == Sign.NONZERO:
            sign = Facts({**domain.assumptions(), node: Sign.ANY}).sign(node)
            inside = domain.intervals.get(node)
            if not sign.is_nonzero and not (inside is not None and 0 not in inside):
                return False
        elif node not in domain.intervals:
            curvature = compose(node, wrt, Facts(domain.intervals)).curvature
            is_upper = where in (Sign.POSITIVE, Sign.NONNEGATIVE) and bool(curvature & Curvature.CONCAVE)
            if not (is_upper or curvature == Curvature.AFFINE):
                return False
    return True


def _by_second_derivative(formula: Node, wrt: list[Node], domain: Domain, second: Any, x: Any) -> Convexity | None:
    if sp.count_ops(second) > MAX_OPERATIONS:
        return None
    interval = domain.intervals[wrt[0]]

    def pattern() -> Any:
        return sign_pattern(second, x, interval)

    found = pattern()
    if found is None:
        return None
    modulus = None
    if found.takes_negative and found.takes_positive:
        return None  # NEITHER: the search below brings the witness
    if not found.takes_negative and not found.takes_positive:
        kind = Kind.AFFINE
    elif found.takes_positive:
        kind = Kind.STRICTLY_CONVEX
        if found.constant is not None:
            kind, modulus = Kind.STRONGLY_CONVEX, found.constant
    else:
        kind = Kind.STRICTLY_CONCAVE
    proof = Proof(f"{formula} is {_spoken(kind)}", found.reasoning, lambda: pattern() == found)
    return Convexity(
        kind, formula, wrt, str(domain), proof=proof, modulus=modulus, reason="by the exact sign of the second derivative"
    )


def _by_matrix(formula: Node, wrt: list[Node], domain: Domain, matrix: Any, symbols: list[Any]) -> Convexity | None:
    constant = constant_hessian(matrix)
    if constant is not None:
        word, modulus, reasoning = constant
        kinds = {
            "definite": Kind.STRONGLY_CONVEX,
            "semidefinite": Kind.CONVEX,
            "zero": Kind.AFFINE,
            "negative definite": Kind.STRICTLY_CONCAVE,
            "negative semidefinite": Kind.CONCAVE,
        }
        if word not in kinds:
            return None
        kind = kinds[word]
        proof = Proof(f"{formula} is {_spoken(kind)}", reasoning, lambda: constant_hessian(matrix) == constant)
        return Convexity(
            kind, formula, wrt, str(domain), proof=proof, modulus=modulus, reason="by the exact eigenvalue signs of the Hessian"
        )
    if not all(entry.is_rational_function(*symbols) for entry in matrix):
        return None
    signs = {symbol: domain.intervals[node].low >= 0 for symbol, node in zip(symbols, wrt, strict=True)}
    for sign, kind in ((1, Kind.CONVEX), (-1, Kind.CONCAVE)):
        steps = polynomial_hessian(sign * matrix, signs)
        if steps is not None:
            replay = functools.partial(_replays, sign * matrix, signs)
            proof = Proof(f"{formula} is {_spoken(kind)}", steps, replay)
            return Convexity(kind, formula, wrt, str(domain), proof=proof, reason="by the principal minors of the Hessian")
    return None


def _replays(matrix: Any, signs: dict[Any, bool]) -> bool:
    return polynomial_hessian(matrix, signs) is not None


def _spoken(kind: Kind) -> str:
    return str(kind).lower().replace("_", " ")


# -- counterexamples ------------------------------------------------------------------------------------------


def _by_counterexample(formula: Node, wrt: list[Node], domain: Domain, seed: int, so_far: Convexity) -> Convexity:
    code = compile_formulas(wrt, [formula], as_list=False)
    above, below = find_witness(formula, wrt, domain, code, seed)
    if above is not None and below is not None:
        witness = witness_of(formula, above, below)
        return Convexity(Kind.NEITHER, formula, wrt, str(domain), witness=witness, reason="by an exact counterexample to each")
    refuted = "convex" if above is not None else "concave" if below is not None else ""
    reason = so_far.reason + (
        "; the exact tests do not apply" if not refuted else f"; it is not {refuted}, and the rest is open"
    )
    return Convexity(Kind.UNKNOWN, formula, wrt, str(domain), reason=reason)
