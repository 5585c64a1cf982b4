"""Gradients and Hessians that statsmodels and scikit-learn were written with by hand, judged by their values and as formulas.

A row says what each is. The wrong ones were confirmed independently, by extrapolated differences of the value and of the score
(statsmodels 0.15.0, scikit-learn 1.9.1); a release that mends one turns its row red.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from symgd.errors import GradientError
from symgd.testing import assert_gradient, assert_hessian

sm = pytest.importorskip("statsmodels.api", reason="statsmodels is not installed: pip install --group libraries")
pytest.importorskip("sklearn", reason="scikit-learn is not installed: pip install --group libraries")

from sklearn._loss import loss as losses
from sklearn.gaussian_process import GaussianProcessRegressor, kernels
from sklearn.linear_model._huber import _huber_loss_and_gradient
from sklearn.linear_model._linear_loss import LinearModelLoss
from sklearn.manifold import _t_sne
from statsmodels.base import _penalties
from statsmodels.discrete.conditional_models import ConditionalMNLogit, ConditionalPoisson
from statsmodels.discrete.count_model import ZeroInflatedGeneralizedPoisson, ZeroInflatedNegativeBinomialP, ZeroInflatedPoisson
from statsmodels.discrete.discrete_model import GeneralizedPoisson, NegativeBinomial, NegativeBinomialP
from statsmodels.discrete.truncated_model import TruncatedLFGeneralizedPoisson, TruncatedLFNegativeBinomialP, TruncatedLFPoisson
from statsmodels.distributions.copula import transforms
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.genmod.bayes_mixed_glm import PoissonBayesMixedGLM
from statsmodels.multivariate.factor import Factor
from statsmodels.othermod.betareg import BetaModel
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams
from statsmodels.regression.process_regression import ProcessMLE
from statsmodels.robust import norms
from statsmodels.tsa.ar_model import AutoReg

N = 40
rng = np.random.default_rng(7)
X = np.column_stack([np.ones(N), rng.normal(size=N), rng.uniform(-1, 1, N)])
Z = np.column_stack([np.ones(N), rng.normal(size=N)])
ETA = X @ [0.3, 0.5, -0.4]
Y = X @ [1.0, 0.5, -0.3] + rng.normal(size=N)
COUNTS = rng.poisson(np.exp(ETA)).astype(float)
ZEROS = (rng.poisson(np.exp(ETA + 0.7)) * (rng.uniform(size=N) < 0.65)).astype(float)
BINARY = (rng.uniform(size=N) < 1 / (1 + np.exp(-ETA))).astype(float)
POSITIVE = np.exp(ETA) * rng.gamma(2.0, 0.5, N)
UNIT = rng.beta(2.0, 3.0, N)
CLASSES = rng.integers(0, 3, N)
WEIGHTS = rng.uniform(0.5, 2.0, N)
OFFSET = rng.normal(size=N) * 0.2
GROUPS = np.repeat(np.arange(N // 4), 4)
TIME = np.round(rng.exponential(1.0, N), 1) + 0.1
STATUS = (rng.uniform(size=N) < 0.7).astype(float)
FEATURES = np.ascontiguousarray(X[:, 1:])
COEFFICIENTS = [0.25, 0.4, -0.35]
LARGE = [1.6, 0.2, -0.1]
families, links = sm.families, sm.families.links


def model(m, **kw):
    return (lambda p: m.loglike(p, **kw)), (lambda p: m.score(p, **kw)), (lambda p: m.hessian(p, **kw))


def glm(y, family, link, scale=None, **kw):
    m = quiet(lambda: sm.GLM(y, X, family=getattr(families, family)(getattr(links, link)()), **kw))  # DomainWarning of the link
    return model(m, **({} if scale is None else {"scale": scale}))


def mnlogit():
    m = sm.MNLogit(CLASSES, X)
    return (lambda p: m.loglike(p.reshape(3, -1, order="F"))), m.score, m.hessian


def mixed(reml):
    m = MixedLM(Y, X, GROUPS, use_sqrt=False)
    m.reml, m.cov_pen, m.fe_pen, m._freepat = reml, None, None, None

    def pack(p):
        return MixedLMParams.from_packed(p, 3, 1, False, has_fe=True)

    return (
        (lambda p: m.loglike(pack(p), profile_fe=False)),
        (lambda p: m.score(pack(p), profile_fe=False)),
        (lambda p: m.hessian(pack(p))[0]),
    )


def quiet(make, *args, **kw):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make(*args, **kw)


def linear(kind, y, weights=WEIGHTS, **kw):
    m = LinearModelLoss(base_loss=getattr(losses, kind)(**kw), fit_intercept=True)
    more = {"sample_weight": weights, "l2_reg_strength": 0.3}
    return (
        (lambda w: m.loss(w, FEATURES, y, **more)),
        (lambda w: m.gradient(w, FEATURES, y, **more)),
        (lambda w: m.gradient_hessian(w, FEATURES, y, **more)[1]),
    )


def pairs(f):
    return (lambda x: f(x)[0]), (lambda x: f(x)[1]), None


def gpr(kernel):
    m = GaussianProcessRegressor(kernel=kernel, optimizer=None, alpha=1e-2).fit(FEATURES[:25], Y[:25])
    return pairs(lambda t: m.log_marginal_likelihood(t, eval_gradient=True))


def tsne(dof, dim):
    g = np.random.default_rng(3)
    q = np.exp(-((g.normal(size=21)) ** 2))
    return pairs(lambda p: _t_sne._kl_divergence(p, q / (2 * q.sum()), dof, 7, dim))


def norm(m):
    return (lambda x: np.sum(m.rho(x))), m.psi, (lambda x: np.diag(m.psi_deriv(x) * np.ones(len(x))))


def penalty(m):
    return (lambda x: np.sum(m.func(x))), m.deriv, (lambda x: np.diag(m.deriv2(x)))


NORM_AT = [-5.3, -2.9, -1.8, -0.6, 0.45, 1.1, 1.7, 2.4, 3.7, 9.1]
TSNE2, TSNE3 = np.random.default_rng(5).normal(size=14), np.random.default_rng(5).normal(size=21)

# name: (maker of value, gradient, Hessian), the point, what the gradient is, what the Hessian is ("" where there is none)
ROWS = {
    "OLS": (lambda: model(sm.OLS(Y, X), scale=1.3), COEFFICIENTS, "RIGHT", "RIGHT"),
    "OLS, profile": (lambda: model(sm.OLS(Y, X)), COEFFICIENTS, "RIGHT", "WRONG"),  # X'X/ssr lacks its factor 2
    "AutoReg": (lambda: model(AutoReg(np.cumsum(Y) * 0.3, lags=2)), [0.2, 0.5, 0.1], "WRONG", ""),  # not divided by sigma²
    "Logit": (lambda: model(sm.Logit(BINARY, X, offset=OFFSET)), COEFFICIENTS, "RIGHT", "RIGHT"),
    "Probit": (lambda: model(sm.Probit(BINARY, X)), COEFFICIENTS, "RIGHT", "RIGHT"),
    "Poisson": (lambda: model(sm.Poisson(COUNTS, X)), COEFFICIENTS, "RIGHT", "RIGHT"),
    "MNLogit": (mnlogit, [0.2, -0.3, 0.4, -0.1, 0.5, 0.15], "RIGHT", "RIGHT"),
    "NegativeBinomial nb1": (lambda: model(nb("nb1")), [*COEFFICIENTS, 0.7], "RIGHT", "RIGHT"),
    "NegativeBinomial nb2": (lambda: model(nb("nb2")), [*COEFFICIENTS, 0.7], "RIGHT", "RIGHT"),
    "NegativeBinomial nb2, before fit": (  # value and score are of log(alpha), the Hessian is of alpha: last row and column
        lambda: model(NegativeBinomial(COUNTS, X)),
        [*COEFFICIENTS, 0.7],
        "RIGHT",
        "WRONG",
    ),
    "NegativeBinomialP 1.5": (
        lambda: model(NegativeBinomialP(COUNTS, X, p=1.5)),
        [*COEFFICIENTS, 0.7],
        "RIGHT",
        "WRONG",
    ),  # d²/dβdα
    "NegativeBinomialP 2": (lambda: model(NegativeBinomialP(COUNTS, X, p=2)), [*COEFFICIENTS, 0.7], "RIGHT", "RIGHT"),
    "GeneralizedPoisson 1": (lambda: model(GeneralizedPoisson(COUNTS, X, p=1)), [*COEFFICIENTS, 0.2], "RIGHT", "RIGHT"),
    "GeneralizedPoisson 2": (lambda: model(GeneralizedPoisson(COUNTS, X, p=2)), [*COEFFICIENTS, 0.2], "RIGHT", "RIGHT"),
    "ZeroInflatedPoisson": (  # the cross block is 0
        lambda: model(ZeroInflatedPoisson(ZEROS, X, exog_infl=Z)),
        [-0.4, 0.3, *COEFFICIENTS],
        "RIGHT",
        "WRONG",
    ),
    "ZeroInflatedNegativeBinomialP": (
        lambda: model(ZeroInflatedNegativeBinomialP(ZEROS, X, exog_infl=Z)),
        [-0.4, 0.3, *COEFFICIENTS, 0.5],
        "RIGHT",
        "",
    ),
    "ZeroInflatedGeneralizedPoisson": (
        lambda: model(ZeroInflatedGeneralizedPoisson(ZEROS, X, exog_infl=Z)),
        [-0.4, 0.3, *COEFFICIENTS, 0.2],
        "RIGHT",
        "",
    ),
    "TruncatedLFPoisson": (lambda: model(TruncatedLFPoisson(ZEROS, X)), COEFFICIENTS, "RIGHT", ""),
    "TruncatedLFNegativeBinomialP 2": (
        lambda: model(TruncatedLFNegativeBinomialP(ZEROS, X, p=2)),
        [*COEFFICIENTS, 0.5],
        "RIGHT",
        "",
    ),
    "TruncatedLFNegativeBinomialP 1": (  # the truncated probability is that of p=2
        lambda: model(TruncatedLFNegativeBinomialP(ZEROS, X, p=1)),
        [*COEFFICIENTS, 0.5],
        "WRONG",
        "",
    ),
    "TruncatedLFGeneralizedPoisson 2": (  # and here that of p=1
        lambda: model(TruncatedLFGeneralizedPoisson(ZEROS, X, p=2)),
        [*COEFFICIENTS, 0.2],
        "WRONG",
        "",
    ),
    "ConditionalPoisson": (
        lambda: model(quiet(ConditionalPoisson, COUNTS, FEATURES, groups=GROUPS)),
        COEFFICIENTS[1:],
        "RIGHT",
        "",
    ),
    "ConditionalMNLogit": (
        lambda: model(quiet(ConditionalMNLogit, CLASSES, FEATURES, groups=GROUPS)),
        [0.2, -0.3, 0.4, -0.1],
        "RIGHT",
        "",
    ),
    "GLM Binomial Probit": (lambda: glm(BINARY, "Binomial", "Probit"), COEFFICIENTS, "RIGHT", "RIGHT"),
    "GLM Binomial Cauchy": (lambda: glm(BINARY, "Binomial", "Cauchy"), COEFFICIENTS, "RIGHT", "RIGHT"),
    "GLM Poisson Sqrt": (lambda: glm(COUNTS, "Poisson", "Sqrt"), LARGE, "RIGHT", "RIGHT"),
    "GLM Gamma Log": (
        lambda: glm(POSITIVE, "Gamma", "Log", 0.7, freq_weights=np.round(2 * WEIGHTS)),
        COEFFICIENTS,
        "RIGHT",
        "RIGHT",
    ),
    "GLM Gaussian Log": (lambda: glm(Y, "Gaussian", "Log", 0.7), COEFFICIENTS, "RIGHT", "RIGHT"),
    "GLM InverseGaussian InverseSquared": (
        lambda: glm(POSITIVE, "InverseGaussian", "InverseSquared", 0.7),
        LARGE,
        "RIGHT",
        "RIGHT",
    ),
    "GLM Gamma Log, estimated scale": (
        lambda: glm(POSITIVE, "Gamma", "Log"),
        COEFFICIENTS,
        "WRONG",
        "",
    ),  # loglike moves with the scale
    "GLM Gaussian, estimated scale": (lambda: glm(Y, "Gaussian", "Identity"), COEFFICIENTS, "WRONG", ""),  # times (n - k)/n
    "BetaModel": (lambda: model(BetaModel(UNIT, X, exog_precision=Z)), [*COEFFICIENTS, 1.2, 0.3], "RIGHT", "RIGHT"),
    "BetaModel CLogLog Sqrt": (
        lambda: model(BetaModel(UNIT, X, exog_precision=Z, link=links.CLogLog(), link_precision=links.Sqrt())),
        [*COEFFICIENTS, 2.0, 0.1],
        "RIGHT",
        "RIGHT",
    ),
    "PHReg Breslow": (lambda: model(PHReg(TIME, FEATURES, status=STATUS, ties="breslow")), COEFFICIENTS[1:], "RIGHT", "RIGHT"),
    "PHReg Efron": (
        lambda: model(PHReg(TIME, FEATURES, status=STATUS, ties="efron", strata=GROUPS % 2, offset=OFFSET)),
        COEFFICIENTS[1:],
        "RIGHT",
        "RIGHT",
    ),
    "MixedLM REML": (lambda: mixed(True), [1.1, 0.4, -0.2, 0.8], "RIGHT", ""),
    "MixedLM ML": (  # right at the GLS estimate of β only: two terms with X'V⁻¹r are left out
        lambda: mixed(False),
        [1.1, 0.4, -0.2, 0.8],
        "RIGHT",
        "WRONG",
    ),
    "ProcessMLE": (
        lambda: model(ProcessMLE(Y, X, Z, Z, Z, time=np.random.default_rng(2).uniform(0, 4, N), groups=GROUPS)),
        [0.9, 0.4, -0.3, 0.1, 0.2, -0.3, 0.1, -0.4, 0.1],
        "RIGHT",
        "",
    ),
    "Factor": (
        lambda: (*model(Factor(np.random.default_rng(4).normal(size=(60, 4)), n_factor=1, method="ml"))[:2], None),
        [0.8, 0.7, 0.9, 0.6, 0.5, 0.4, -0.3, 0.6],
        "RIGHT",
        "",
    ),
    "PoissonBayesMixedGLM": (
        lambda: (lambda m: (m.logposterior, m.logposterior_grad, None))(
            PoissonBayesMixedGLM(COUNTS, X, np.kron(np.eye(5), np.ones((8, 1))), np.zeros(5, int), vcp_p=0.7)
        ),
        [*COEFFICIENTS, 0.2, 0.3, -0.4, 0.1, 0.5, -0.2],
        "RIGHT",
        "",
    ),
    "TransfFrank": (  # the sign is turned
        lambda: (lambda m: ((lambda t: np.sum(m.evaluate(t, 2.0))), (lambda t: m.deriv(t, 2.0)), None))(
            transforms.TransfFrank()
        ),
        [0.1, 0.35, 0.6, 0.85],
        "WRONG",
        "",
    ),
    "SCADSmoothed": (lambda: penalty(_penalties.SCADSmoothed(0.3, c0=0.1)), [0.05, -0.2, 0.6, -2.0, 0.9], "RIGHT", "RIGHT"),
    "PseudoHuber": (lambda: penalty(_penalties.PseudoHuber(0.5, 1.3)), [0.05, -0.2, 0.6, -2.0], "RIGHT", "RIGHT"),
    **{
        f"norm {m.__class__.__name__}": ((lambda m=m: norm(m)), NORM_AT, "RIGHT", "RIGHT")
        for m in (norms.HuberT(), norms.AndrewWave(), norms.Hampel(), norms.TukeyBiweight(), norms.RamsayE(), norms.StudentT())
    },
    "HalfBinomialLoss": (lambda: linear("HalfBinomialLoss", BINARY), [0.3, 0.2, 0.6], "RIGHT", "RIGHT"),
    "HalfPoissonLoss": (lambda: linear("HalfPoissonLoss", COUNTS), [0.3, 0.2, 0.6], "RIGHT", "RIGHT"),
    "HalfGammaLoss": (lambda: linear("HalfGammaLoss", POSITIVE), [0.3, 0.2, 0.6], "RIGHT", "RIGHT"),
    "HalfTweedieLoss": (lambda: linear("HalfTweedieLoss", COUNTS, power=1.5), [0.3, 0.2, 0.6], "RIGHT", "RIGHT"),
    "HalfMultinomialLoss": (
        lambda: linear("HalfMultinomialLoss", CLASSES.astype(float), n_classes=3),
        [0.3, -0.2, 0.5, 0.1, 0.7, -0.4, 0.25, -0.6, 0.15],
        "RIGHT",
        "RIGHT",
    ),
    "HalfTweedieLossIdentity": (  # of every observation the absolute value is taken
        lambda: linear("HalfTweedieLossIdentity", POSITIVE, power=1.5),
        [0.3, 0.2, 2.0],
        "RIGHT",
        "WRONG",
    ),
    "HuberRegressor": (
        lambda: pairs(lambda w: _huber_loss_and_gradient(w, FEATURES, Y, 1.35, 0.1, WEIGHTS)),
        [0.3, -0.2, 0.6, 0.7],
        "RIGHT",
        "",
    ),
    "GPR anisotropic": (
        lambda: gpr(1.5 * kernels.RBF([0.8, 1.5]) + kernels.WhiteKernel(0.3)),
        [0.5, -0.1, 0.5, -1.1],
        "RIGHT",
        "",
    ),
    "GPR Matern": (lambda: gpr(kernels.Matern([0.8, 1.4], nu=1.5)), [-0.1, 0.4], "RIGHT", ""),
    "GPR RationalQuadratic": (lambda: gpr(kernels.RationalQuadratic(0.9, 1.4)), [0.1, 0.4], "RIGHT", ""),
    "t-SNE in the plane": (lambda: tsne(1, 2), TSNE2, "RIGHT", ""),
    "t-SNE in space": (lambda: tsne(2, 3), TSNE3, "WRONG", ""),  # (1 + d²/ν)**-((ν + 1)/2) stands where **-1 belongs
}


def nb(kind):
    m = NegativeBinomial(COUNTS, X, loglike_method=kind)
    m._transparams = False  # as after a fit
    return m


def judge(assertion, *args, **kw):
    try:
        assertion(*args, **kw)
    except GradientError as error:
        return "WRONG" if "mismatch" in str(error) else "UNSURE"
    return "RIGHT"


def blind(function):
    """A function from which no formula can be read: it is judged by its values alone."""
    return None if function is None else lambda x: function(np.array(x, dtype=float))


READ = [
    "OLS",
    "OLS, profile",
    "MNLogit",
    "NegativeBinomialP 2",
    "GLM Poisson Sqrt",
    "GLM Gaussian Log",
    "GLM InverseGaussian InverseSquared",
    "PseudoHuber",
    "PHReg Breslow",
    "TransfFrank",
    "Poisson",
]
"""Also as they are: symgd reads some of them as formulas."""


@pytest.mark.parametrize("name", ROWS)
def test_gradient(name):
    make, at, expected, _ = ROWS[name]
    function, gradient, _ = map(blind, make())
    assert judge(assert_gradient, function, gradient, at=np.array(at, dtype=float)) == expected


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row[3]])
def test_hessian(name):
    make, at, _, expected = ROWS[name]
    function, gradient, hessian = map(blind, make())
    assert judge(assert_hessian, function, hessian, at=np.array(at, dtype=float), gradient=gradient) == expected


@pytest.mark.parametrize("name", READ)
def test_gradient_read_as_a_formula(name):
    make, at, expected, _ = ROWS[name]
    function, gradient, _ = make()
    assert judge(assert_gradient, function, gradient, at=np.array(at, dtype=float)) == expected
