from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy
import scipy.special
import scipy.stats
from scipy import stats
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import norm

import symgd as sg
from symgd.errors import UnsupportedError

logpdf = norm.logpdf
X = np.array([[0.3, -1.2, 2.5], [0.7, 0.1, -0.4]])
P = np.array([[0.1, 0.5, 0.975], [0.02, 0.3, 0.9]])

OF_ARRAYS = [
    lambda x: logsumexp(x),
    lambda x: scipy.special.logsumexp(x, axis=1),
    lambda x: logsumexp(x, 0, keepdims=True),
    lambda x: logsumexp(x, axis=1, b=[1.0, 2.0, 0.5]),
    lambda x: logsumexp(x, b=3),
    lambda x: softmax(x),
    lambda x: softmax(x, axis=1),
    lambda x: scipy.special.softmax(x[0]),
    lambda x: log_softmax(x),
    lambda x: log_softmax(x, axis=0),
    lambda x: log_softmax(x[1]),
    lambda x: norm.pdf(x),
    lambda x: norm.pdf(x, 1, 2.5),
    lambda x: stats.norm.logpdf(x, loc=x[0], scale=np.exp(x[1])),
    lambda x: logpdf(x, scale=0.5),
    lambda x: scipy.stats.norm.cdf(x, -0.5, scale=np.exp(x)),
    lambda x: norm.logcdf(x, 0.1),
    lambda x: norm.sf(x, 1, 3),
    lambda x: norm.logsf(x - 20),
    lambda x: norm(1, 2).cdf(x),
    lambda x: norm(loc=x[0, 0], scale=2).logpdf(x),
    lambda x: norm.mean(3) + x,
    lambda x: norm(2, 3).std() * x,
    lambda x: norm.logpdf(0.3) + x,
    lambda x: softmax([1.0, 2.0, 3.0]) * x[:, [0, 1, 2]],
    lambda x: norm.ppf(q=0.975) * x,
    lambda x: norm(0, 2).ppf(q=0.9) * x,
    lambda x: stats.poisson.pmf(k=2, mu=3.0) * x,
    lambda x: norm.cdf(x=x, loc=x[0, 0]),
    lambda x: norm.ppf(q=scipy.special.expit(x), scale=2.0),
]
OF_PROBABILITIES = [lambda p: norm.ppf(p), lambda p: norm.ppf(p, 2, 3), lambda p: norm.isf(p, 1), lambda p: norm(0, 2).ppf(p)]


@pytest.mark.parametrize("function", OF_ARRAYS)
def test_a_traced_function_computes_what_scipy_does(function):
    compiled = sg.lambdify([sg.tensor("x", "2 3")], sg.formula(function, sg.tensor("x", "2 3")))
    np.testing.assert_allclose(compiled(X), function(X), rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("function", OF_PROBABILITIES)
def test_quantiles_are_those_of_scipy(function):
    compiled = sg.lambdify([sg.tensor("p", "2 3")], sg.formula(function, sg.tensor("p", "2 3")))
    np.testing.assert_allclose(compiled(P), function(P), rtol=1e-12)


def test_the_derivative_of_a_log_likelihood():
    """By 50-digit arithmetic: the slope of log φ((x − μ)/σ)/σ in μ and in σ."""
    x, mu, sigma = sg.tensor("x", "3"), sg.scalar("mu"), sg.scalar("sigma", positive=True)
    loss = sg.formula(lambda x, mu, sigma: -np.sum(stats.norm.logpdf(x, mu, sigma)), x, mu, sigma)
    values = [0.3, -1.2, 2.5]

    def likelihood(m, s):
        return -mpmath.fsum(mpmath.log(mpmath.npdf(mpmath.mpf(v), m, s)) for v in values)

    with mpmath.workdps(50):
        expected = [float(mpmath.diff(likelihood, (0.4, 1.7), order)) for order in ((1, 0), (0, 1))]
    for node, slope in zip((mu, sigma), expected, strict=True):
        derived = sg.lambdify([x, mu, sigma], sg.gradient(loss, node))(np.array(values), 0.4, 1.7)
        assert derived == pytest.approx(slope, rel=1e-13)


def test_what_no_formula_says_is_refused_by_its_name():
    x, s = sg.tensor("x", "3"), sg.scalar("s")
    for function, message in (
        (lambda x, s: stats.t.logpdf(x, 3), r"no formula for scipy\.stats\.t\.logpdf"),
        (lambda x, s: stats.poisson.logpmf(2, x), r"no formula for scipy\.stats\.poisson\.logpmf"),
        (lambda x, s: norm.cdf(x, scale=s), r"the scale s of scipy\.stats\.norm\.cdf is not known to be positive"),
        (lambda x, s: logsumexp(x, b=s), "the weight s .* is not known to be positive"),
        (lambda x, s: logsumexp(x, return_sign=True)[0], "return_sign"),
        (lambda x, s: norm.mean(loc=x[0]), r"no formula for scipy\.stats\.norm\.mean"),
        (lambda x, s: norm(x[0], 1).std(), r"no formula for scipy\.stats\.norm\.std"),
        (lambda x, s: norm.pdf(x, 0, 1, 2), "pdf of SciPy is called with other arguments"),
        (lambda x, s: norm.pdf(x, mu=0), "pdf of SciPy is called with other arguments"),
        (lambda x, s: logsumexp(x, axs=0), "logsumexp of SciPy is called with other arguments"),
        (lambda x, s: norm(x[0], 2).logpdf(x, scale=3), "logpdf of SciPy is called with other arguments"),
    ):
        with pytest.raises(UnsupportedError, match=message):
            sg.formula(function, x, s)
