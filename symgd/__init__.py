"""symgd derives gradients symbolically, shows every step, checks them, compiles them, and descends along them."""

# Two verbs share their name with the folder they come from. Importing the folders first lets the verbs have the names.
import symgd.convexity
import symgd.formula
import symgd.simplify  # noqa: F401
from symgd.api.compiled import lambdify, structure
from symgd.api.curved import convexity
from symgd.api.derivatives import (
    derivative,
    directional_derivative,
    gradient,
    gradients,
    hessian,
    hessian_blocks,
    hvp,
    jacobian,
    jvp,
    vjp,
)
from symgd.api.descended import minimize, objective
from symgd.api.expanded import taylor
from symgd.api.formulas import formula
from symgd.api.judged import accuracy, check_gradient, check_hessian, check_jacobian, derive_and_check
from symgd.api.proven import simplify
from symgd.api.told import derivation
from symgd.descent.batches import Batches
from symgd.descent.direction import Adam, GradientDescent, Momentum, Newton
from symgd.descent.step_size import Backtracking, LearningRate
from symgd.errors import (
    AmbiguityError,
    DomainError,
    GradientError,
    ParseError,
    ShapeError,
    SymgdError,
    SymgdWarning,
    UnsupportedError,
)
from symgd.formula.storage import load_formula, save_formula
from symgd.graph.node import Node, scalar, tensor
from symgd.graph.primitive import FUNCTIONS as _FUNCTIONS

__all__ = [
    "Adam",
    "AmbiguityError",
    "Backtracking",
    "Batches",
    "DomainError",
    "GradientDescent",
    "GradientError",
    "LearningRate",
    "Momentum",
    "Newton",
    "Node",
    "ParseError",
    "ShapeError",
    "SymgdError",
    "SymgdWarning",
    "UnsupportedError",
    "accuracy",
    "check_gradient",
    "check_hessian",
    "check_jacobian",
    "convexity",
    "derivation",
    "derivative",
    "derive_and_check",
    "directional_derivative",
    "formula",
    "gradient",
    "gradients",
    "hessian",
    "hessian_blocks",
    "hvp",
    "jacobian",
    "jvp",
    "lambdify",
    "load_formula",
    "minimize",
    "objective",
    "save_formula",
    "scalar",
    "simplify",
    "structure",
    "taylor",
    "tensor",
    "vjp",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Give every function of the registry as ``symgd.exp``, ``symgd.logsumexp``, …."""
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    raise AttributeError(f"module 'symgd' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_FUNCTIONS})
