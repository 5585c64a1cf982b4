"""The public contract: names and meanings that scripts outside the repository rely on."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import sympy

import symgd as sg


def test_import_is_light():
    code = (
        "import sys, symgd; "
        "heavy = {'matplotlib', 'scipy', 'dask', 'sphinx', 'docutils', 'sympy', 'rich', 'click'} & set(sys.modules); "
        "print(sorted(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.mark.parametrize(
    "used",
    [
        "symgd.exp",
        "symgd.gradient(symgd.formula('sum((X @ w)**2)', shapes={'X': 'm n', 'w': 'n'}), 'w')",
        "symgd.extend.elementwise",
    ],
)
def test_formulas_and_gradients_need_no_sympy(used):
    code = f"import sys, symgd, symgd.extend; {used}; assert not {{'sympy', 'scipy', 'matplotlib'}} & sys.modules.keys()"
    assert not subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr


NAMES = [
    "tensor",
    "scalar",
    "formula",
    "gradient",
    "gradients",
    "jacobian",
    "hessian",
    "hvp",
    "directional_derivative",
    "taylor",
    "derivation",
    "lambdify",
    "objective",
    "check_gradient",
    "convexity",
    "minimize",
    "Momentum",
    "LearningRate",
    "Adam",
    "GradientDescent",
    "Backtracking",
    "simplify",
    "Node",
    "SymgdError",
    "ParseError",
    "ShapeError",
    "DomainError",
    "exp",
    "log",
    "sin",
    "sum",
    "mean",
    "logsumexp",
    "softmax",
    "where",
    "relu",
    "sigmoid",
    "softplus",
    "solve",
    "inv",
    "det",
    "logdet",
    "trace",
    "norm2",
    "maximum",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_public(name):
    assert callable(getattr(sg, name))
    assert name in dir(sg)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        sg.nonsense


def test_verbs_stay_verbs_after_the_folders_of_the_same_name_are_imported():
    import symgd.curvature.prover
    import symgd.readers.text.parser
    import symgd.rewrite.driver  # noqa: F401

    assert callable(sg.formula)
    assert callable(sg.convexity)
    assert callable(sg.simplify)


def test_shapes_are_names_integers_or_tuples():
    assert sg.tensor("X", "m n").rank == 2
    assert sg.tensor("X", (5, 3)).shape == (5, 3)
    assert sg.tensor("X", "5 3") is sg.tensor("X", (5, 3))
    assert sg.tensor("x").shape == sg.tensor("x", "").shape == sg.tensor("x", ()).shape == ()


def test_numpy_functions_work_on_nodes():
    X, w = sg.tensor("X", "m n"), sg.tensor("w", "n")
    assert np.exp(X @ w) is sg.exp(X @ w)
    assert np.sum(X, axis=0) is sg.sum(X, axis=0)
    assert np.float64(2) * w is 2.0 * w


def test_an_ordinary_numpy_function_is_read():
    X, w = sg.tensor("X", "m n"), sg.tensor("w", "n")
    loss = sg.formula(lambda X, w: np.mean(np.log(1 + np.exp(-(X @ w)))), X, w)
    assert sg.check_gradient(loss, w).verdict.name == "RIGHT"


def test_wrt_is_a_node_a_sympy_symbol_a_name_or_a_list():
    x, y = sympy.symbols("x y")
    expression = x**2 * y
    assert sg.gradient(expression, x) is sg.gradient(expression, "x") is sg.gradient(expression, sg.formula(x))
    assert str(sg.gradient(expression, [x, y])) == "[2*x*y, x**2]"


def test_gradients_of_several_variables_come_from_one_sweep():
    loss = sg.formula("sum((W @ x + b - y)**2)", shapes={"W": "k n", "x": "n", "b": "k", "y": "k"})
    found = sg.gradients(loss, ["W", "b"])
    assert list(found) == ["W", "b"]
    assert found["W"].shape == loss.symbols[0].shape
    assert str(found["b"]) == "2*(W @ x + b - y)"


def test_errors_are_value_errors():
    assert issubclass(sg.SymgdError, ValueError)
    for kind in (sg.ParseError, sg.ShapeError, sg.DomainError):
        assert issubclass(kind, sg.SymgdError)


def test_a_name_that_is_not_in_the_formula_is_an_error_that_lists_the_inputs():
    with pytest.raises(sg.SymgdError, match=r"'v' is not in the formula\n  hint: its inputs are w"):
        sg.gradient(sg.formula("w**2"), "v")


def test_a_node_that_is_not_in_the_formula_has_a_zero_gradient_of_its_shape():
    v = sg.tensor("v", "k")
    with pytest.warns(sg.SymgdWarning, match="v is not in the formula, so the derivative in it is 0"):
        assert sg.gradient(sg.formula("w**2"), v).shape == v.shape
    with pytest.raises(sg.SymgdError, match="did you mean w"):
        sg.gradient(sg.formula("w**2"), sg.scalar("W"))


def test_a_sympy_matrix_of_symbols_is_a_list_of_them():
    a, b = sympy.symbols("a b")
    assert str(sg.gradient(a**2 + a * b, sympy.Matrix([a, b]))) == "[2*a + b, a]"


@pytest.mark.parametrize(
    ("wrt", "message"),
    [
        (sg.scalar("w"), r"w is another input of the formula: \(n,\) there, \(\) here"),
        (sg.tensor("w", "m"), "w is another input of the formula"),
        (sg.sum(sg.tensor("w", "n")), "is not an input"),
        (sg.tensor("u", "n") + 1, "is not an input"),
        (sympy.Symbol("a") + 1, "is not an input"),
        (3, "is not a variable"),
        ("e", "e and pi are constants"),
        ([sg.tensor("w", "n")], "its members are scalars"),
    ],
)
def test_what_is_not_an_input_of_the_formula_is_refused(wrt, message):
    with pytest.raises(sg.SymgdError, match=message):
        sg.gradient(sg.formula("sum(w**2)", shapes={"w": "n"}), wrt)


def test_a_direction_can_be_a_name():
    loss = sg.formula("w @ w", shapes={"w": "n"})
    assert str(sg.hvp(loss, "w", "v")) == "2*v"


def test_jupyter_shows_latex():
    assert sg.formula("x**2/2")._repr_latex_() == r"$\displaystyle \frac{{x}^{2}}{2}$"


def test_variables_are_looked_up_once_however_many_there_are(monkeypatch):
    """A walk for each variable would make the gradient of n scalars quadratic."""
    import symgd.api.inputs

    walks = 0
    original = symgd.api.inputs.symbols_of

    def counted(*roots):
        nonlocal walks
        walks += 1
        return original(*roots)

    monkeypatch.setattr(symgd.api.inputs, "symbols_of", counted)
    names = [sg.scalar(f"x{k}") for k in range(200)]
    loss = sg.formula(sympy.Add(*(sympy.Symbol(node.name) ** 2 for node in names)))
    sg.gradient(loss, names)
    sg.gradients(loss, names)
    sg.convexity(loss, names)
    assert walks < 20
