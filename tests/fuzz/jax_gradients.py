"""Values and gradients of a text as JAX understands it, where JAX is installed."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from tests.fuzz.points import Values

_SAME_NAME = [
    "sum", "mean", "max", "min", "prod", "var", "std", "trace", "diag", "cumsum", "cumprod", "tril", "triu", "outer", "where", "maximum",
    "minimum", "arange", "eye", "kron", "concatenate", "flip", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "tanh",
    "sinh", "cosh", "abs", "sign", "sqrt", "cbrt", "hypot", "logaddexp", "sinc", "floor", "ceil", "diff", "ptp", "cross",
]  # fmt: skip
_OTHER_NAME = {"asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2", "asin": "arcsin", "acos": "arccos", "pow": "power"}
_OF_NN = ["relu", "sigmoid", "softplus", "silu", "softmax", "log_softmax"]


@functools.cache
def names() -> dict[str, Any] | None:
    """Return JAX's functions by symgd's names, or None where JAX is not installed."""
    try:
        import jax
        import jax.numpy as jnp
        from jax.scipy import linalg, special
    except ImportError:
        return None
    jax.config.update("jax_enable_x64", True)
    known = {name: getattr(jnp, name) for name in _SAME_NAME}
    known |= {name: getattr(jnp, other) for name, other in _OTHER_NAME.items()}
    known |= {name: getattr(jax.nn, name) for name in _OF_NN}
    known |= {"erf": special.erf, "erfc": special.erfc, "loggamma": special.gammaln, "digamma": special.digamma}
    known |= {"logsumexp": special.logsumexp, "expm": linalg.expm, "xlogy": special.xlogy, "pi": np.pi, "e": np.e}
    known |= {
        "det": jnp.linalg.det,
        "inv": jnp.linalg.inv,
        "logdet": lambda a: jnp.linalg.slogdet(a)[1],
        "norm": jnp.linalg.norm,
    }
    known |= {"norm1": lambda v: jnp.sum(abs(v)), "norminf": lambda v: jnp.max(abs(v)), "normF": jnp.linalg.norm}
    known |= {"norm2": lambda v, axis=None: jnp.sqrt(jnp.sum(jnp.square(jnp.asarray(v)), axis=axis)), "solve": jnp.linalg.solve}
    return known


def value_and_gradient(text: str, point: Values, wrt: str) -> tuple[Any, Any] | None:
    """Return the value of a text and its gradient in one input, or None where JAX does not know it."""
    known = names()
    if known is None:
        return None
    import jax

    def value(moving: Any) -> Any:
        sizes = {"n": next((np.shape(one)[0] for one in point.values() if np.ndim(one)), 1)}
        return eval(text, {"__builtins__": {}}, {**known, **sizes, **point, wrt: moving})

    try:
        return jax.value_and_grad(value)(np.asarray(point[wrt], dtype=float))
    except Exception:  # a function or an argument that JAX does not have
        return None
