"""The gamma function and its relatives: its logarithm and the derivatives of that, its incomplete integrals, beta, and zeta.

    Γ(x) = ∫₀^∞ t^(x−1)·e^(−t) dt

The derivatives of zeta and of the incomplete integrals in their first arguments have no closed form; asking for them is an
error that names the argument.
"""

from __future__ import annotations

from typing import Any

from symgd.graph.assumptions import Curvature, Interval, Monotone, Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, Requirement, elementwise
from symgd.primitives.exponential import exp, log
from symgd.primitives.piecewise import equal, floor, maximum, where
from symgd.primitives.special import AS, WRITTEN_OUT, code_of_whole_order, is_whole, scipy_paths

__all__ = ["beta", "digamma", "gamma", "gammainc", "gammaincc", "hurwitz", "loggamma", "polygamma", "zeta"]


def _not_a_pole(node: Node) -> list[tuple[Node, Requirement]]:
    """Γ and ψ are defined everywhere but at the whole numbers from 0 down."""
    return [_off_the_poles(node.args[-1])]


def _off_the_poles(x: Node) -> tuple[Node, Requirement]:
    return where(x > 0, 1, x - floor(x)), Sign.NONZERO


gamma: Primitive = elementwise(
    "gamma",
    largest_exact=WRITTEN_OUT,
    derivative=lambda x, out: out * digamma(x),
    reference="gamma",
    sympy="gamma",
    latex=r"\Gamma({x})",
    domain=_not_a_pole,
    accuracy=1e-13,
    sign=lambda node, x: Sign.POSITIVE if x.is_positive else Sign.NONZERO,
    curvature=lambda node, x: Curvature.CONVEX if x.low >= 0 else Curvature.UNKNOWN,
    strict=True,
    because="the slope of Γ is Γ·ψ",
    source=f"{AS} 6.1.1, 6.3.1",
)

loggamma: Primitive = elementwise(
    "loggamma",
    largest_exact=WRITTEN_OUT,
    derivative=lambda x, out: digamma(x),
    reference="loggamma",
    sympy="loggamma",
    numpy="loggamma({x})",
    imports=scipy_paths("loggamma"),
    latex=r"\log\Gamma({x})",
    domain=Sign.POSITIVE,
    accuracy=1e-13,
    curvature=Curvature.CONVEX,
    strict=True,
    aliases=("gammaln", "lgamma"),
    because="the slope of log Γ is ψ",
    source=f"{AS} 6.3.1; convex by the theorem of Bohr and Mollerup",
)

digamma: Primitive = elementwise(
    "digamma",
    largest_exact=WRITTEN_OUT,
    derivative=lambda x, out: polygamma(1, x),
    reference="digamma",
    sympy="digamma",
    numpy="digamma({x})",
    imports=scipy_paths("digamma"),
    latex=r"\psi({x})",
    domain=_not_a_pole,
    accuracy=1e-13,
    monotone=lambda node, x: (Monotone.INCREASING if x.low >= 0 else Monotone.UNKNOWN,),
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.UNKNOWN,
    strict=True,
    aliases=("psi",),
    because="the slope of ψ is the trigamma function ψ⁽¹⁾",
    source=f"{AS} 6.4.1",
)

_FAR_BELOW = -1000
"""mpmath adds up about as many terms as a negative number is below 0."""


def _precise_polygamma(mp: Any, order: Any, x: Any) -> Any:
    """Return ψ⁽ⁿ⁾(x); far below 0 from ψ⁽ⁿ⁾(x) = (−1)ⁿ·ψ⁽ⁿ⁾(1 − x) − π·dⁿ/dxⁿ cot πx."""
    if not is_whole(mp, order) or order > WRITTEN_OUT:
        return mp.nan
    n = int(order)
    if n == 0 or not x < _FAR_BELOW:
        return mp.polygamma(n, x)
    if x == mp.floor(x):
        return mp.nan
    with mp.extradps(20):
        cotangent = mp.cospi(x) / mp.sinpi(x)
        slopes = [0, 1]  # the coefficients of a polynomial in cot πx, whose derivative is −π·(1 + cot² πx)
        for _ in range(n):
            derivative = [k * number for k, number in enumerate(slopes)][1:]
            slopes = [-a - b for a, b in zip([*derivative, 0, 0], [0, 0, *derivative], strict=True)]
        result = (-1) ** n * mp.polygamma(n, 1 - x) - mp.pi ** (n + 1) * mp.polyval(slopes[::-1], cotangent)
    return +result


polygamma: Primitive = elementwise(
    "polygamma",
    largest_exact=WRITTEN_OUT,
    derivative=(None, lambda order, x, out: polygamma(order + 1, x)),
    arguments=("order", "x"),
    reference="polygamma",
    precise=_precise_polygamma,
    sympy="polygamma",
    code=lambda node, names, printer: code_of_whole_order(node, names, f"polygamma({names[0]}, {names[1]})", printer),
    imports=scipy_paths("polygamma"),
    latex=r"\psi^{{({x})}}({y})",
    domain=_not_a_pole,
    accuracy=1e-12,
    because="the slope of ψ⁽ⁿ⁾ is ψ⁽ⁿ⁺¹⁾",
    source=f"{AS} 6.4.1",
)

beta = elementwise(
    "beta",
    largest_exact=WRITTEN_OUT,
    derivative=(
        lambda a, b, out: out * (digamma(a) - digamma(a + b)),
        lambda a, b, out: out * (digamma(b) - digamma(a + b)),
    ),
    reference="beta",
    sympy="beta",
    numpy="beta({x}, {y})",
    imports=scipy_paths("beta"),
    latex=r"\operatorname{{B}}({x}, {y})",
    domain=lambda node: [_off_the_poles(arg) for arg in node.args],
    accuracy=1e-12,
    sign=lambda node, a, b: Sign.POSITIVE if a.is_positive and b.is_positive else Sign.ANY,
    monotone=lambda node, a, b: (Monotone.DECREASING if a.low >= 0 and b.low >= 0 else Monotone.UNKNOWN,) * 2,
    because="B(a, b) = Γ(a)Γ(b)/Γ(a + b), so its slope in a is B·(ψ(a) − ψ(a + b))",
    source=f"{AS} 6.2.2",
)


def _zeta_domain(node: Node) -> list[tuple[Node, Requirement]]:
    """ζ(s, a) is a real number for s > 1, and below a = 0 for whole s only, off the poles."""
    s, a = node.args
    return [(s - 1, Sign.POSITIVE), (where(equal(s, floor(s)), _off_the_poles(a)[0], maximum(a, 0)), Sign.NONZERO)]


hurwitz: Primitive = elementwise(
    "zeta",
    largest_exact=WRITTEN_OUT,
    derivative=(None, lambda s, a, out: -s * hurwitz(s + 1, a)),
    arguments=("s", "a"),
    defaults=(1,),
    reference="zeta",
    precise=lambda mp, s, a: mp.zeta(s, a) if s > 1 else mp.nan,
    sympy="zeta",
    numpy="zeta({x}, {y})",
    imports=scipy_paths("zeta"),
    latex=r"\zeta({x}, {y})",
    domain=_zeta_domain,
    accuracy=1e-12,
    sign=lambda node, s, a: Sign.POSITIVE if a.is_positive else Sign.ANY,
    because="ζ(s, a) = Σ (a + k)⁻ˢ loses −s·ζ(s + 1, a) as a grows",
    source="NIST DLMF 25.11.17",
)

zeta = hurwitz


def _incomplete(name: str, sign: int, because: str, **declared: Any) -> Primitive:
    """Declare a part of the gamma function's integral, divided by the whole; its slope in the order has no closed form."""
    return elementwise(
        name,
        derivative=(None, lambda a, x, out: sign * exp((a - 1) * log(x) - x - loggamma(a))),
        arguments=("order", "x"),
        numpy=f"{name}({{x}}, {{y}})",
        imports=scipy_paths(name),
        domain=lambda node: [(node.args[0], Sign.POSITIVE), (node.args[1], Sign.POSITIVE)],
        sign=Sign.POSITIVE,
        range=Interval(0, 1),
        accuracy=1e-12,
        because=because,
        source=f"{AS} 6.5.1, 6.5.25",
        **declared,
    )


gammainc: Primitive = _incomplete(
    "gammainc",
    1,
    "the slope of P(a, x) is the density x^(a−1)·e^(−x)/Γ(a) of the gamma distribution",
    precise=lambda mp, a, x: mp.gammainc(a, 0, x, regularized=True) if a > 0 and x > 0 else mp.nan,
    latex=r"P({x}, {y})",
    monotone=(Monotone.UNKNOWN, Monotone.INCREASING),
)

gammaincc: Primitive = _incomplete(
    "gammaincc",
    -1,
    "Q(a, x) = 1 − P(a, x) falls along the density x^(a−1)·e^(−x)/Γ(a) of the gamma distribution",
    precise=lambda mp, a, x: mp.gammainc(a, x, mp.inf, regularized=True) if a > 0 and x > 0 else mp.nan,
    latex=r"Q({x}, {y})",
    monotone=(Monotone.UNKNOWN, Monotone.DECREASING),
)
