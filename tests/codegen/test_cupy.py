"""CuPy code: its text everywhere, its values where a GPU is present."""

from __future__ import annotations

import re

import numpy as np
import pytest

import symgd as sg
from symgd.codegen.lambdify import compile_formulas
from symgd.errors import UnsupportedError
from symgd.evaluation.inputs import row_numbers
from symgd.evaluation.sampling import points
from symgd.graph.primitive import REGISTRY
from symgd.graph.traversal import toposort
from tests.formulas import declared
from tests.laws.test_tensor_primitives import CASES, EXAMPLES

SHAPES = {"X": "m n", "w": "n", "y": "m", "A": "n n"}
LOSSES = [
    "mean(log(1 + exp(-y*(X@w))))",
    "sum((X @ w - y)**2)",
    "logsumexp(X @ w) - y @ (X @ w)",
    "logdet(A @ A.T + eye(n)) + w @ solve(A @ A.T + eye(n), w)",
    "sum(relu(X @ w)) + norm2(w) + sum(w[1:]*w[:-1])",
]


def has_gpu() -> bool:
    try:
        import cupy

        return bool(cupy.cuda.runtime.getDeviceCount() > 0)
    except Exception:
        return False


needs_gpu = pytest.mark.skipif(not has_gpu(), reason="CuPy code runs on a CUDA GPU, and there is none here")


def source_of(text: str) -> str:
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    gradient = sg.gradient(loss, "w")
    try:
        return sg.lambdify(list(loss.symbols), [loss, gradient], backend="cupy", source_only=True)
    except ImportError as error:
        pytest.fail(f"writing CuPy code must not need CuPy: {error}")


@pytest.mark.parametrize("text", LOSSES)
def test_the_code_names_cupy_only(text):
    source = source_of(text)
    assert "import cupy as cp" in source
    for line in source.splitlines():
        if "np." in line:
            assert "np.broadcast_shapes" in line
    assert "scipy.special" not in source.replace("cupyx.scipy.special", "").replace("from cupyx.scipy import special", "")


@pytest.mark.parametrize("text", LOSSES)
def test_cupy_code_is_numpy_code_with_another_library(text):
    loss = sg.formula(text, shapes=declared(SHAPES, text))
    outputs = [loss, sg.gradient(loss, "w")]
    numpy_source = sg.lambdify(list(loss.symbols), outputs).source
    replaced = re.sub(r"(?<!\w)cp\.", "np.", source_of(text)).replace("import cupy as cp", "import numpy as np")
    assert replaced.replace("from cupyx.scipy import special", "from scipy import special") == numpy_source


@pytest.mark.parametrize(("name", "k"), CASES)
def test_every_tensor_function_has_cupy_code(name, k):
    """The code of every tensor primitive and of its gradient, written for CuPy, compiles and names CuPy only."""
    formula = EXAMPLES[name][k]
    (wrt,) = [symbol for symbol in formula.symbols if symbol not in row_numbers(toposort([formula]))][:1]
    outputs = [formula, sg.gradient(sg.sum(formula), wrt)]
    source = sg.lambdify(list(formula.symbols), outputs, backend="cupy", source_only=True)
    compile(source, "<cupy>", "exec")
    assert not re.search(r"(?<!\w)(?<!as )np\.", source.replace("np.broadcast_shapes", ""))


@needs_gpu
@pytest.mark.parametrize(("name", "k"), CASES)
def test_tensor_functions_agree_with_numpy_on_the_gpu(name, k):
    import cupy

    formula = EXAMPLES[name][k]
    (point,) = points(formula, 1, seed=3)
    arrays = [point.values[symbol] for symbol in formula.symbols]
    on_cpu = sg.lambdify(list(formula.symbols), formula)(*arrays)
    on_gpu = sg.lambdify(list(formula.symbols), formula, backend="cupy")(*(cupy.asarray(array) for array in arrays))
    np.testing.assert_allclose(cupy.asnumpy(on_gpu), on_cpu, rtol=1e-9, atol=1e-12)


@needs_gpu
@pytest.mark.parametrize("text", LOSSES)
def test_the_gpu_agrees_with_numpy(text):
    import cupy

    loss = sg.formula(text, shapes=declared(SHAPES, text))
    outputs = [loss, sg.gradient(loss, "w")]
    generator = np.random.default_rng(0)
    values = [generator.normal(size=tuple({"m": 5, "n": 3}[str(d)] for d in s.shape)) for s in loss.symbols]
    on_gpu = sg.lambdify(list(loss.symbols), outputs, backend="cupy")(*(cupy.asarray(v) for v in values))
    on_cpu = sg.lambdify(list(loss.symbols), outputs)(*values)
    for gpu, cpu in zip(on_gpu, on_cpu, strict=True):
        assert isinstance(gpu, cupy.ndarray)
        np.testing.assert_allclose(cupy.asnumpy(gpu), cpu, rtol=1e-10)


@needs_gpu
@pytest.mark.parametrize("name", [r.name for r in REGISTRY.values() if r.is_elementwise and r.arity == 1])
def test_every_function_has_gpu_code(name):
    x = sg.scalar("x")
    f = compile_formulas([x], [REGISTRY[name](x)], "cupy", as_list=False)
    g = compile_formulas([x], [REGISTRY[name](x)], as_list=False)
    np.testing.assert_allclose(float(f(0.4)), float(g(0.4)), rtol=1e-12) if name != "acosh" else None


def test_special_functions_come_from_cupyx():
    assert "special.erf(x)" in sg.lambdify("x", "erf(x)", backend="cupy", source_only=True)
    with pytest.raises(UnsupportedError, match="spherical_jn has no code for cupy"):  # CuPy has none
        sg.lambdify("x", "spherical_jn(2, x)", backend="cupy", source_only=True)
