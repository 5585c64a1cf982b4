"""Losses of statistics and machine learning as NumPy functions of coefficients, as their documentation states them.

scikit-learn's user guide (linear models, stochastic gradient descent, support vector machines, metrics, matrix factorisation,
https://scikit-learn.org/stable/user_guide.html), and statsmodels' documentation (generalised linear models, discrete choice,
robust norms, https://www.statsmodels.org/stable). The data are fixed; the coefficients are the argument.
"""

from __future__ import annotations

import numpy as np
from scipy import special

X = np.array([[1.0, 0.5, -1.25], [1.0, -0.75, 0.5], [1.0, 1.5, 2.0], [1.0, -2.25, 0.125], [1.0, 0.25, 1.0]])
Y = np.array([0.75, -1.5, 2.25, 0.5, -0.375])
COUNTS = np.array([2.0, 0.0, 3.0, 1.0, 4.0])
POSITIVE = np.array([0.75, 1.5, 2.25, 0.5, 0.375])
SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0])
LABELS = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
CLASSES = np.array([0, 2, 1, 1, 0])


# -- scikit-learn: regression ---------------------------------------------------------------------------------


def half_squared_error(w):
    return np.mean((X @ w - Y) ** 2) / 2


def absolute_error(w):
    return np.mean(np.abs(Y - X @ w))


def pinball(w, quantile=0.3):
    residual = Y - X @ w
    return np.mean(np.maximum(quantile * residual, (quantile - 1) * residual))


def huber_of_scale(w, epsilon=1.35, alpha=0.1):
    scale = np.exp(w[-1])
    total = 0
    for row, target in zip(X[:, :2], Y, strict=True):
        z = (row @ w[:-1] - target) / scale
        if abs(z) < epsilon:
            total += scale + z**2 * scale
        else:
            total += scale + (2 * epsilon * abs(z) - epsilon**2) * scale
    return total + alpha * np.sum(w[:-1] ** 2)


def half_poisson(w):
    raw = X @ w
    return np.mean(np.exp(raw) - COUNTS * raw)


def half_gamma(w):
    raw = X @ w
    return np.mean(raw + POSITIVE * np.exp(-raw))


def half_tweedie(w, power=1.5):
    raw = X @ w
    return np.mean(np.exp((2 - power) * raw) / (2 - power) - COUNTS * np.exp((1 - power) * raw) / (1 - power))


def poisson_deviance(w):
    mean = np.exp(X @ w)
    return 2 * np.mean(special.xlogy(COUNTS, COUNTS) - COUNTS * np.log(mean) + mean - COUNTS)


def gamma_deviance(w):
    mean = np.exp(X @ w)
    return 2 * np.mean(np.log(mean / POSITIVE) + POSITIVE / mean - 1)


def squared_logarithmic_error(w):
    return np.mean((np.log1p(POSITIVE) - np.log1p((X @ w) ** 2)) ** 2)


def absolute_percentage_error(w):
    return np.mean(np.abs(Y - X @ w) / np.maximum(np.abs(Y), 2.2e-16))


def epsilon_insensitive(w, epsilon=0.2):
    return np.mean(np.maximum(0, np.abs(Y - X @ w) - epsilon))


def squared_epsilon_insensitive(w, epsilon=0.2):
    return np.mean(np.maximum(0, np.abs(Y - X @ w) - epsilon) ** 2)


def ridge(w, alpha=0.5):
    residual = X @ w - Y
    return residual @ residual + alpha * w @ w


def lasso(w, alpha=0.5):
    return np.sum((X @ w - Y) ** 2) / (2 * len(Y)) + alpha * np.sum(np.abs(w))


def elastic_net(w, alpha=0.5, ratio=0.3):
    penalty = alpha * ratio * np.sum(np.abs(w)) + alpha * (1 - ratio) / 2 * np.sum(w**2)
    return np.sum((X @ w - Y) ** 2) / (2 * X.shape[0]) + penalty


def bayesian_ridge(w):
    noise, weight = np.exp(w[1]), np.exp(w[2])
    residual = Y - X[:, 1] * w[0]
    return (noise * residual @ residual + weight * w[0] ** 2 - 5 * w[1] - w[2]) / 2


# -- scikit-learn: classification and factors -----------------------------------------------------------------


def half_binomial(w):
    raw = X @ w
    return (
        np.mean(np.logaddexp(0, raw) - LABELS * raw) if raw.dtype != object else np.mean(np.log1p(np.exp(raw)) - LABELS * raw)
    )


def half_multinomial(w):
    raw = X[:, :2] @ w.reshape(2, 3)
    total = 0
    for row, label in zip(raw, CLASSES, strict=True):
        total += np.log(np.sum(np.exp(row))) - row[label]
    return total / len(raw)


def exponential_loss(w):
    raw = X @ w
    return np.mean(LABELS * np.exp(-raw) + (1 - LABELS) * np.exp(raw))


def hinge(w):
    return np.mean(np.maximum(0, 1 - SIGNS * (X @ w)))


def squared_hinge(w):
    return np.mean(np.maximum(0, 1 - SIGNS * (X @ w)) ** 2)


def modified_huber(w):
    margin = SIGNS * (X @ w)
    total = 0
    for z in margin:
        if z >= 1:
            continue
        total += (1 - z) ** 2 if z >= -1 else -4 * z
    return total / len(margin)


def perceptron(w):
    return sum(max(0, -z) for z in SIGNS * (X @ w))


def support_vector_machine(w, cost=2.0):
    slack = 1 - SIGNS * (X[:, 1:] @ w[1:] + w[0])
    slack[slack < 0] = 0
    return w[1:] @ w[1:] / 2 + cost * np.sum(slack)


def kullback_leibler_of_factors(w):
    product = np.outer(w[:2] ** 2, w[2:] ** 2)
    matrix = np.array([[0.5, 1.5], [2.0, 0.25]])
    return np.sum(matrix * np.log(matrix / product) - matrix + product)


def itakura_saito_of_factors(w):
    ratio = np.array([[0.5, 1.5], [2.0, 0.25]]) / np.outer(w[:2] ** 2, w[2:] ** 2)
    return np.sum(ratio - np.log(ratio) - 1)


# -- statsmodels ----------------------------------------------------------------------------------------------


def least_squares_likelihood(w):
    half = len(Y) / 2
    return -half * np.log(2 * np.pi) - half * np.log(np.sum((Y - X @ w) ** 2) / len(Y)) - half


def logit_likelihood(w):
    return np.sum(special.log_expit(SIGNS * (X @ w)))


def probit_likelihood(w):
    return np.sum(np.log(special.ndtr(SIGNS * (X @ w))))


def poisson_likelihood(w):
    raw = X @ w
    return np.sum(COUNTS * raw - np.exp(raw) - special.gammaln(COUNTS + 1))


def negative_binomial_likelihood(w):
    size, mean = np.exp(w[-1]), np.exp(X[:, :2] @ w[:-1])
    chance = size / (size + mean)
    combinations = special.gammaln(COUNTS + size) - special.gammaln(COUNTS + 1) - special.gammaln(size)
    return np.sum(combinations + size * np.log(chance) + COUNTS * np.log(1 - chance))


def zero_inflated_poisson_likelihood(w):
    share, mean = 1 / (1 + np.exp(-w[-1])), np.exp(X[:, :2] @ w[:-1])
    total = 0
    for count, rate in zip(COUNTS, mean, strict=True):
        if count == 0:
            total += np.log(share + (1 - share) * np.exp(-rate))
        else:
            total += np.log(1 - share) - rate + count * np.log(rate)
    return total


def inverse_gaussian_deviance(w):
    mean = np.exp(X @ w)
    return np.sum((POSITIVE - mean) ** 2 / (POSITIVE * mean**2))


def autoregression_likelihood(w):
    errors, deviation = Y[1:] - w[0] - w[1] * Y[:-1], np.exp(w[2])
    return -np.sum(np.log(deviation) + errors**2 / (2 * deviation**2))


def conditional_variance_likelihood(w):
    constant, arch, garch = np.exp(w[0]), np.exp(w[1]), np.exp(w[2])
    variance, total = 1.0, 0
    for error in Y:
        total += np.log(variance) + error**2 / variance
        variance = constant + arch * error**2 + garch * variance
    return -total / 2


def huber_norm(w, t=1.345):
    z = Y - X @ w
    inside = np.abs(z) <= t
    return np.sum(inside * z**2 / 2 + (1 - inside) * (t * np.abs(z) - t**2 / 2))


def tukey_biweight(w, c=2.685):
    z = Y - X @ w
    rho = np.where(np.abs(z) <= c, 1 - (1 - (z / c) ** 2) ** 3, 1)
    return np.sum(rho) * c**2 / 6


def andrew_wave(w, a=0.6):
    z = Y - X @ w
    return np.sum(np.where(np.abs(z) <= a * np.pi, a**2 * (1 - np.cos(z / a)), 2 * a**2))


def hampel(w, a=0.5, b=1.0, c=2.0):
    total = 0
    for z in np.abs(Y - X @ w)[:3]:
        if z <= a:
            total += z**2 / 2
        elif z <= b:
            total += a * z - a**2 / 2
        elif z <= c:
            total += a * (b + c - a) / 2 - a * (c - z) ** 2 / (2 * (c - b))
        else:
            total += a * (b + c - a) / 2
    return total


def trimmed_mean(w, c=0.9):
    z = Y - X @ w
    rho = np.full(len(z), c**2 / 2) + 0 * z
    kept = np.abs(z) <= c
    rho[kept] = z[kept] ** 2 / 2
    return np.sum(rho)


def ramsay(w, a=0.3):
    z = a * np.abs(Y - X @ w)
    return np.sum((1 - np.exp(-z) * (1 + z)) / a**2)


_POINT = (0.3, -0.6, 0.45)
LOSSES = {
    **dict.fromkeys((
        half_squared_error, absolute_error, pinball, huber_of_scale, half_poisson, half_gamma, half_tweedie, poisson_deviance,
        gamma_deviance, squared_logarithmic_error, absolute_percentage_error, epsilon_insensitive, squared_epsilon_insensitive,
        ridge, lasso, elastic_net, bayesian_ridge, half_binomial, exponential_loss, hinge, squared_hinge, modified_huber,
        perceptron, support_vector_machine, least_squares_likelihood, logit_likelihood, probit_likelihood, poisson_likelihood,
        negative_binomial_likelihood, zero_inflated_poisson_likelihood, inverse_gaussian_deviance, autoregression_likelihood,
        conditional_variance_likelihood, huber_norm, tukey_biweight, andrew_wave, hampel, trimmed_mean, ramsay,
    ), _POINT),
    half_multinomial: (0.3, -0.6, 0.45, 0.1, 0.8, -0.2), kullback_leibler_of_factors: (0.9, 1.2, 0.7, 1.1),
    itakura_saito_of_factors: (0.9, 1.2, 0.7, 1.1),
}  # fmt: skip
"""Losses of coefficients, and coefficients."""
