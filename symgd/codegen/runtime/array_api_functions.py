"""Functions of entries that the Python array API standard does not have: activations and special functions, to float64.

Copied into compiled code like the functions of :mod:`symgd.codegen.runtime.array_api`. Arrays are computed on both sides of
every condition; what lies on the other side is replaced by a number that the formula takes.

References
----------
Cody, *Rational Chebyshev approximations for the error function*, 1969; Shepherd & Laframboise, *Chebyshev approximation of
(1 + 2x)exp(x²)erfc x*, 1981; Corless et al., *On the Lambert W function*, 1996.
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []

Array = Any
Namespace = Any


# -- activations and their like ----------------------------------------------------------------------------------------


def _relu(xp: Namespace, x: Array) -> Array:
    """Return what is above 0 of x."""
    return xp.maximum(x, xp.zeros_like(x))


def _leaky_relu(xp: Namespace, x: Array, y: Array) -> Array:
    """Return x above 0, and y·x below."""
    return xp.where(x > 0, x, y * x)


def _elu(xp: Namespace, x: Array, y: Array) -> Array:
    """Return x above 0, and y·(exp(x) − 1) below."""
    return xp.where(x > 0, x, y * xp.expm1(xp.minimum(x, xp.zeros_like(x))))


def _softplus(xp: Namespace, x: Array) -> Array:
    """Return log(1 + exp(x)), without overflow."""
    return xp.logaddexp(xp.zeros_like(x), x)


def _sigmoid(xp: Namespace, x: Array) -> Array:
    """Return 1/(1 + exp(-x)), without overflow."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, xp.ones_like(x), small) / (1 + small)


def _silu(xp: Namespace, x: Array) -> Array:
    """Return x/(1 + exp(-x))."""
    return x * _sigmoid(xp, x)


def _sech(xp: Namespace, x: Array) -> Array:
    """Return 1/cosh(x), without overflow."""
    e = xp.exp(-xp.abs(x))
    return 2 * e / (1 + e * e)


def _heaviside(xp: Namespace, x: Array, y: Array) -> Array:
    """Return 0 below 0, 1 above, and y at 0."""
    x, y = xp.broadcast_arrays(x, y)
    return xp.where(x == 0, y, xp.where(x == x, xp.astype(x > 0, x.dtype), x))


def _xlogy(xp: Namespace, x: Array, y: Array) -> Array:
    """Return x·log(y), and 0 where x is 0."""
    x, y = xp.broadcast_arrays(x, y)
    is_zero = (x == 0) & (y == y)
    return xp.where(is_zero, xp.zeros_like(x), x * xp.log(xp.where(is_zero, xp.ones_like(y), y)))


def _sinc(xp: Namespace, x: Array) -> Array:
    """Return sin(πx)/(πx), and 1 at 0."""
    scaled = xp.pi * xp.where(x == 0, xp.ones_like(x), x)
    return xp.where(x == 0, xp.ones_like(x), xp.sin(scaled) / scaled)


def _cbrt(xp: Namespace, x: Array) -> Array:
    """Return the cube root, with one step of Newton's method for its last digits."""
    size = xp.abs(x)
    root = xp.where(size > 0, size, xp.ones_like(size)) ** (1 / 3)
    step = (root - size / (root * root)) / 3
    root = xp.where(xp.isfinite(step), root - step, root)
    return xp.where((size > 0) & xp.isfinite(size), xp.sign(x) * root, x)


# -- the error function ---------------------------------------------------------------------------------------------


def _erfcx_right(xp: Namespace, x: Array) -> Array:
    """Return exp(x²)·erfc(x) for x ≥ 0: (1 + 2x) times it is a Chebyshev series in (x − 3.75)/(x + 3.75)."""
    coefficients = (1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
         0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-05, 4.13902798607301e-06,
         7.74038306619849e-07, -2.1886401049234397e-07, 1.076499946567091e-08, 4.521959811218287e-09, -7.754400208831351e-10,
         -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
         3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15, 7.418235256624044e-17)  # fmt: skip
    finite = xp.where(xp.isfinite(x), x, xp.zeros_like(x))
    t = (finite - 3.75) / (finite + 3.75)
    current, previous = xp.zeros_like(t), xp.zeros_like(t)
    for number in coefficients[:0:-1]:  # Clenshaw
        current, previous = number + 2 * t * current - previous, current
    value = (coefficients[0] + t * current - previous) / (1 + 2 * finite)
    return xp.where(x == finite, value, 1 / xp.where(x == finite, xp.ones_like(x), x))


def _exp_of_minus_square(xp: Namespace, x: Array) -> Array:
    """Return exp(−x²), which is 0 from 28 on; x² is split so that its rounding is not multiplied by its size."""
    finite = xp.where(xp.abs(x) < 30, x, xp.full_like(x, 30))
    high = xp.floor(finite * 16) / 16
    return xp.exp(-high * high) * xp.exp(-(finite - high) * (finite + high))


def _erf_near_zero(xp: Namespace, x: Array) -> Array:
    """Return erf(x) for |x| ≤ 1, by its series of positive terms."""
    term = total = xp.ones_like(x)
    for n in range(1, 24):
        term = term * (2 * x * x / (2 * n + 1))
        total = total + term
    return 2 / xp.pi**0.5 * x * xp.exp(-x * x) * total


def _erf(xp: Namespace, x: Array) -> Array:
    """Return the error function."""
    is_small = xp.abs(x) < 1
    near = _erf_near_zero(xp, xp.where(is_small, x, xp.zeros_like(x)))
    size = xp.where(is_small, xp.ones_like(x), xp.abs(x))
    far = 1 - _exp_of_minus_square(xp, size) * _erfcx_right(xp, size)
    return xp.where(is_small, near, xp.sign(x) * far)


def _erfc(xp: Namespace, x: Array) -> Array:
    """Return 1 − erf(x), with the digits of the difference."""
    far = _exp_of_minus_square(xp, x) * _erfcx_right(xp, xp.abs(x))
    return xp.where(x > 0.5, far, xp.where(x < -1, 2 - far, 1 - _erf(xp, xp.where(xp.abs(x) > 1, xp.zeros_like(x), x))))


def _erfcx(xp: Namespace, x: Array) -> Array:
    """Return exp(x²)·erfc(x)."""
    right = _erfcx_right(xp, xp.abs(x))
    below = xp.where((x < 0) & (x > -27), x, xp.zeros_like(x))  # from −26.7 down it is above the largest float
    high = xp.floor(below * 16) / 16
    square = xp.exp(high * high) * xp.exp((below - high) * (below + high))
    return xp.where(x < 0, xp.where(x > -27, 2 * square - right, xp.full_like(x, xp.inf)), right)


def _gelu(xp: Namespace, x: Array) -> Array:
    """Return x times the distribution function of the normal distribution."""
    return x * _erfc(xp, -x * 0.5**0.5) / 2


def _erfinv(xp: Namespace, y: Array) -> Array:
    """Return the inverse of the error function, by Halley's method from Winitzki's approximation."""
    interior = xp.where(xp.abs(y) < 1, y, xp.zeros_like(y))
    log = xp.log1p(-interior * interior)
    half = 2 / (xp.pi * 0.147) + log / 2
    x = xp.sign(interior) * xp.sqrt(xp.sqrt(half * half - log / 0.147) - half)
    for _ in range(3):
        size = xp.abs(x)
        far = _erfc(xp, size) - (1 - xp.abs(interior))
        error = xp.where(size < 1, _erf(xp, x) - interior, -xp.sign(x) * far)
        step = error * (xp.pi**0.5 / 2) * xp.exp(x * x)
        x = x - step / (1 + x * step)
    ends = xp.where(y == 1, xp.full_like(y, xp.inf), xp.where(y == -1, xp.full_like(y, -xp.inf), xp.full_like(y, xp.nan)))
    return xp.where(xp.abs(y) < 1, x, ends)


# -- the normal distribution ----------------------------------------------------------------------------------------


def _ndtr(xp: Namespace, x: Array) -> Array:
    """Return the distribution function of the normal distribution."""
    return _erfc(xp, -x * 0.5**0.5) / 2


def _log_ndtr(xp: Namespace, x: Array) -> Array:
    """Return the logarithm of the distribution function, which does not underflow in the lower tail."""
    z = x * 0.5**0.5
    below = xp.log(_erfcx_right(xp, xp.where(x < -1, -z, xp.ones_like(x))) / 2) - x * x / 2
    return xp.where(x < -1, below, xp.log1p(-_erfc(xp, xp.where(x < -1, xp.ones_like(x), z)) / 2))


def _ndtri(xp: Namespace, p: Array) -> Array:
    """Return the quantile: by erfinv near the middle, and else by Newton's method for log Φ(x) = log p."""
    is_inside = (p > 0) & (p < 1)
    inside = xp.where(is_inside, p, 0.5 * xp.ones_like(p))
    log = xp.log(xp.minimum(xp.minimum(inside, 1 - inside), 0.25 * xp.ones_like(p)))
    x = -xp.sqrt(-2 * log)  # Φ(−t) ≤ exp(−t²/2), so the root is on the right
    for _ in range(8):
        x = x - (_log_ndtr(xp, x) - log) * _erfcx_right(xp, -x * 0.5**0.5) * (xp.pi / 2) ** 0.5
    is_middle = xp.abs(inside - 0.5) < 0.3
    middle = _erfinv(xp, xp.where(is_middle, 2 * inside - 1, 0.5 * xp.ones_like(p))) * 2**0.5
    x = xp.where(is_middle, middle, xp.where(inside > 0.5, -x, x))
    ends = xp.where(p == 0, xp.full_like(p, -xp.inf), xp.where(p == 1, xp.full_like(p, xp.inf), xp.full_like(p, xp.nan)))
    return xp.where(is_inside, x, ends)


# -- the product logarithm ------------------------------------------------------------------------------------------


def _lambertw(xp: Namespace, x: Array) -> Array:
    """Return the principal branch of the inverse of w·exp(w), for x ≥ −1/e, by Halley's method."""
    unit = xp.ones_like(x)
    interior = xp.where((x > -0.36787944117144233) & (x < xp.inf), x, 0 * unit)
    square = 2 * xp.exp(unit) * (interior + 0.36787944117144233 - 1.2428753672788363e-17)  # 1/e in two parts
    p = xp.sqrt(xp.where(square > 0, square, 0 * unit))
    series = 0 * unit
    for number in (-221 / 8505, 769 / 17280, -43 / 540, 11 / 72, -1 / 3, 1, -1):  # at the branch point
        series = number + p * series
    log = xp.log1p(xp.where(interior > -0.3, interior, 0 * unit))
    w = xp.where(interior > -0.3, log * (1 - xp.log1p(xp.where(log > -0.5, log, 0 * unit)) / (2 + log)), series)
    for _ in range(5):
        rest = w - interior * xp.exp(-w)  # w·exp(w) − x, and its slope, divided by exp(w), which might overflow
        slope = w + 1 - (w + 2) * rest / xp.where(w + 1 == 0, unit, 2 * w + 2)
        w = w - rest / xp.where(slope == 0, unit, slope)
    w = xp.where(p < 0.03, series, w)
    return xp.where(x == interior, w, xp.where(x == xp.inf, x, xp.nan * unit))
