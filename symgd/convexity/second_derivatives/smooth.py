"""The curvature of a twice differentiable formula of scalars, from the signs of its Hessian's principal minors.

A symmetric matrix is positive semidefinite exactly where all its principal minors are ≥ 0 (the leading ones do not suffice:
the Hessian of x²/y is singular everywhere), and positive definite where the leading ones are > 0. Between functions that
are analytic, a convex one that is not strictly convex is affine along a line; where the determinant vanishes on a plane, the
formula is looked at again on that plane.

References
----------
Boyd & Vandenberghe, *Convex Optimization*, 2004, section 3.1.4; Horn & Johnson, *Matrix Analysis*, 2013, theorem 7.2.5.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

from symgd.convexity.algebra.elementary import Elementary
from symgd.convexity.algebra.quotients import Polynomial
from symgd.convexity.algebra.signs import Signed, Signs
from symgd.convexity.domain import Domain
from symgd.convexity.found import Found
from symgd.convexity.proof import Step
from symgd.convexity.second_derivatives.hessian import Hessian, has_kink, lower_triangle
from symgd.convexity.second_derivatives.minors import Matrix
from symgd.convexity.second_derivatives.modulus import modulus_of
from symgd.convexity.verdict import Kind
from symgd.errors import SymgdError
from symgd.graph.facts import Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node, constant
from symgd.graph.walk import depends_on, substitute

__all__ = ["curvature_of_smooth", "has_smooth_roots", "roots_are_smooth", "sign_of", "signs_on"]

MAX_VARIABLES = 6


def curvature_of_smooth(hessian: Hessian, domain: Domain, deadline: float, seed: int = 0) -> Found | None:
    """Return the curvature of a twice differentiable formula on a convex domain, or None.

    The caller makes sure that the domain is convex, and that it is described by inequalities that really restrict it.
    """
    variables = hessian.variables
    if has_kink(hessian.formula, variables):
        return None
    elementary = Elementary(variables, Facts(domain.interior()))
    try:
        flat = elementary.of_all(hessian.entries)
    except (SymgdError, ZeroDivisionError):
        return None
    signs = signs_on(elementary, domain, deadline, seed)
    if signs is None or not roots_are_smooth(signs):
        return None
    places = lower_triangle(len(variables))
    matrix = Matrix(signs, dict(zip(places, flat, strict=True)), dict(zip(places, hessian.entries, strict=True)))
    if all(not entry.top for entry in flat):
        return Found(
            Kind.AFFINE, _claim(hessian, "affine", "all second derivatives are 0", ()), "by its second derivatives, which are 0"
        )
    diagonal = [matrix.sign_of_diagonal(i) for i in range(len(variables))]
    if any(sign is None for sign in diagonal):
        return None
    known = {sign.sign for sign in diagonal if sign is not None} - {0}
    if len(known) != 1:
        return None
    (way,) = known
    shown = matrix.semidefinite(way)
    if shown is None:
        return None
    touching, steps = shown
    is_strict = _is_strict(hessian, domain, elementary, touching, deadline, seed) and (
        _is_strict_on_faces(hessian, domain, deadline, seed)
    )
    kinds = {
        (1, True): Kind.STRICTLY_CONVEX,
        (1, False): Kind.CONVEX,
        (-1, True): Kind.STRICTLY_CONCAVE,
        (-1, False): Kind.CONCAVE,
    }
    kind = kinds[way, is_strict]
    by = "by the sign of the second derivative" if len(variables) == 1 else "by the principal minors of the Hessian"
    modulus = None
    if kind.is_convex:
        found = modulus_of(hessian, domain, matrix, signs, deadline)
        if found is not None:
            modulus, more = found
            kind, steps = Kind.STRONGLY_CONVEX, (*steps, *more)
    because = "f″ has this sign" if len(variables) == 1 else "its Hessian is semidefinite"
    if is_strict and modulus is None:
        because += ", and f is affine along no line"
    return Found(kind, _claim(hessian, kind.in_words, because, steps), by, modulus)


def sign_of(node: Node, variables: Sequence[Node], domain: Domain, deadline: float) -> Signed | None:
    """Return the proven sign of a scalar formula on a domain, or None."""
    elementary = Elementary(variables, Facts(domain.interior()))
    try:
        (quotient,) = elementary.of_all([node])
        signs = signs_on(elementary, domain, deadline)
        return None if signs is None else signs.of_quotient(quotient)
    except SymgdError:
        return None


def has_smooth_roots(formula: Node, variables: Sequence[Node], domain: Domain, deadline: float) -> bool:
    """Whether no root of a scalar formula without declared kinks bends where its inside is 0, as √(x²) does."""
    elementary = Elementary(variables, Facts(domain.interior()))
    try:
        elementary.of_all([formula])
    except SymgdError:
        return not any(node.primitive.name == "pow" and not _is_whole(node) for node in depends_on((formula,), variables))
    signs = signs_on(elementary, domain, deadline)
    return signs is not None and roots_are_smooth(signs)


def _is_whole(power: Node) -> bool:
    return power.args[1].is_exact and isinstance(power.args[1].value, int)


def signs_on(elementary: Elementary, domain: Domain, deadline: float, seed: int = 0) -> Signs | None:
    """Return what decides signs, with the domain's own inequalities known to it."""
    points = domain.sample(elementary.variables, 240, seed)
    if not len(points):
        return None
    signs = Signs(elementary, domain.intervals, points, deadline)
    for node, where in (*domain.positive.items(), *domain.natural.items()):
        if isinstance(where, Sign) and where != Sign.NONZERO and (where.is_nonnegative or where.is_nonpositive):
            try:
                quotient = elementary.of(node)
            except SymgdError:
                continue
            if not quotient.bottom:
                signs.assume(quotient.top, 1 if where.is_nonnegative else -1, str(node))
    return signs


def roots_are_smooth(signs: Signs) -> bool:
    """Whether the insides of all roots are positive inside the domain, but for a set that lines can avoid.

    √(x²) is |x|. √(x² + y²) has no slope at the origin alone; what is convex off a set of two dimensions less is convex,
    by continuity.
    """
    for generator in signs.elementary.generators:
        if generator.kind != "root" or not generator.moves or generator.argument is None:
            continue
        inside = generator.argument.top
        found = signs.of(inside)
        if found is None or found.sign != 1:
            return False
        if found.touching and not (len(signs.elementary.variables) > 1 and signs.vanishes_rarely(inside)):
            return False
    return True


def _claim(hessian: Hessian, word: str, because: str, steps: Sequence[Step]) -> Step:
    text = str(hessian.formula)
    return Step(f"{text if len(text) <= 120 else text[:117] + '…'} is {word}", because, tuple(steps))


def _is_strict(
    hessian: Hessian, domain: Domain, elementary: Elementary, touching: list[Polynomial] | None, deadline: float, seed: int
) -> bool:
    """Whether no line exists along which the formula is affine."""
    if touching is None:
        return False
    variables = hessian.variables
    if any(not generator.moves for factor in touching for generator in elementary.in_use(factor)):
        return False  # at some value of a parameter it may be 0 everywhere
    if len(variables) == 1:
        return True  # analytic, and f″ is not 0 everywhere: its zeros are isolated
    for factor in touching:
        plane = _as_plane(elementary, factor)
        if plane is None or time.monotonic() > deadline:
            return False
        variable, value = plane
        (restricted,) = substitute([hessian.formula], {variable: value})
        rest = [node for node in variables if node is not variable]
        below = domain.without(variable)
        if below is None:
            return False
        found = curvature_of_smooth(Hessian(restricted, rest, hessian.facts), below, deadline, seed)
        if found is None or found.kind not in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE):
            return False
    return True


def _is_strict_on_faces(hessian: Hessian, domain: Domain, deadline: float, seed: int) -> bool:
    """Whether the formula is affine along no line inside a closed face of the domain; the Hessian saw the inside alone."""
    variables = hessian.variables
    if len(variables) == 1:
        return True
    for variable in variables:
        interval = domain.intervals[variable]
        for end, is_open in ((interval.low, interval.open_low), (interval.high, interval.open_high)):
            if is_open or not isinstance(end, Fraction):
                continue
            if domain.constraints or domain.natural or time.monotonic() > deadline:
                return False
            face = Domain({node: one for node, one in domain.intervals.items() if node is not variable}, (), {}, domain.fixed)
            rest = [node for node in variables if node is not variable]
            try:
                (restricted,) = substitute([hessian.formula], {variable: constant(end)})
                found = curvature_of_smooth(Hessian(restricted, rest, hessian.facts), face, deadline, seed)
            except (SymgdError, ZeroDivisionError):
                return False
            if found is None or found.kind not in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE):
                return False
    return True


def _as_plane(elementary: Elementary, factor: Polynomial) -> tuple[Node, Node] | None:
    """Return a linear polynomial of variables as variable = rest."""
    used = elementary.in_use(factor)
    if not all(generator.kind == "variable" for generator in used) or any(sum(monomial) > 1 for monomial in factor):
        return None
    first = used[0]
    coefficient, rest = Fraction(0), constant(0)
    for monomial, value in factor.terms():
        number = Fraction(int(value.numerator), int(value.denominator))
        if monomial[first.slot]:
            coefficient = number
        else:
            term = constant(number)
            for k, power in enumerate(monomial):
                if power:
                    term = term * elementary.generators[k].node
            rest = rest + term
    return first.node, rest * constant(-1 / coefficient)
