"""The gamma function and its kin for the Python array API standard, to float64.

Copied into compiled code like the functions of :mod:`symgd.codegen.runtime.array_api_functions`, and written in the same way.

References
----------
Abramowitz & Stegun, 6.1.17, 6.1.40, 6.3.18, 23.2; Didonato & Morris, *Algorithm 708*, 1992.
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []

Array = Any
Namespace = Any


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
    return _digamma_near_zero(xp, x, xp.where(x >= 0.5, value, xp.where(x < 0.5, left, x)))


def _digamma_near_zero(xp: Namespace, x: Array, value: Array) -> Array:
    """Return the slope of log Γ(x) with its digits beside its zeros 1.46 and −0.504, and `value` elsewhere."""
    above = (
        0.9676722454476212,
        -0.4427631689835921,
        0.258499760955651,
        -0.16394270544240652,
        0.10782405069126237,
        -0.07219956125645471,
        0.04880428816414311,
        -0.03316112647484736,
        0.022597648232218104,
        -0.01542476590494896,
        0.010538791616612175,
        -0.007204534386356869,
        0.004926781395729853,
        -0.003369801655439328,
        0.002305126326734928,
        -0.0015769367714301972,
        0.0010788252019162967,
        -0.0007380709389960052,
        0.000504953265834602,
    )
    below = (
        8.939798558792134,
        -0.8093454625306507,
        32.258572064915505,
        -2.761011648790828,
        128.27342343090902,
        -14.70672173553036,
        513.2704629562862,
        -75.37700066344631,
        2055.5357119463315,
        -368.5783503832191,
        8234.667099203069,
        -1743.364608867363,
        32997.785655255044,
        -8051.818155363498,
        132262.95480834588,
        -36529.94596948565,
        530280.3912420176,
        -163451.79342700253,
    )
    for high, low, radius, coefficients in (
        (1.4616321449683622, 9.549995429965697e-17, 0.2, above),
        (-0.5040830082644554, -8.15428206243813e-18, 0.05, below),
    ):
        is_near = xp.abs(x - high) < radius
        z = xp.where(is_near, x - high - low, xp.zeros_like(x))  # the zero in two parts
        series = xp.zeros_like(x)
        for number in coefficients[::-1]:
            series = z * (number + series)
        value = xp.where(is_near, series, value)
    return value


def _beta_right(xp: Namespace, a: Array, b: Array, sign: Array, factor: Array) -> Array:
    """Return factor·B(a, b)**sign for a > 0 and b > 0, a sign 1 or −1 and a factor above 0."""
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
    log = sign * xp.where(small < 10, one_large, both) + xp.log(xp.where(factor > 0, factor, unit))
    far = xp.where(is_infinite, xp.where(sign > 0, 0 * unit, xp.inf * unit), xp.exp(log))
    return xp.where(is_plain, factor * plain**sign, xp.where(a + b == a + b, far, xp.nan * unit))


def _beta(xp: Namespace, a: Array, b: Array) -> Array:
    """Return the beta function; below 0 by Γ(x)·Γ(1 − x) = π/sin(πx), and of whole numbers the limit along whole numbers."""
    a, b = xp.broadcast_arrays(a, b)
    unit = xp.ones_like(a)
    p, q = xp.minimum(a, b), xp.maximum(a, b)
    is_pole, is_other_pole = (p <= 0) & (p == xp.floor(p)), (q <= 0) & (q == xp.floor(q))
    is_low, is_both = (p < 0) & (p > -xp.inf), (q < 0) & (q > -xp.inf)
    left = xp.where(is_low, p, -0.5 * unit)
    right = xp.where(is_other_pole | (q == xp.inf), 0.5 * unit, q)
    total = left + right
    part = total - left
    rest = 1 - total - ((left - (total - part)) + (right - part))  # 1 − p − q with its digits: p + q in two parts
    is_short = (rest > 0) & (q < xp.inf)
    first = xp.where(is_both | ~is_short, 1 - left, rest)
    second = xp.where(is_both, 1 - right, xp.where(is_short, right, total))
    is_turned = is_low & (is_both | ~is_short)
    factor = 1 / xp.where(is_turned, xp.where(is_both, rest, xp.where(q < xp.inf, right, unit)), unit)
    sign = xp.where(is_turned, -unit, unit)
    value = _beta_right(xp, xp.where(is_low, first, p), xp.where(is_low & (q < xp.inf), second, q), sign, factor)
    near, other = left - xp.round(left), right - xp.round(right)
    is_odd = xp.round(right) - 2 * xp.floor(xp.round(right) / 2) == 1
    ratio = _sin_of_pi(xp, near + other) / xp.where(near == 0, unit, xp.sin(xp.pi * near))  # of sin(πp + πq) and sin(πp)
    short = xp.where(is_odd, -ratio, ratio) * value
    long = xp.pi / xp.where(near == 0, unit, _sin_of_pi(xp, left)) * value
    both = ratio / xp.sin(xp.pi * xp.where(other == 0, 0.5 * unit, other)) * xp.where(ratio == 0, unit, xp.pi * value)
    below = xp.where(is_both, both, xp.where(is_short, short, long))
    is_removable = is_short & (other == 0) & is_low
    at_pole = xp.where(is_removable & ~is_other_pole & (q > 0), xp.where(is_odd, -value, value), xp.inf * unit)
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
