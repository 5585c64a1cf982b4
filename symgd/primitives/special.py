"""Special functions: error function, gamma family, zeta, Bessel functions, Lambert's W, and small helpers of the logarithm.

Derivatives are declared in every argument where one is known in closed form; where none is (the order of a Bessel function),
asking for it is an error that names the argument.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from symgd.errors import UnsupportedError
from symgd.graph.assumptions import Curvature, Growth, Interval, Monotone, Parity, Sign
from symgd.graph.conversion import Operand, as_node
from symgd.graph.node import Node
from symgd.graph.primitive import Primitive, Requirement, elementwise, function
from symgd.primitives.arithmetic import sqrt
from symgd.primitives.exponential import exp, log, same_sign
from symgd.primitives.piecewise import abs, equal, floor, maximum, where
from symgd.primitives.piecewise import sign as sign_of
from symgd.primitives.trigonometric import pi, sin

__all__ = ["beta", "digamma", "erf", "erfc", "erfcx", "gamma", "hypot", "lambertw", "loggamma", "polygamma", "xlogy", "zeta"]

INF = float("inf")
POSITIVE = Interval(0, INF, open_low=True)
AS = "Abramowitz & Stegun"
_WRITTEN_OUT = 1_000
"""The largest whole number whose factorials and Bernoulli numbers are written out."""


def _scipy(name: str) -> tuple[str, str]:
    """Return the import paths of a SciPy function, for NumPy and for CuPy."""
    return f"scipy.special:{name}", f"cupyx.scipy.special:{name}"


# -- error function -------------------------------------------------------------------------------------------

erf = elementwise(
    "erf",
    derivative=lambda x, out: 2 * exp(-(x**2)) / sqrt(pi),
    reference="erf",
    sympy="erf",
    latex=r"\operatorname{{erf}}({x})",
    sign=same_sign,
    range=Interval(-1, 1),
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN,
    strict=True,
    parity=Parity.ODD,
    because="the slope of erf is the bell curve 2/√π·e^(−x²)",
    source=f"{AS} 7.1.1",
)

erfc = elementwise(
    "erfc",
    derivative=lambda x, out: -2 * exp(-(x**2)) / sqrt(pi),
    reference="erfc",
    sympy="erfc",
    latex=r"\operatorname{{erfc}}({x})",
    sign=Sign.POSITIVE,
    range=Interval(0, 2),
    accuracy=1e-13,
    monotone=Monotone.DECREASING,
    curvature=lambda node, x: Curvature.CONVEX if x.low >= 0 else Curvature.CONCAVE if x.high <= 0 else Curvature.UNKNOWN,
    strict=True,
    log_curvature=Curvature.CONCAVE,
    because="erfc = 1 − erf falls along the bell curve",
    source=f"{AS} 7.1.2",
)

erfcx = elementwise(
    "erfcx",
    definition=lambda x: exp(x**2) * erfc(x),
    derivative=lambda x, out: 2 * x * out - 2 / sqrt(pi),
    numpy="erfcx({x})",
    imports=_scipy("erfcx"),
    latex=r"\operatorname{{erfcx}}({x})",
    sign=Sign.POSITIVE,
    range=POSITIVE,
    accuracy=1e-13,
    monotone=Monotone.DECREASING,
    curvature=Curvature.CONVEX,
    strict=True,
    because="erfcx x = e^(x²)·erfc x, by the product rule",
    source="Cody 1969: the scaled complement of erf",
)

erfinv = elementwise(
    "erfinv",
    derivative=lambda x, out: sqrt(pi) / 2 * exp(out**2),
    reference="erfinv",
    sympy="erfinv",
    numpy="erfinv({x})",
    imports=_scipy("erfinv"),
    latex=r"\operatorname{{erf}}^{{-1}}({x})",
    domain=Interval(-1, 1, open_low=True, open_high=True),
    sign=same_sign,
    monotone=Monotone.INCREASING,
    parity=Parity.ODD,
    because="the slope of an inverse function is the reciprocal of the slope",
    source=f"{AS} 7.1.1, inverted",
)

# -- gamma ----------------------------------------------------------------------------------------------------


def _not_a_pole(node: Node) -> list[tuple[Node, Requirement]]:
    """Γ and ψ are defined everywhere but at the whole numbers from 0 down."""
    return [_off_the_poles(node.args[-1])]


def _off_the_poles(x: Node) -> tuple[Node, Requirement]:
    return where(x > 0, 1, x - floor(x)), Sign.NONZERO


gamma: Primitive = elementwise(
    "gamma",
    largest_exact=_WRITTEN_OUT,
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
    largest_exact=_WRITTEN_OUT,
    derivative=lambda x, out: digamma(x),
    reference="loggamma",
    sympy="loggamma",
    numpy="loggamma({x})",
    imports=_scipy("loggamma"),
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
    largest_exact=_WRITTEN_OUT,
    derivative=lambda x, out: polygamma(1, x),
    reference="digamma",
    sympy="digamma",
    numpy="digamma({x})",
    imports=_scipy("digamma"),
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


polygamma: Primitive = elementwise(
    "polygamma",
    largest_exact=_WRITTEN_OUT,
    derivative=(None, lambda order, x, out: polygamma(order + 1, x)),
    arguments=("order", "x"),
    reference="polygamma",
    precise=lambda mp, order, x: mp.polygamma(int(order), x) if _is_whole(mp, order) and order <= _WRITTEN_OUT else mp.nan,
    sympy="polygamma",
    code=lambda node, names, printer: _of_whole_order(node, names, f"polygamma({names[0]}, {names[1]})", printer),
    imports=_scipy("polygamma"),
    latex=r"\psi^{{({x})}}({y})",
    domain=_not_a_pole,
    accuracy=1e-12,
    because="the slope of ψ⁽ⁿ⁾ is ψ⁽ⁿ⁺¹⁾",
    source=f"{AS} 6.4.1",
)


def _is_whole(mp: Any, order: Any) -> bool:
    return bool(order >= 0 and order == mp.floor(order))


def _of_whole_order(node: Node, names: Any, call: str, printer: Any) -> str:
    """Return the code of a function whose order is one of 0, 1, 2, …; it has no value at any other."""
    order = node.args[0]
    call = f"{call}.astype(dtype)"  # SciPy widens float32 here
    if order.is_exact:
        if not isinstance(order.value, int) or order.value < 0:
            raise UnsupportedError(f"{node} has no code: its order is none of 0, 1, 2, …", hint="give it a whole order")
        return call
    return f"where(({names[0]} >= 0) & ({names[0]} == floor({names[0]})), {call}, {printer.library('nan')})"


beta = elementwise(
    "beta",
    largest_exact=_WRITTEN_OUT,
    derivative=(
        lambda a, b, out: out * (digamma(a) - digamma(a + b)),
        lambda a, b, out: out * (digamma(b) - digamma(a + b)),
    ),
    reference="beta",
    sympy="beta",
    numpy="beta({x}, {y})",
    imports=_scipy("beta"),
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
    largest_exact=_WRITTEN_OUT,
    derivative=(None, lambda s, a, out: -s * hurwitz(s + 1, a)),
    arguments=("s", "a"),
    defaults=(1,),
    reference="zeta",
    precise=lambda mp, s, a: mp.zeta(s, a) if s > 1 else mp.nan,
    sympy="zeta",
    numpy="zeta({x}, {y})",
    imports=_scipy("zeta"),
    latex=r"\zeta({x}, {y})",
    domain=_zeta_domain,
    accuracy=1e-12,
    sign=lambda node, s, a: Sign.POSITIVE if a.is_positive else Sign.ANY,
    because="ζ(s, a) = Σ (a + k)⁻ˢ loses −s·ζ(s + 1, a) as a grows",
    source="NIST DLMF 25.11.17",
)
zeta = hurwitz

# -- Bessel functions -----------------------------------------------------------------------------------------


def _bessel_domain(node: Node) -> list[tuple[Node, Requirement]]:
    """J and I of a whole order run on the whole line; anything else on x ≥ 0."""
    order, x = node.args
    return [(where(equal(order, floor(order)), 1, x), Sign.NONNEGATIVE)]


def _positive_x(node: Node) -> list[tuple[Node, Requirement]]:
    return [(node.args[1], Sign.POSITIVE)]


def _real_bessel(name: str) -> Callable[[Any, Any, Any], Any]:
    """J and I of a whole order are real on the whole line, and complex numbers to mpmath; Y and K have no values below 0."""

    def precise(mp: Any, order: Any, x: Any) -> Any:
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
        imports=_scipy(scipy),
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
    imports=_scipy("ive"),
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
    numpy="kve({x}, {y})",
    imports=_scipy("kve"),
    latex=r"e^{{{y}}} K_{{{x}}}({y})",
    domain=_positive_x,
    sign=Sign.POSITIVE,
    accuracy=1e-11,
    because="eˣ·K(x) does not vanish, and its slope follows by the product rule",
    source=f"{AS} 9.6.26",
)


def _spherical(mp: Any, n: Any, x: Any) -> Any:
    if not _is_whole(mp, n):
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
    code=lambda node, names, printer: _of_whole_order(node, names, _spherical_code(node, names), printer),
    imports=("scipy.special:spherical_jn",),
    latex=r"j_{{{x}}}({y})",
    accuracy=1e-11,
    because="(2n + 1)·j_n′ = n·j_{n−1} − (n + 1)·j_{n+1}",
    source=f"{AS} 10.1.20",
)


def _spherical_code(node: Node, names: Any) -> str:
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

# -- Lambert's W ----------------------------------------------------------------------------------------------

lambertw = elementwise(
    "lambertw",
    derivative=lambda x, out: exp(-out) / (1 + out),
    reference="lambertw",
    sympy="LambertW",
    code=lambda node, names, printer: (
        f"where({names[0]} >= -exp(-1), lambertw({names[0]}).real, {printer.library('nan')}).astype(dtype)"
    ),
    imports=_scipy("lambertw"),
    latex=r"W({x})",
    domain=lambda node: [(node.args[0] + exp(-as_node(1)), Sign.POSITIVE)],
    sign=same_sign,
    range=Interval(-1),
    monotone=Monotone.INCREASING,
    curvature=Curvature.CONCAVE,
    strict=True,
    because="W·e^W = x gives W′ = e^(−W)/(1 + W)",
    source="Corless et al. 1996, 3.2; the principal branch",
)

# -- logarithms and roots that survive a zero ------------------------------------------------------------------

xlogy = elementwise(
    "xlogy",
    definition=lambda x, y: where(equal(x, 0), 0, x * log(y)),
    derivative=(lambda x, y, out: log(y), lambda x, y, out: x / y),
    numpy="xlogy({x}, {y})",
    imports=_scipy("xlogy"),
    latex=r"{x} \log {y}",
    domain=lambda node: [(where(equal(node.args[0], 0), 1, node.args[1]), Sign.POSITIVE)],
    because="x·log y moves by log y with x and by x/y with y",
    source="SciPy: xlogy, with the limit 0·log 0 = 0",
)

hypot = elementwise(
    "hypot",
    definition=lambda x, y: sqrt(x**2 + y**2),
    derivative=(lambda x, y, out: x / out, lambda x, y, out: y / out),
    numpy="hypot({x}, {y})",
    latex=r"\sqrt{{{x}^2 + {y}^2}}",
    kinks=lambda x, y: (x**2 + y**2,),
    at_kink="hypot has no slope where both arguments are 0",
    sign=Sign.NONNEGATIVE,
    range=Interval(0),
    monotone=lambda node, x, y: tuple(
        Monotone.INCREASING if z.low >= 0 else Monotone.DECREASING if z.high <= 0 else Monotone.UNKNOWN for z in (x, y)
    ),
    curvature=Curvature.CONVEX,
    growth=Growth.LINEAR,
    because="the slope of √(x² + y²) is the cosine of the angle, x/√(x² + y²)",
    source="C99 7.12.7.3: without overflow",
)

cbrt = elementwise(
    "cbrt",
    definition=lambda x: sign_of(x) * abs(x) ** Fraction(1, 3),
    derivative=lambda x, out: 1 / (3 * out**2),
    numpy="cbrt({x})",
    latex=r"\sqrt[3]{{{x}}}",
    kinks=lambda x: (x,),
    at_kink="the slope of the cube root is infinite at 0",
    sign=same_sign,
    monotone=Monotone.INCREASING,
    curvature=lambda node, x: Curvature.CONCAVE if x.low >= 0 else Curvature.CONVEX if x.high <= 0 else Curvature.UNKNOWN,
    parity=Parity.ODD,
    growth=Growth.LINEAR,
    because="the slope of ∛x is 1/(3·∛x²)",
    source="C99 7.12.7.1: the real cube root",
)


@function("exp2")
def exp2(x: Operand) -> Node:
    """Return 2ˣ, entry by entry.

    Parameters
    ----------
    x : Operand
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    SymgdError
        If an operand cannot stand in a formula.

    Notes
    -----
    The derivative is 2ˣ·log 2. In NumPy: ``numpy.exp2``.

    Examples
    --------
    >>> import symgd as sg
    >>> x = sg.scalar("x")
    >>> sg.exp2(x), sg.gradient(sg.exp2(x), x)
    (2**x, 2**x*log(2))
    """
    return as_node(2) ** as_node(x)
