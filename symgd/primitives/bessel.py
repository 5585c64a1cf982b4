"""Bessel functions, spherical ones, and sinc(x) = j₀(πx).

The derivative in the order has no closed form; asking for it is an error that names the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from symgd.evaluation.entries import Real
from symgd.graph.assumptions import Interval, Parity, Sign
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, Requirement, elementwise
from symgd.primitives.exponential import exp
from symgd.primitives.piecewise import abs, equal, floor, where
from symgd.primitives.piecewise import sign as sign_of
from symgd.primitives.special import AS, code_of_whole_order, is_whole, scipy_paths
from symgd.primitives.trigonometric import pi, sin

__all__ = ["besseli", "besselie", "besselj", "besselk", "besselke", "bessely", "sinc", "spherical_jn"]


def _bessel_domain(node: Node) -> list[tuple[Node, Requirement]]:
    """J and I of a whole order run on the whole line; anything else on x ≥ 0."""
    order, x = node.args
    return [(where(equal(order, floor(order)), 1, x), Sign.NONNEGATIVE)]


def _positive_x(node: Node) -> list[tuple[Node, Requirement]]:
    return [(node.args[1], Sign.POSITIVE)]


def _real_bessel(name: str) -> Callable[[Any, Real, Real], Real]:
    """J and I of a whole order are real on the whole line, and complex numbers to mpmath; Y and K have no values below 0."""

    def precise(mp: Any, order: Real, x: Real) -> Real:
        value = getattr(mp, name)(order, x)
        return mp.re(value) if order == mp.floor(order) and name in ("besselj", "besseli") else value

    return precise


def _bessel(name: str, scipy: str, latex: str, slope: Callable[..., Node], because: str, **declared: Any) -> Primitive:
    return elementwise(
        name,
        aliases=(scipy,),
        derivative=(None, slope),
        arguments=("order", "x"),
        reference=name,
        precise=_real_bessel(name),
        sympy=name,
        numpy=f"{scipy}({{x}}, {{y}})",
        imports=scipy_paths(scipy),
        latex=rf"{latex}_{{{{{{x}}}}}}({{y}})",
        accuracy=1e-11,
        because=because,
        **declared,
    )


besselj: Primitive = _bessel(
    "besselj",
    "jv",
    "J",
    lambda n, x, out: (besselj(n - 1, x) - besselj(n + 1, x)) / 2,
    "the slope of a Bessel function is half the difference of its neighbours",
    domain=_bessel_domain,
    source=f"{AS} 9.1.27",
)

bessely: Primitive = _bessel(
    "bessely",
    "yv",
    "Y",
    lambda n, x, out: (bessely(n - 1, x) - bessely(n + 1, x)) / 2,
    "the slope of a Bessel function is half the difference of its neighbours",
    domain=_positive_x,
    source=f"{AS} 9.1.27",
)

besseli: Primitive = _bessel(
    "besseli",
    "iv",
    "I",
    lambda n, x, out: (besseli(n - 1, x) + besseli(n + 1, x)) / 2,
    "the slope of a modified Bessel function is the mean of its neighbours",
    domain=_bessel_domain,
    source=f"{AS} 9.6.26",
)

besselie: Primitive = elementwise(
    "besselie",
    aliases=("ive",),
    definition=lambda n, x: besseli(n, x) * exp(-abs(x)),
    derivative=(None, lambda n, x, out: (besselie(n - 1, x) + besselie(n + 1, x)) / 2 - sign_of(x) * out),
    arguments=("order", "x"),
    numpy="ive({x}, {y})",
    imports=scipy_paths("ive"),
    latex=r"e^{{-|{y}|}} I_{{{x}}}({y})",
    domain=_bessel_domain,
    kinks=lambda n, x: (x,),
    at_kink="the slope of |x| at 0 is 0",
    accuracy=1e-11,
    because="e^(−|x|)·I(x) does not overflow, and its slope follows by the product rule",
    source=f"{AS} 9.6.26",
)

besselk: Primitive = _bessel(
    "besselk",
    "kv",
    "K",
    lambda n, x, out: -(besselk(n - 1, x) + besselk(n + 1, x)) / 2,
    "the slope of K is minus the mean of its neighbours",
    domain=_positive_x,
    sign=Sign.POSITIVE,
    source=f"{AS} 9.6.26",
)

besselke: Primitive = elementwise(
    "besselke",
    aliases=("kve",),
    definition=lambda n, x: besselk(n, x) * exp(x),
    derivative=(None, lambda n, x, out: out - (besselke(n - 1, x) + besselke(n + 1, x)) / 2),
    arguments=("order", "x"),
    precise=lambda mp, n, x: _real_bessel("besselk")(mp, n, x) * mp.exp(x),
    numpy="kve({x}, {y})",
    imports=scipy_paths("kve"),
    latex=r"e^{{{y}}} K_{{{x}}}({y})",
    domain=_positive_x,
    sign=Sign.POSITIVE,
    accuracy=1e-11,
    because="eˣ·K(x) does not vanish, and its slope follows by the product rule",
    source=f"{AS} 9.6.26",
)


def _spherical(mp: Any, n: Real, x: Real) -> Real:
    if not is_whole(mp, n):
        return mp.nan
    if x == 0:
        return mp.mpf(n == 0)
    value = mp.sqrt(mp.pi / (2 * mp.fabs(x))) * mp.besselj(n + mp.mpf(1) / 2, mp.fabs(x))
    return value if x > 0 or int(n) % 2 == 0 else -value


spherical_jn: Primitive = elementwise(
    "spherical_jn",
    derivative=(
        None,
        lambda n, x, out: (n * spherical_jn(abs(n - 1), x) - (n + 1) * spherical_jn(n + 1, x)) / (2 * n + 1),
    ),
    arguments=("order", "x"),
    reference="spherical_jn",
    precise=_spherical,
    sympy="jn",
    code=lambda node, names, printer: code_of_whole_order(node, names, _spherical_code(node, names), printer),
    imports=("scipy.special:spherical_jn",),
    latex=r"j_{{{x}}}({y})",
    accuracy=1e-11,
    because="(2n + 1)·j_n′ = n·j_{n−1} − (n + 1)·j_{n+1}",
    source=f"{AS} 10.1.20",
)


def _spherical_code(node: Node, names: Sequence[str]) -> str:
    """Return the code of j_n for whole n, at |x|: j_n(−x) = (−1)ⁿ·j_n(x), and SciPy before 1.15 has no value below 0."""
    order, x = node.args[0], names[1]
    if not order.is_exact:
        sign = f"where(({x} < 0) & (({names[0]}) % 2 == 1), -1, 1)"
        return f"({sign}*spherical_jn(asarray({names[0]}).astype(int), abs({x})))"
    value = f"spherical_jn({names[0]}, abs({x}))"
    return value if order.value % 2 == 0 else f"(sign({x})*{value})"


sinc = elementwise(
    "sinc",
    definition=lambda x: where(equal(x, 0), 1, sin(pi * x) / (pi * x)),
    derivative=lambda x, out: -pi * spherical_jn(1, pi * x),
    precise=lambda mp, x: mp.sincpi(x),
    numpy="sinc({x})",
    latex=r"\operatorname{{sinc}}({x})",
    accuracy=1e-12,
    range=Interval(Fraction(-22, 100), 1),
    parity=Parity.EVEN,
    because="the slope of sin(z)/z is −j₁(z), the spherical Bessel function",
    source=f"{AS} 10.1.11; NumPy's sinc is sin(πx)/(πx)",
)
