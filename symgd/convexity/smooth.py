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

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from symgd.codegen.lambdify import compile_formulas
from symgd.convexity.domain import Domain
from symgd.convexity.elementary import Elementary, Polynomial, Quotient
from symgd.convexity.proof import Step
from symgd.convexity.signs import Signed, Signs
from symgd.convexity.verdict import Kind
from symgd.derive.jacobian import gradients
from symgd.errors import SymgdError
from symgd.graph.exact import exact_number, exact_values
from symgd.graph.facts import Sign
from symgd.graph.infer import Facts
from symgd.graph.node import Node, constant
from symgd.graph.walk import depends_on, substitute
from symgd.simplify.rewrite import simplify

__all__ = ["Found", "Hessian", "curvature_of_smooth", "has_kink", "sign_of"]

MAX_VARIABLES = 6
MODULUS_SECONDS = 0.4
CANDIDATE_SECONDS = 0.15


@dataclass(frozen=True, eq=False)
class Found:
    """What one stage found.

    Attributes
    ----------
    kind : Kind
    step : Step
        The proof.
    by : str
        Which stage decided.
    modulus : object or None
        An exact number, or a formula of the parameters.
    """

    kind: Kind
    step: Step
    by: str
    modulus: Any = None


def lower_triangle(n: int) -> list[tuple[int, int]]:
    """Return the places of the lower triangle, row by row."""
    return [(i, j) for i in range(n) for j in range(i + 1)]


class Hessian:
    """The second derivatives of a scalar formula of scalars, as formulas.

    Parameters
    ----------
    formula : Node
    variables : sequence of Node
    facts : Facts
    """

    def __init__(self, formula: Node, variables: Sequence[Node], facts: Facts) -> None:
        self.formula = formula
        self.variables = list(variables)
        slopes = gradients(formula, self.variables)
        rows = [gradients(slope, self.variables) for slope in slopes]
        flat = [rows[i][j] for i in range(len(rows)) for j in range(i + 1)]
        flat = list(simplify(flat, facts).roots) if any(node.primitive.conditional for node in flat) else flat
        self._flat = flat
        self.facts = facts

    def entry(self, i: int, j: int) -> Node:
        """Return one entry; the matrix is symmetric."""
        i, j = max(i, j), min(i, j)
        return self._flat[i * (i + 1) // 2 + j]

    @property
    def entries(self) -> list[Node]:
        """The lower triangle, row by row."""
        return self._flat

    def form(self, direction: Sequence[Fraction]) -> Node:
        """Return vᵀHv for one direction."""
        n = len(self.variables)
        total = constant(0)
        for i, j in itertools.product(range(n), repeat=2):
            if direction[i] and direction[j]:
                total = total + constant(direction[i] * direction[j]) * self.entry(i, j)
        return total

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return approximate Hessians at points, one per row."""
        n = len(self.variables)
        code = self._code()
        columns = [points[:, k] for k in range(n)]
        with np.errstate(all="ignore"):
            values = [np.broadcast_to(np.asarray(value, dtype=float), (len(points),)) for value in code(*columns)]
        matrices = np.empty((len(points), n, n))
        for k, (i, j) in enumerate(lower_triangle(n)):
            matrices[:, i, j] = matrices[:, j, i] = values[k]
        return matrices

    def _code(self) -> Any:
        if not hasattr(self, "_compiled"):
            self._compiled = compile_formulas(self.variables, self._flat)
        return self._compiled


def curvature_of_smooth(hessian: Hessian, domain: Domain, deadline: float, seed: int = 0) -> Found | None:
    """Return the curvature of a twice differentiable formula on a convex domain, or None.

    The caller makes sure that the formula has no kinks and that its domain is convex.
    """
    variables = hessian.variables
    elementary = Elementary(variables, Facts(domain.interior()))
    try:
        flat = elementary.of_all(hessian.entries)
    except (SymgdError, ZeroDivisionError):
        return None
    signs = _signs(elementary, domain, deadline, seed)
    if signs is None or not _roots_are_smooth(signs):
        return None
    matrix = Matrix(signs, dict(zip(lower_triangle(len(variables)), flat, strict=True)))
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
    is_strict = _is_strict(hessian, domain, elementary, touching, deadline, seed)
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
        found = _modulus(hessian, domain, matrix, signs, deadline)
        if found is not None:
            modulus, more = found
            kind, steps = Kind.STRONGLY_CONVEX, (*steps, *more)
    because = "f″ has this sign" if len(variables) == 1 else "its Hessian is semidefinite"
    if is_strict and modulus is None:
        because += ", and f is affine along no line"
    return Found(kind, _claim(hessian, _word(kind), because, steps), by, modulus)


def sign_of(node: Node, variables: Sequence[Node], domain: Domain, deadline: float) -> Signed | None:
    """Return the proven sign of a scalar formula on a domain, or None."""
    elementary = Elementary(variables, Facts(domain.interior()))
    try:
        (quotient,) = elementary.of_all([node])
        signs = _signs(elementary, domain, deadline, 0)
        return None if signs is None else signs.of_quotient(quotient)
    except SymgdError:
        return None


def _signs(elementary: Elementary, domain: Domain, deadline: float, seed: int) -> Signs | None:
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


def _roots_are_smooth(signs: Signs) -> bool:
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


def _word(kind: Kind) -> str:
    return str(kind).lower().replace("_", " ")


def _claim(hessian: Hessian, word: str, because: str, steps: Sequence[Step]) -> Step:
    text = str(hessian.formula)
    return Step(f"{text if len(text) <= 120 else text[:117] + '…'} is {word}", because, tuple(steps))


class Matrix:
    """A symmetric matrix of quotients, and the signs of its minors."""

    def __init__(self, signs: Signs, entries: dict[tuple[int, int], Quotient]) -> None:
        self.signs = signs
        self.entries = entries
        self.size = max(i for i, _ in entries) + 1

    def entry(self, i: int, j: int) -> Quotient:
        """Return one entry."""
        return self.entries[max(i, j), min(i, j)]

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return approximate values at points, NaN where too many digits cancel."""
        values = np.empty((len(points), self.size, self.size))
        errors = np.zeros(len(points))
        for (i, j), entry in self.entries.items():
            values[:, i, j], error = self.signs.values_of_quotient(entry, points)
            values[:, j, i] = values[:, i, j]
            errors = np.maximum(errors, error)
        values[~(errors <= 1e-7 * np.abs(values).max((1, 2)))] = np.nan
        return values

    def sign_of_diagonal(self, i: int) -> Signed | None:
        """Return the proven sign of one entry of the diagonal."""
        return self.signs.of_quotient(self.entry(i, i))

    def minor(self, rows: Sequence[int]) -> Quotient:
        """Return a principal minor, by Leibniz's formula."""
        algebra = self.signs.elementary
        terms = [algebra.number(0)]
        for order in itertools.permutations(range(len(rows))):
            inversions = sum(1 for a, b in itertools.combinations(order, 2) if a > b)
            factors = [self.entry(rows[i], rows[j]) for i, j in enumerate(order)]
            if all(factor.top for factor in factors):
                terms.append(algebra.multiply(algebra.number(-1 if inversions % 2 else 1), *factors))
        return algebra.add(*terms)

    def semidefinite(self, way: int) -> tuple[list[Polynomial] | None, tuple[Step, ...]] | None:
        """Show way·H ⪰ 0 on the domain.

        Returns
        -------
        (touching, steps), or None
            Factors outside whose zeros the matrix is definite; None where it is singular everywhere.
        """
        n = self.size
        steps: list[Step] = []
        touching: list[Polynomial] = []
        is_definite_somewhere = True
        strict_chain = True  # all leading minors so far are > 0 everywhere
        for size in range(1, n + 1):
            for rows in itertools.combinations(range(n), size):
                if strict_chain and rows != tuple(range(size)):
                    continue
                found = self._signed_minor(rows)
                if found is None:
                    return None
                wanted = way**size
                if found.sign not in (0, wanted):
                    return None
                if rows == tuple(range(size)) and (found.sign == 0 or found.touching):
                    if strict_chain and size > 1:
                        return self._all_minors(way)
                    strict_chain = False
                if size == n:
                    is_definite_somewhere = found.sign != 0
                    touching = list(found.touching)
                label = "f″" if n == 1 else f"principal minor {''.join(str(row + 1) for row in rows)}"
                relation = "= 0" if found.sign == 0 else "≥ 0" if found.sign > 0 else "≤ 0"
                steps.append(Step(f"{label} {relation}", "by its factors" if found.steps else "it is 0", found.steps))
        return (touching if is_definite_somewhere else None), tuple(steps)

    def _all_minors(self, way: int) -> tuple[list[Polynomial] | None, tuple[Step, ...]] | None:
        """The same by all principal minors."""
        n, steps = self.size, list[Step]()
        whole: Signed | None = None
        for size in range(1, n + 1):
            for rows in itertools.combinations(range(n), size):
                found = self._signed_minor(rows)
                if found is None or found.sign not in (0, way**size):
                    return None
                relation = "= 0" if found.sign == 0 else "≥ 0" if found.sign > 0 else "≤ 0"
                claim = f"principal minor {''.join(str(row + 1) for row in rows)} {relation}"
                steps.append(Step(claim, "by its factors" if found.steps else "it is 0", found.steps))
                whole = found
        assert whole is not None
        return (None if whole.sign == 0 else list(whole.touching)), tuple(steps)

    def _signed_minor(self, rows: Sequence[int]) -> Signed | None:
        if time.monotonic() > self.signs.deadline:
            return None
        try:
            return self.signs.of_quotient(self.minor(rows))
        except SymgdError:
            return None

    def shifted(self, amount: Quotient) -> Matrix:
        """Return H − m·I."""
        algebra = self.signs.elementary
        entries = {
            (i, j): algebra.add(entry, algebra.scaled(amount, -1)) if i == j else entry
            for (i, j), entry in self.entries.items()
        }
        return Matrix(self.signs, entries)


def _is_strict(
    hessian: Hessian, domain: Domain, elementary: Elementary, touching: list[Polynomial] | None, deadline: float, seed: int
) -> bool:
    """Whether no line exists along which the formula is affine."""
    if touching is None:
        return False
    variables = hessian.variables
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


# -- the modulus ----------------------------------------------------------------------------------------------


def _modulus(
    hessian: Hessian, domain: Domain, matrix: Matrix, signs: Signs, deadline: float
) -> tuple[Any, tuple[Step, ...]] | None:
    """Return the largest m found for which H ⪰ m·I is proven, as an exact number."""
    deadline = min(deadline, time.monotonic() + MODULUS_SECONDS)
    estimate = _smallest_eigenvalue(hessian, domain, matrix, signs.points)
    if estimate is None:
        return None
    value, point = estimate
    for candidate in _candidates(hessian, value, point):
        if time.monotonic() > deadline:
            return None
        signs.deadline = min(deadline, time.monotonic() + CANDIDATE_SECONDS)
        try:
            amount = signs.elementary.of(candidate)
            shown = matrix.shifted(amount).semidefinite(1)
        except SymgdError:
            continue
        if shown is not None:
            number = exact_values([candidate], {})[0]
            claim = f"the Hessian is ⪰ {number}·I" if matrix.size > 1 else f"f″ ≥ {number}"
            return number, (
                Step(claim, "by the same test of H − m·I" if matrix.size > 1 else "by the sign of f″ − m", shown[1]),
            )
    return None


def _smallest_eigenvalue(
    hessian: Hessian, domain: Domain, matrix: Matrix, points: np.ndarray
) -> tuple[float, np.ndarray] | None:
    """Return a numerical infimum of the Hessian's smallest eigenvalue, and where it is; None where it is not above 0."""
    best, place = np.inf, points[0]
    around = np.concatenate([points, domain.far_points(hessian.variables)])
    generator = np.random.default_rng(0)
    radius = 1.0
    for _ in range(8):
        matrices = matrix.at(around)
        usable = np.isfinite(matrices).all((1, 2))
        if not usable.any():
            break
        spectrum = np.linalg.eigvalsh(matrices[usable])
        values = np.where(np.abs(spectrum[:, 0]) > 1e-12 * np.abs(spectrum[:, -1]), spectrum[:, 0], np.inf)  # else it is noise
        k = int(np.argmin(values))
        if values[k] < best:
            best, place = float(values[k]), around[usable][k]
        radius /= 5
        around = place + generator.normal(size=(60, len(place))) * radius * np.maximum(1, np.abs(place))
        around = np.concatenate([around, np.round(place)[None], np.round(place * 10)[None] / 10])
        around = domain.keep(hessian.variables, around)
        if not len(around):
            break
    return (best, place) if 1e-7 < best < np.inf else None


def _candidates(hessian: Hessian, value: float, point: np.ndarray) -> list[Node]:
    """Return exact numbers near a numerical infimum, the sharpest first, then one safely below."""
    found: list[Node] = []
    for size, tolerance in ((60, 1e-5), (12, 3e-3)):
        near = Fraction(value).limit_denominator(size)
        if (
            abs(float(near) - value) < tolerance * max(1.0, value)
            and 0 < near < value * (1 + 1e-5)
            and constant(near) not in found
        ):
            found.append(constant(near))
    for place in ([Fraction(float(x)).limit_denominator(12) for x in point], [Fraction(0)] * len(point)):
        exact = _exact_smallest(hessian, place)
        if exact is not None and abs(float(exact) - value) < 1e-4 * max(1.0, value):
            node = _number_as_node(exact)
            if node is not None and node not in found:
                found.insert(0, node)
    for digits in (3, 1):
        size = 10**digits
        below = Fraction(int(value * (1 - Fraction(1, size)) * size * 10), size * 10)
        if below > 0:
            found.append(constant(below))
    found.append(constant(Fraction(value / 2).limit_denominator(100) or Fraction(1, 1000)))
    return [node for node in found if not node.equals_number(0)]


def _exact_smallest(hessian: Hessian, point: Sequence[Fraction]) -> Any:
    """Return the smallest eigenvalue at a rational point exactly, where it is a root of degree two at most."""
    n = len(hessian.variables)
    try:
        values = exact_values(hessian.entries, {v: exact_number(p) for v, p in zip(hessian.variables, point, strict=True)})
    except (SymgdError, TypeError, ValueError):
        return None
    if n == 1:
        return values[0] if values[0].is_real else None
    if not all(value.is_Rational for value in values):
        return None
    matrix = sp.zeros(n, n)
    for k, (i, j) in enumerate(lower_triangle(n)):
        matrix[i, j] = matrix[j, i] = values[k]
    roots = (
        sp.roots(matrix.charpoly().as_expr(), multiple=True)
        if n <= 2
        else [
            root
            for factor, _ in sp.factor_list(matrix.charpoly().as_expr())[1]
            if sp.degree(factor) <= 2
            for root in sp.roots(factor)
        ]
    )
    real = [root for root in roots if root.is_real]
    return min(real, key=lambda root: root.evalf(30)) if real else None


def _number_as_node(number: Any) -> Node | None:
    """Return a rational number, or a ± √b, as a formula."""
    if number.is_Rational:
        return constant(Fraction(int(number.p), int(number.q)))
    rational, rest = number.as_independent(*number.atoms(sp.Pow), as_Add=True)
    coefficient, root = rest.as_coeff_Mul()
    if not (rational.is_Rational and coefficient.is_Rational and root.is_Pow and root.exp == sp.Rational(1, 2)):
        return None
    if not root.base.is_Rational:
        return None
    inside = Fraction(int(root.base.p), int(root.base.q))
    return constant(Fraction(int(rational.p), int(rational.q))) + constant(
        Fraction(int(coefficient.p), int(coefficient.q))
    ) * constant(inside) ** Fraction(1, 2)


def has_kink(formula: Node, wrt: Sequence[Node]) -> bool:
    """Whether a function stands in the formula that has a kink or a jump where it depends on the variables."""
    moving = depends_on((formula,), wrt)
    return any(node.primitive.kinks is not None or node.primitive.conditional or node.primitive.is_boolean for node in moving)
