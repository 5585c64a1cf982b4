"""Line shapes of spectroscopy as NumPy functions of x and their parameters, by the formulas in lmfit's documentation.

"Built-in fitting models in the models module", https://lmfit.github.io/lmfit-py/builtin_models.html. Widths are guarded by ``max``
and by branches, as code for fitting does.
"""

from __future__ import annotations

import numpy as np
from scipy import special

TINY = 1e-15
ROOT_OF_2_PI = np.sqrt(2 * np.pi)


def not_zero(value):
    size = max(TINY, abs(value))
    if value < 0:
        return -size
    return size


def gaussian(x, amplitude, center, sigma):
    width = max(TINY, 2 * sigma**2)
    return amplitude / max(TINY, ROOT_OF_2_PI * sigma) * np.exp(-((x - center) ** 2) / width)


def lorentzian(x, amplitude, center, sigma):
    return amplitude / (1 + ((x - center) / max(TINY, sigma)) ** 2) / max(TINY, np.pi * sigma)


def split_lorentzian(x, amplitude, center, sigma, sigma_r):
    square = (x - center) ** 2
    left = sigma**2 / max(TINY, sigma**2) / (1 + square / max(TINY, sigma**2))
    right = 1 / (1 + square / max(TINY, sigma_r**2))
    return 2 * amplitude / max(TINY, np.pi * (sigma + sigma_r)) * np.where(x < center, left, right)


def pseudo_voigt(x, amplitude, center, sigma, fraction):
    narrow = sigma / np.sqrt(2 * np.log(2))
    return (1 - fraction) * gaussian(x, amplitude, center, narrow) + fraction * lorentzian(x, amplitude, center, sigma)


def moffat(x, amplitude, center, sigma, beta):
    return amplitude / (((x - center) / max(TINY, sigma)) ** 2 + 1) ** beta


def pearson_7(x, amplitude, center, sigma, exponent):
    scale = amplitude / (max(TINY, sigma) * np.exp(special.betaln(exponent - 0.5, 0.5)))
    return scale * (1 + ((x - center) / max(TINY, sigma)) ** 2) ** (-exponent)


def breit_wigner(x, amplitude, center, sigma, q):
    half = sigma / 2
    return amplitude * (q * half + x - center) ** 2 / (half**2 + (x - center) ** 2)


def damped_oscillator(x, amplitude, center, sigma):
    middle = max(TINY, abs(center))
    return amplitude / np.sqrt((1 - (x / middle) ** 2) ** 2 + (2 * sigma * x / middle) ** 2)


def damped_harmonic_oscillator(x, amplitude, center, sigma, gamma):
    factor = 1 / (1 - np.exp(-x / max(TINY, gamma)))
    difference = 1 / ((x - center) ** 2 + sigma**2) - 1 / ((x + center) ** 2 + sigma**2)
    return amplitude * sigma / np.pi * factor * difference


def log_normal(x, amplitude, center, sigma):
    scale = amplitude / (x * max(TINY, sigma * ROOT_OF_2_PI))
    return scale * np.exp(-((np.log(x) - center) ** 2) / max(TINY, 2 * sigma**2))


def students_t(x, amplitude, center, sigma):
    half = (sigma + 1) / 2
    scale = amplitude * special.gamma(half) / max(TINY, np.sqrt(sigma * np.pi) * special.gamma(sigma / 2))
    return scale * (1 + (x - center) ** 2 / max(TINY, sigma)) ** (-half)


def exponential_gaussian(x, amplitude, center, sigma, gamma):
    square = gamma * sigma * sigma
    growth = np.exp(gamma * (center - x + square / 2))
    return amplitude * gamma / 2 * growth * special.erfc((center + square - x) / max(TINY, np.sqrt(2) * sigma))


def skewed_gaussian(x, amplitude, center, sigma, gamma):
    skew = 1 + special.erf(gamma * (x - center) / max(TINY, np.sqrt(2) * sigma))
    return skew * gaussian(x, amplitude, center, sigma)


def doniach(x, amplitude, center, sigma, gamma):
    z = (x - center) / max(TINY, sigma)
    scale = amplitude / max(TINY, sigma ** (1 - gamma))
    return scale * np.cos(np.pi * gamma / 2 + (1 - gamma) * np.arctan(z)) / (1 + z**2) ** ((1 - gamma) / 2)


def thermal(x, amplitude, center, kt, form):
    offset = {"bose": -1, "maxwell": 0, "fermi": 1}[form]
    return 1 / (amplitude * np.exp((x - center) / not_zero(kt)) + offset)


def bose(x, amplitude, center, kt):
    return thermal(x, amplitude, center, kt, "bose")


def maxwell(x, amplitude, center, kt):
    return thermal(x, amplitude, center, kt, "maxwell")


def fermi(x, amplitude, center, kt):
    return thermal(x, amplitude, center, kt, "fermi")


def rise(z, form):
    if form == "erf":
        return (1 + special.erf(z)) / 2
    if form == "logistic":
        return 1 - 1 / (1 + np.exp(z))
    if form == "atan":
        return 0.5 + np.arctan(z) / np.pi
    return np.minimum(1, np.maximum(0, z + 0.5))


def step_linear(x, amplitude, center, sigma):
    return amplitude * rise((x - center) / max(TINY, sigma), "linear")


def step_atan(x, amplitude, center, sigma):
    return amplitude * rise((x - center) / max(TINY, sigma), "atan")


def step_erf(x, amplitude, center, sigma):
    return amplitude * rise((x - center) / max(TINY, sigma), "erf")


def rectangle_logistic(x, amplitude, first, sigma, second, other):
    up, down = (x - first) / max(TINY, sigma), (second - x) / max(TINY, other)
    return amplitude * np.maximum(0, rise(up, "logistic") + rise(down, "logistic") - 1)


def exponential(x, amplitude, decay):
    return amplitude * np.exp(-x / not_zero(decay))


def power_law(x, amplitude, exponent):
    return amplitude * x**exponent


def decaying_sine(x, amplitude, frequency, shift, decay):
    return amplitude * np.sin(x * frequency + shift) * np.exp(-x * decay)


LINE_SHAPES = {
    gaussian: [(1.3, 0.4, 0.7), (1.3, 0.4, -0.7)], lorentzian: [(1.3, 0.4, 0.7)], split_lorentzian: [(1.3, 1.7, 0.7, 1.1)],
    pseudo_voigt: [(1.3, 0.4, 0.7, 0.3)], moffat: [(1.3, 0.4, 0.7, 1.6)], pearson_7: [(1.3, 0.4, 0.7, 1.9)],
    breit_wigner: [(1.3, 0.4, 0.7, 0.9)], damped_oscillator: [(1.3, 1.4, 0.3), (1.3, -1.4, 0.3)],
    damped_harmonic_oscillator: [(1.3, 1.4, 0.7, 0.9)], log_normal: [(1.3, 0.4, 0.7)], students_t: [(1.3, 0.4, 1.7)],
    exponential_gaussian: [(1.3, 0.4, 0.7, 0.9)], skewed_gaussian: [(1.3, 0.4, 0.7, -0.8)], doniach: [(1.3, 0.4, 0.7, 0.2)],
    bose: [(1.3, 0.1, 0.7), (0.3, 0.1, -0.7)], maxwell: [(1.3, 0.4, 0.7)], fermi: [(1.3, 0.4, 0.7), (1.3, 0.4, -0.7)],
    step_linear: [(1.3, 1.4, 0.9)], step_atan: [(1.3, 0.4, 0.7)], step_erf: [(1.3, 0.4, 0.7)],
    rectangle_logistic: [(1.3, 0.4, 0.7, 1.9, 0.4)], exponential: [(1.3, 0.7), (1.3, -0.7)], power_law: [(1.3, -0.7)],
    decaying_sine: [(1.3, 2.1, 0.2, 0.4)],
}  # fmt: skip
"""Line shapes, and their parameters; some of a guarded width that is negative."""
