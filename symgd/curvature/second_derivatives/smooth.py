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

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import Polynomial, Quotient
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.signs import Given, Signs
from symgd.curvature.algebra.statements import Signed
from symgd.curvature.algebra.terms import vanishes_rarely
from symgd.curvature.domain import Domain, read_domain
from symgd.curvature.findings import Curved, Found, shorten
from symgd.curvature.kind import Kind
from symgd.curvature.proof import Conclusion, Premises, Step, rule, step_by
from symgd.curvature.second_derivatives.hessian import Hessian, has_kink, lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.curvature.second_derivatives.modulus import Bounded, modulus_of
from symgd.errors import DomainError, SymgdError
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval, Sign
from symgd.graph.inference import Facts
from symgd.graph.node import Node, constant
from symgd.graph.traversal import depends_on, substitute, toposort
from symgd.primitives.arithmetic import pow

__all__ = ["curvature_of_smooth", "has_smooth_roots", "is_defined_on", "sign_of", "signs_on", "smooth_roots"]

MAX_VARIABLES = 6
PER_NODE = 50
"""Units of work for each node of the second derivatives."""


def curvature_of_smooth(
    formula: Node, variables: Sequence[Node], domain: Domain, effort: Effort, seed: int = 0
) -> Found | None:
    """Return the curvature of a twice differentiable formula on a convex domain, or None.

    The caller makes sure that the domain is convex, and that it is described by inequalities that really restrict it.
    """
    if has_kink(formula, variables):
        return None
    elementary = Elementary(variables, Facts(domain.interior()), effort)
    try:
        hessian = Hessian(formula, variables, Facts(domain.assumptions()))
        effort.spend(PER_NODE * len(toposort(hessian.entries)))
        flat = elementary.of_all(hessian.entries)
    except (SymgdError, ZeroDivisionError):
        return None
    signs = signs_on(elementary, domain, seed)
    if signs is None:
        return None
    matrix = _matrix(signs, flat, hessian)
    search = _Search(effort, seed)
    definiteness = search.definiteness_of(matrix)
    if definiteness is None:
        return None
    sign, touching = definiteness
    modulus = modulus_of(hessian, domain, matrix, signs, effort) if sign > 0 else None
    is_strict = False
    if modulus is not None:
        search.steps.append(modulus)
    elif sign:
        is_strict = _is_strict(formula, matrix, domain, touching, search.kind_of)
    conclusion = _conclusion(formula, variables, domain, sign, is_strict, modulus and modulus.statement.modulus)
    step = step_by(by_second_derivatives, (formula, tuple(variables), domain, matrix), conclusion, search.steps)
    by = "by the principal minors of the Hessian" if len(variables) > 1 else "by the sign of the second derivative"
    by = by if sign else "by its second derivatives, which are 0"
    return Found(conclusion.statement.kind, step, by, conclusion.statement.modulus)


def _matrix(signs: Signs, flat: Sequence[Quotient], hessian: Hessian) -> Matrix:
    places = lower_triangle(len(hessian.variables))
    return Matrix(signs, dict(zip(places, flat, strict=True)), dict(zip(places, hessian.entries, strict=True)))


KindOf = Callable[[Node, Sequence[Node], Domain], Kind | None]


class _Search:
    """What the proof needs, found by search, with the steps that show it."""

    def __init__(self, effort: Effort, seed: int) -> None:
        self.effort, self.seed = effort, seed
        self.steps: list[Step] = []

    def definiteness_of(self, matrix: Matrix) -> tuple[int, list[Polynomial] | None] | None:
        """Return +1 where the matrix is positive semidefinite (−1 negative, 0 for a zero matrix), and where it is singular."""
        smooth = smooth_roots(matrix.signs)
        if smooth is None:
            return None
        matrix_sign = 0
        if not _is_zero(matrix):
            signs = [matrix.sign_of_diagonal(i) for i in range(matrix.size)]
            if any(sign is None for sign in signs):
                return None
            known = {sign.sign for sign in signs if sign is not None} - {0}
            if len(known) != 1:
                return None
            (matrix_sign,) = known
        self.steps += smooth
        if not matrix_sign:
            return 0, None
        shown = matrix.semidefinite(matrix_sign)
        if shown is None:
            return None
        self.steps[:0] = shown[1]
        return matrix_sign, shown[0]

    def kind_of(self, formula: Node, variables: Sequence[Node], domain: Domain) -> Kind | None:
        """Return the curvature of a formula on a plane or a face."""
        if self.effort.is_used_up:
            return None
        finding = curvature_of_smooth(formula, variables, domain, self.effort, self.seed)
        if finding is None:
            return None
        self.steps.append(finding.step)
        return finding.kind


@rule
def by_second_derivatives(
    premises: Premises, formula: Node, variables: tuple[Node, ...], domain: Domain, matrix: Matrix
) -> Conclusion | None:
    """Conclude from the signs of the principal minors of the Hessian, which is derived again."""
    signs = matrix.signs
    interior = domain.interior()
    if has_kink(formula, variables) or signs.region.domain != domain or tuple(signs.region.elementary.variables) != variables:
        return None
    if signs.region.elementary.facts.assumptions != interior:
        return None
    hessian = Hessian(formula, variables, Facts(domain.assumptions()))
    expected = _matrix(signs, [signs.region.elementary.of(entry) for entry in hessian.entries], hessian)
    if (matrix.entries, matrix.nodes) != (expected.entries, expected.nodes):
        return None
    if smooth_roots(Given(signs.region, premises)) is None:
        return None
    if _is_zero(matrix):
        return _conclusion(formula, variables, domain, 0, False, None)

    def kind_of(formula: Node, variables: Sequence[Node], domain: Domain) -> Kind | None:
        curved = Curved.among(premises, formula, tuple(variables), domain)
        return None if curved is None else curved.kind

    for sign in (1, -1):
        shown = matrix.definiteness_stated(premises, sign)
        if shown is not None:
            bound = premises.find(Bounded, matrix=matrix) if sign > 0 else None
            is_strict = bound is None and _is_strict(formula, matrix, domain, shown[0], kind_of)
            return _conclusion(formula, variables, domain, sign, is_strict, bound and bound.modulus)
    return None


def _is_zero(matrix: Matrix) -> bool:
    return all(not entry.top for entry in matrix.entries.values())


def _conclusion(
    formula: Node, variables: Sequence[Node], domain: Domain, sign: int, is_strict: bool, modulus: Any
) -> Conclusion:
    kind = _KINDS[sign, is_strict]
    if modulus is not None:
        kind = Kind.STRONGLY_CONVEX
    because = "all second derivatives are 0"
    if sign:
        because = "f″ has this sign" if len(variables) == 1 else "its Hessian is semidefinite"
        because += ", and f is affine along no line" if is_strict and modulus is None else ""
    claim = f"{shorten(formula, 120)} is {kind.in_words}"
    return Conclusion(Curved(formula, tuple(variables), domain, kind, modulus), claim, because)


_KINDS = {
    (0, False): Kind.AFFINE,
    (1, True): Kind.STRICTLY_CONVEX,
    (1, False): Kind.CONVEX,
    (-1, True): Kind.STRICTLY_CONCAVE,
    (-1, False): Kind.CONCAVE,
}


def sign_of(node: Node, variables: Sequence[Node], domain: Domain, effort: Effort) -> Signed | None:
    """Return the proven sign of a scalar formula on a domain, or None."""
    elementary = Elementary(variables, Facts(domain.interior()), effort)
    try:
        (quotient,) = elementary.of_all([node])
        signs = signs_on(elementary, domain)
        return None if signs is None else signs.of_quotient(quotient)
    except SymgdError:
        return None


def has_smooth_roots(formula: Node, variables: Sequence[Node], domain: Domain, effort: Effort) -> bool:
    """Whether no root of a scalar formula without declared kinks bends where its radicand is 0, as √(x²) does."""
    elementary = Elementary(variables, Facts(domain.interior()), effort)
    try:
        elementary.of_all([formula])
    except SymgdError:
        return not any(node.primitive is pow and not _is_whole(node) for node in depends_on((formula,), variables))
    signs = signs_on(elementary, domain)
    return signs is not None and smooth_roots(signs) is not None


def is_defined_on(formula: Node, variable: Node, interval: Interval, effort: Effort) -> bool:
    """Whether all that a formula of one variable needs surely holds inside an interval: 1/(x − 2) needs x ≠ 2."""
    try:
        domain = read_domain(formula, [variable], {variable.name: interval}, [])
    except DomainError:
        return False
    stated = domain.intervals[variable]
    if (stated.low, stated.high) != (interval.low, interval.high):
        return False
    region = Domain({variable: interval}, (), {})
    for node, where in domain.natural.items():
        signed = sign_of(node, [variable], region, effort)
        if signed is None or not isinstance(where, Sign) or signed.values & ~where:
            return False
    return True


def _is_whole(power: Node) -> bool:
    return power.args[1].is_exact and isinstance(power.args[1].value, int)


def signs_on(elementary: Elementary, domain: Domain, seed: int = 0) -> Signs | None:
    """Return what decides signs on a domain, or None where no point of it was found."""
    points = domain.sample(elementary.variables, 240, seed)
    return Signs(Region(elementary, domain, points)) if len(points) else None


def smooth_roots(signs: Signs) -> tuple[Step, ...] | None:
    """Return the proofs that the radicands of all roots are positive inside the domain, but for a set that lines can avoid.

    √(x²) is |x|. √(x² + y²) has no slope at the origin alone; what is convex off a set of two dimensions less is convex,
    by continuity. None where a radicand is not known to be positive.
    """
    steps: list[Step] = []
    for generator in signs.region.elementary.generators:
        if generator.kind != "root" or not generator.moves or generator.argument is None:
            continue
        radicand = generator.argument.top
        signed = signs.of(radicand)
        if signed is None or signed.sign != 1:
            return None
        if signed.touching and not (len(signs.region.elementary.variables) > 1 and vanishes_rarely(signs.region, radicand)):
            return None
        steps += signed.steps
    return tuple(dict.fromkeys(steps))


def _is_strict(formula: Node, matrix: Matrix, domain: Domain, touching: list[Polynomial] | None, kind_of: KindOf) -> bool:
    """Whether no line exists along which the formula is affine; the Hessian is singular on the zeros of `touching` alone."""
    elementary = matrix.signs.region.elementary
    if touching is None:
        return False
    if any(not generator.moves for factor in touching for generator in elementary.in_use(factor)):
        return False  # at some value of a parameter it may be 0 everywhere
    if len(matrix.variables) == 1:
        return True  # analytic, and f″ is not 0 everywhere: its zeros are isolated
    return _is_strict_on_planes(formula, matrix, domain, touching, kind_of) and _is_strict_on_faces(
        formula, matrix, domain, kind_of
    )


def _is_strict_on_planes(formula: Node, matrix: Matrix, domain: Domain, touching: list[Polynomial], kind_of: KindOf) -> bool:
    """Whether the formula is affine along no line inside the planes on which its Hessian is singular."""
    for factor in touching:
        plane = _as_plane(matrix.signs.region.elementary, factor)
        below = None if plane is None else domain.without(plane[0])
        if plane is None or below is None:
            return False
        variable, value = plane
        (restricted,) = substitute([formula], {variable: value})
        rest = [node for node in matrix.variables if node is not variable]
        if kind_of(restricted, rest, below) not in _STRICT:
            return False
    return True


def _is_strict_on_faces(formula: Node, matrix: Matrix, domain: Domain, kind_of: KindOf) -> bool:
    """Whether the formula is affine along no line inside a closed face of the domain; the Hessian covers the interior alone."""
    for variable in matrix.variables:
        interval = domain.intervals[variable]
        for end, is_open in ((interval.low, interval.open_low), (interval.high, interval.open_high)):
            if is_open or not isinstance(end, Fraction):
                continue
            if domain.constraints or domain.natural:
                return False
            face = Domain(
                {node: bounds for node, bounds in domain.intervals.items() if node is not variable}, (), {}, domain.fixed
            )
            rest = [node for node in matrix.variables if node is not variable]
            try:
                (restricted,) = substitute([formula], {variable: constant(end)})
            except (SymgdError, ZeroDivisionError):
                return False
            if kind_of(restricted, rest, face) not in _STRICT:
                return False
    return True


_STRICT = (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE)


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
