"""Functions of entries that the Python array API standard does not have: activations and special functions, to float64.

Copied into compiled code like the functions of :mod:`symgd.codegen.runtime.array_api`. Arrays are computed on both sides of
every condition; what lies on the other side is replaced by a number that the formula takes.

References
----------
Cody, *Rational Chebyshev approximations for the error function*, 1969; Shepherd & Laframboise, *Chebyshev approximation of
(1 + 2x)exp(x²)erfc x*, 1981; Abramowitz & Stegun, 6.1.40, 6.3.18, 23.2; Didonato & Morris, *Algorithm 708*, 1992; Corless
et al., *On the Lambert W function*, 1996.
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
    return xp.where(x == finite, value, 1 / x)


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
    return xp.where(xp.abs(y) < 1, x, xp.where(xp.abs(y) == 1, y * xp.inf, xp.full_like(y, xp.nan)))


# -- the gamma function ---------------------------------------------------------------------------------------------


def _stirling_rest(xp: Namespace, x: Array) -> Array:
    """Return log Γ(x) − (x − 1/2)·log x + x − log(2π)/2 for x ≥ 10."""
    numbers = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)
    z = 1 / (x * x)
    total = xp.zeros_like(x)
    for number in numbers[::-1]:
        total = number + z * total
    return total / x


def _sin_of_pi(xp: Namespace, x: Array) -> Array:
    """Return sin(πx), with its zeros at the whole numbers."""
    rest = x - 2 * xp.round(x / 2)
    rest = xp.where(rest > 0.5, 1 - rest, xp.where(rest < -0.5, -1 - rest, rest))
    return xp.sin(xp.pi * rest)


def _loggamma(xp: Namespace, x: Array) -> Array:
    """Return log Γ(x) for x > 0, and NaN elsewhere."""
    zetas = (0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
         0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
         0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05, 3.058823630702049e-05, 1.528225940865187e-05,
         7.637197637899763e-06, 3.81729326499984e-06, 1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07,
         2.38450502727733e-07, 1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08)  # fmt: skip
    is_near = (x > 0) & (x <= 2.5)  # the series of log Γ(2 + z), whose coefficients are (ζ(k) − 1)/k
    shifts = xp.where(x < 0.5, xp.full_like(x, 2), xp.where(x < 1.5, xp.ones_like(x), xp.zeros_like(x)))
    z = xp.where(is_near, x - (2 - shifts), xp.zeros_like(x))  # without rounding beside the zeros 1 and 2
    series = xp.zeros_like(x)
    for k in range(len(zetas) + 1, 1, -1):
        series = zetas[k - 2] / k - z * series
    unit = xp.ones_like(x)
    near = z * (0.42278433509846714 + z * series)
    near = near - xp.where(shifts > 0, xp.log1p(z), 0 * unit)
    near = near - xp.where(shifts > 1, xp.log(xp.where(is_near, x, unit)), 0 * unit)
    big = xp.where(is_near | (x <= 0), 10 * unit, x)
    below = xp.where(big < 10, big, unit)
    product = unit
    for k in range(8):
        product = product * xp.where(big < 10, below + k, unit)
    high = xp.where(big < 10, big + 8, big)
    far = (high - 0.5) * (xp.log(high) - 1) + (0.9189385332046727 - 0.5) + _stirling_rest(xp, high) - xp.log(product)
    far = xp.where(x == xp.inf, x, far)
    return xp.where(is_near, near, xp.where(x > 0, far, xp.where(x == 0, xp.inf * unit, xp.nan * unit)))


def _gamma_right(xp: Namespace, x: Array) -> Array:
    """Return Γ(x) for x ≥ 1/2."""
    unit = xp.ones_like(x)
    product = unit
    for k in range(10):
        product = product * xp.where(x < 10, x + k, unit)
    high = xp.where(x < 10, x + 10, x)
    high = xp.where(high < 200, high, 200 * unit)
    root = high ** (high / 2 - 0.25)  # squared it would overflow before the exponential has made it smaller
    return (2 * xp.pi) ** 0.5 * root * xp.exp(-high) * root * xp.exp(_stirling_rest(xp, high)) / product


def _gamma(xp: Namespace, x: Array) -> Array:
    """Return Γ(x)."""
    unit = xp.ones_like(x)
    right = _gamma_right(xp, xp.where(x >= 0.5, x, unit))
    left = xp.where(x < 0.5, x, 0.25 * unit)
    sine = _sin_of_pi(xp, left)
    reflected = xp.pi / (xp.where(sine == 0, unit, sine) * _gamma_right(xp, 1 - left))
    reflected = xp.where(sine == 0, xp.where(left == 0, xp.copysign(xp.inf * unit, left), xp.nan * unit), reflected)
    return xp.where(x >= 0.5, right, xp.where(x < 0.5, reflected, x))


def _digamma(xp: Namespace, x: Array) -> Array:
    """Return the slope of log Γ(x)."""
    numbers = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    unit = xp.ones_like(x)
    right = xp.where(x >= 0.5, x, 1 - x)
    total = 0 * unit
    for k in range(10):
        total = total - xp.where(right < 10, 1 / (right + k), 0 * unit)
    high = xp.where(right < 10, right + 10, right)
    z = 1 / (high * high)
    series = 0 * unit
    for number in numbers[::-1]:
        series = z * (number + series)
    value = total + xp.log(high) - 0.5 / high - series
    rest = xp.where(x < 0.5, x - xp.round(x), 0.25 * unit)
    is_pole = rest == 0
    turned = xp.pi / xp.tan(xp.pi * xp.where(is_pole, 0.25 * unit, rest))
    left = xp.where(is_pole, xp.where(x == 0, -xp.copysign(xp.inf * unit, x), xp.nan * unit), value - turned)
    return xp.where(x >= 0.5, value, xp.where(x < 0.5, left, x))


def _beta_right(xp: Namespace, a: Array, b: Array) -> Array:
    """Return the beta function for a > 0 and b > 0."""
    small, large = xp.minimum(a, b), xp.maximum(a, b)
    is_infinite, is_plain = large == xp.inf, large < 10
    unit = xp.ones_like(a)
    p, q = xp.where(is_plain, small, unit), xp.where(is_plain, large, unit)
    is_over = 1 / q == xp.inf  # 1/p + 1/q is above the largest float
    plain = _gamma(xp, q) / _gamma(xp, xp.where(is_over, unit, p + q)) * _gamma(xp, p)
    is_far = (large >= 10) & (large < xp.inf)
    small, large = xp.where(is_far, small, 10 * unit), xp.where(is_far, large, 10 * unit)
    share = small / (small + large)
    rest = _stirling_rest(xp, large) - _stirling_rest(xp, small + large)
    low = xp.where(small < 10, small, unit)
    one_large = _loggamma(xp, low) + rest + low - low * xp.log(low + large) + (large - 0.5) * xp.log1p(-low / (low + large))
    high = xp.where(small < 10, 10 * unit, small)
    both = 0.9189385332046727 - xp.log(large) / 2 + _stirling_rest(xp, high) + rest
    both = both + (high - 0.5) * xp.log(share) + large * xp.log1p(-share)
    far = xp.where(is_infinite, 0 * unit, xp.exp(xp.where(small < 10, one_large, both)))
    return xp.where(is_plain, plain, xp.where(a + b == a + b, far, xp.nan * unit))


def _beta(xp: Namespace, a: Array, b: Array) -> Array:
    """Return the beta function; below 0 by Γ(x)·Γ(1 − x) = π/sin(πx), and of whole numbers the limit along whole numbers."""
    a, b = xp.broadcast_arrays(a, b)
    unit = xp.ones_like(a)
    p, q = xp.minimum(a, b), xp.maximum(a, b)
    is_pole, is_other_pole = (p <= 0) & (p == xp.floor(p)), (q <= 0) & (q == xp.floor(q))
    is_low, is_both = (p < 0) & (p > -xp.inf), (q < 0) & (q > -xp.inf)
    left = xp.where(is_low, p, -0.5 * unit)
    right = xp.where(is_other_pole | (q == xp.inf), 0.5 * unit, q)
    is_short = (1 - left - right > 0) & (q < xp.inf)
    first = xp.where(is_both | ~is_short, 1 - left, 1 - left - right)
    second = xp.where(is_both, 1 - right, xp.where(is_short, right, left + right))
    value = _beta_right(xp, xp.where(is_low, first, p), xp.where(is_low & (q < xp.inf), second, q))
    near, other = left - xp.round(left), right - xp.round(right)
    is_odd = xp.round(right) - 2 * xp.floor(xp.round(right) / 2) == 1
    sine = xp.where(near == 0, unit, xp.sin(xp.pi * near))
    ratio = _sin_of_pi(xp, near + other) / sine  # of the sines of π(p + q) and πp, up to the parity of q
    short = xp.where(is_odd, -ratio, ratio) * value
    full = _sin_of_pi(xp, left)
    divisor = xp.where(near == 0, unit, full) * (right * xp.where(is_low & ~is_both & ~is_short, value, unit))
    long = xp.where(divisor == 0, xp.copysign(xp.inf * unit, full), xp.pi / xp.where(divisor == 0, unit, divisor))
    both = ratio / xp.sin(xp.pi * xp.where(other == 0, 0.5 * unit, other))
    both = both * (xp.pi / ((1 - left - right) * xp.where(is_both, value, unit)))
    below = xp.where(is_both, both, xp.where(is_short, short, long))
    whole = is_short & (other == 0) & is_low
    at_pole = xp.where(whole & ~is_other_pole & (q > 0), xp.where(is_odd, -value, value), xp.inf * unit)
    at_pole = xp.where(is_pole & is_other_pole & (b - 2 * xp.floor(b / 2) == 1), -xp.inf * unit, at_pole)
    result = xp.where(is_pole | is_other_pole, at_pole, xp.where(is_low, below, value))
    return xp.where((a == a) & (b == b), result, xp.nan * unit)


def _zeta_right(xp: Namespace, s: Array, a: Array) -> Array:
    """Return Σ (a + k)⁻ˢ for s > 1 and a > 0, by Euler and Maclaurin's formula from the tenth term on."""
    numbers = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600)
    total = xp.zeros_like(s)
    for k in range(10):
        total = total + (a + k) ** -s
    end = a + 10
    power = end**-s
    total = total + end ** (1 - s) / (s - 1) + power / 2
    factor = power * (s / end)
    for k, number in enumerate(numbers):
        total = total + number * factor
        factor = factor * ((s + 2 * k + 1) / end) * ((s + 2 * k + 2) / end)
    return total


def _zeta(xp: Namespace, s: Array, a: Array) -> Array:
    """Return Hurwitz's zeta function Σ (a + k)⁻ˢ for s ≥ 1, and NaN below; for a < 0 by sums on both sides of 0."""
    s, a = xp.broadcast_arrays(s, a)
    unit = xp.ones_like(s)
    order = xp.where(s > 1, xp.minimum(s, 1e30 * unit), 2 * unit)
    is_low = (a < 0) & (a > -xp.inf)
    low = xp.where(is_low, a, -0.5 * unit)
    above, below = low - xp.floor(low), xp.floor(low) + 1 - low  # how far the two numbers beside 0 are from it
    start = xp.where(is_low, above, xp.where((a > 0) & (a < xp.inf), a, unit))
    right = _zeta_right(xp, order, start)
    sign = xp.where(order - 2 * xp.floor(order / 2) == 1, -unit, unit)
    value = xp.where(is_low, right + sign * _zeta_right(xp, order, below) - sign * _zeta_right(xp, order, 1 - low), right)
    value = xp.where(is_low & (order != xp.floor(order)), xp.nan * unit, xp.where(a == xp.inf, 0 * unit, value))
    value = xp.where((s == 1) | ((a <= 0) & (a == xp.floor(a))), xp.inf * unit, value)
    return xp.where((s >= 1) & (a == a), value, xp.nan * unit)


def _polygamma(xp: Namespace, n: Array, x: Array) -> Array:
    """Return the n-th slope of digamma(x), for the orders 0, 1, 2 and so on."""
    n, x = xp.broadcast_arrays(n, x)
    order = xp.where((n >= 1) & (n == xp.floor(n)), n, xp.ones_like(n))
    sign = xp.where(order - 2 * xp.floor(order / 2) == 1, xp.ones_like(x), -xp.ones_like(x))
    value = sign * _gamma(xp, order + 1) * _zeta(xp, order + 1, x)
    return xp.where(n == 0, _digamma(xp, x), xp.where(n == order, value, xp.nan * value))


# -- the product logarithm ------------------------------------------------------------------------------------------


def _lambertw(xp: Namespace, x: Array) -> Array:
    """Return the principal branch of the inverse of w·exp(w), for x ≥ −1/e, by Halley's method."""
    unit = xp.ones_like(x)
    interior = xp.where((x > -0.36787944117144233) & (x < xp.inf), x, 0 * unit)
    square = 2 * (xp.exp(unit) * interior + 1)
    p = xp.sqrt(xp.where(square > 0, square, 0 * unit))
    series = 0 * unit
    for number in (-221 / 8505, 769 / 17280, -43 / 540, 11 / 72, -1 / 3, 1, -1):  # at the branch point
        series = number + p * series
    log = xp.log1p(xp.where(interior > -0.3, interior, 0 * unit))
    w = xp.where(interior > -0.3, log * (1 - xp.log1p(xp.where(log > -0.5, log, 0 * unit)) / (2 + log)), series)
    for _ in range(5):
        power = xp.exp(w)
        rest = w * power - interior
        slope = power * (w + 1)
        slope = slope - (w + 2) * rest / xp.where(w + 1 == 0, unit, 2 * w + 2)
        w = w - rest / xp.where(slope == 0, unit, slope)
    w = xp.where(p < 0.03, series, w)
    return xp.where(x == interior, w, xp.where(x == xp.inf, x, xp.nan * unit))
