"""Code for the array API standard runs with any library that supports it."""

from __future__ import annotations

import pickle

import array_api_strict
import numpy as np
import pytest
import scipy.special

import symgd as sg
from symgd.errors import UnsupportedError
from symgd.optional_packages import available
from tests.formulas import declared

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n"}
LOSSES = [
    "mean(log(1 + exp(-y*(X@w))))",
    "sum((X @ w - y)**2)/n + sum(erf(w))",
    "logsumexp(X @ w) - y @ (X @ w)",
    "logdet(A @ A.T + eye(n)) + w @ solve(A @ A.T + eye(n), w)",
    "sum(relu(X @ w)) + norm2(w) + sum(w[1:]*w[:-1])*sqrt(n)",
]
DRAWN = np.random.default_rng(0)
VALUES = {"X": DRAWN.normal(size=(5, 3)), "w": DRAWN.normal(size=3), "y": DRAWN.normal(size=5), "A": DRAWN.normal(size=(3, 3))}


def torch_library():
    torch = available("torch")
    return None if torch is None else torch.asarray


def jax_library():
    jax = available("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    return available("jax.numpy").asarray


LIBRARIES = {
    "NumPy": lambda: np.asarray,
    "strict": lambda: array_api_strict.asarray,
    "PyTorch": torch_library,
    "JAX": jax_library,
}


@pytest.fixture(params=LIBRARIES)
def asarray(request):
    make = LIBRARIES[request.param]()
    if make is None:
        pytest.skip(f"{request.param} is not installed")
    return make


def compiled(text, backend):
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    names = [symbol.name for symbol in loss.symbols]
    return names, sg.lambdify(names, [loss, sg.gradient(loss, "w")], backend=backend)


@pytest.mark.parametrize("text", ["where(pi > 3, x, 2*x)", "where(e > 3, x, pi*x)", "xlogy(pi, x)", "heaviside(x, e)"])
def test_pi_and_e_are_numbers_of_python(text):
    x = np.array([-1.0, 0.0, 1.0, 4.0]) if "heaviside" in text else np.array([1.0, 4.0])
    code = sg.lambdify(["x"], text, backend="array_api")
    np.testing.assert_allclose(np.asarray(code(array_api_strict.asarray(x))), sg.lambdify(["x"], text)(x), rtol=1e-15)


@pytest.mark.parametrize("text", LOSSES)
def test_values_are_numpys(text, asarray):
    names, code = compiled(text, "array_api")
    arrays = [asarray(VALUES[name]) for name in names]
    expected = compiled(text, "numpy")[1](*(VALUES[name] for name in names))
    for found, true in zip(code(*arrays), expected, strict=True):
        assert isinstance(found, (type(arrays[0]), np.generic))
        np.testing.assert_allclose(np.asarray(found), true, rtol=1e-12)


def test_functions_of_scalars_broadcast(asarray):
    code = sg.lambdify(["x", "y"], [sg.formula("x*sin(y)/y"), sg.formula(3), sg.formula("[x, 2]")], backend="array_api")
    x, y = np.arange(3.0), np.array([[0.0], [1.0]])
    product, constant, stack = (np.asarray(one) for one in code(asarray(x), asarray(y)))
    np.testing.assert_allclose(product, x * np.sinc(y / np.pi))
    np.testing.assert_array_equal(constant, np.full((2, 3), 3.0))
    np.testing.assert_array_equal(stack[1, 2], [2, 2])


def test_the_derivative_of_code_by_pytorch_and_jax_is_ours():
    names, code = compiled(LOSSES[0], "array_api")
    values = [VALUES[name] for name in names]
    at = names.index("w")
    jax, torch = available("jax"), available("torch")
    if jax is None and torch is None:
        pytest.skip("neither PyTorch nor JAX is installed")
    if jax is not None:
        arrays = [jax_library()(value) for value in values]
        slope = jax.jit(jax.grad(lambda *given: code(*given)[0], argnums=at))(*arrays)
        np.testing.assert_allclose(slope, code(*arrays)[1], rtol=1e-12)
    if torch is not None:
        tensors = [torch.asarray(value) for value in values]
        tensors[at].requires_grad_(True)
        code(*tensors)[0].backward()
        np.testing.assert_allclose(tensors[at].grad, code(*tensors)[1].detach(), rtol=1e-12)


def test_float32_stays_float32_and_numbers_take_its_type():
    xp = array_api_strict
    code = sg.lambdify(
        ["c", "w"], sg.formula("c*sum(w) + sqrt(n) + sum(where(w > 0, 1, 2))", shapes={"w": "n"}), backend="array_api"
    )
    assert code(2.0, xp.asarray([1.0, -1.0], dtype=xp.float32)).dtype == xp.float32
    assert code(2.0, xp.asarray([1, -1])).dtype == xp.float64


def test_conditions_of_numbers_and_sizes_alone_are_arrays():
    xp = array_api_strict
    quotient = sg.derivative("gamma(x)/gamma(x + 1/2)", "x")
    x = np.array([0.3, 1.0, 7.5])
    expected = scipy.special.gamma(x) / scipy.special.gamma(x + 0.5) * (scipy.special.psi(x) - scipy.special.psi(x + 0.5))
    found = sg.lambdify("x", quotient, backend="array_api")(xp.asarray(x))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-13)
    assert "0 < (1/2)" not in sg.lambdify("x", quotient, source_only=True)  # decided before code is written
    w = np.array([1.0, 2.0, 4.0])
    for text, true in {
        "where(n > 3, sum(w), 2)": 2,
        "where(2 > 1, 3, sum(w))": 3,
        "where(n == 3, n, 2)*sum(w)*where(n == 3, 5, n)": 105,
        "where(n <= 3, w, 2*w)": w,
        "where(n*n < 3, w, 2*w)": 2 * w,
    }.items():
        formula = sg.formula(text, shapes={"w": "n"})
        found = sg.lambdify("w", formula, backend="array_api")(xp.asarray(w))
        np.testing.assert_array_equal(np.asarray(found), true, err_msg=text)


def test_the_gradient_of_a_determinant_of_a_matrix_with_nan_is_nan():
    slope = sg.gradient(sg.formula("det(A)", shapes={"A": "n n"}), "A")
    code = sg.lambdify("A", slope, backend="array_api")
    for number in (np.nan, np.inf):
        found = np.asarray(code(array_api_strict.asarray([[number, 1.0], [1.0, 2.0]])))
        assert found.shape == (2, 2)
        assert np.isnan(found).all()
    np.testing.assert_allclose(np.asarray(code(array_api_strict.asarray([[3.0, 1.0], [1.0, 2.0]]))), [[2, -1], [-1, 3]])


def test_results_do_not_alias_the_inputs():
    data = np.arange(3.0)
    code = sg.lambdify("x", [sg.formula("x", shapes={"x": "n"}), sg.formula("x[1:]", shapes={"x": "n"})], backend="array_api")
    for found in code(data):
        found[0] = 99
    np.testing.assert_array_equal(data, np.arange(3.0))


def test_wrong_arguments_are_refused():
    code = sg.lambdify(["c", "w"], sg.formula("c*sum(w)", shapes={"w": "n"}), backend="array_api")
    with pytest.raises(TypeError, match="one of the arguments must be an array"):
        code(1.0, 2.0)
    with pytest.raises(TypeError, match="w is not an array of numbers"):
        code(np.asarray(1.0), [1.0])
    with pytest.raises(ValueError, match=r"expected w \(n,\); got w \(1, 1\)"):
        code(1.0, array_api_strict.asarray([[1.0]]))
    with pytest.raises(ValueError, match=r"c is a scalar, and got an array of shape \(2,\)"):
        code(np.ones(2), np.ones(2))


def test_names_of_the_opening_lines_may_be_inputs():
    formula = sg.formula("xp*device + dtype*shape + compat")
    code = sg.lambdify([symbol.name for symbol in formula.symbols], formula, backend="array_api")
    assert float(code(*(np.asarray(float(k)) for k in range(1, 6)))) == 1 * 2 + 3 * 4 + 5


def test_the_code_goes_through_pickle():
    code = sg.lambdify("x", sg.formula("erf(x)"), backend="array_api")
    again = pickle.loads(pickle.dumps(code))
    assert again.backend == "array_api"
    assert again.source == code.source


def test_a_structure_is_no_operator_there():
    loss = sg.formula("sum(w**4)", shapes={"w": "n"})
    with pytest.raises(UnsupportedError, match="an operator of SciPy does not hold the arrays of array_api"):
        sg.lambdify("w", sg.structure(sg.hessian(loss, "w"), "w"), backend="array_api")


def test_a_function_without_code_is_named():
    with pytest.raises(UnsupportedError, match=r"^besselj has no code for array_api\n"):
        sg.lambdify("x", "besselj(0, x)", backend="array_api")
