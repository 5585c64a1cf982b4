"""The public names, in one place. :mod:`symgd` opens this room when one of them is first asked for."""

import symgd.rewrite.rules  # noqa: F401  (fills the registry of functions and the rule book)
from symgd.api.checking import accuracy, check_gradient, check_hessian, check_jacobian, check_value, derive_and_check
from symgd.api.compilation import lambdify, structure
from symgd.api.convexity import convexity
from symgd.api.curvature_bounds import curvature_bounds, safe_learning_rate
from symgd.api.derivation import derivation
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
from symgd.api.formula import formula
from symgd.api.minimization import minimize, objective
from symgd.api.simplification import simplify
from symgd.api.stationary import classify, stationary_points
from symgd.api.taylor import taylor
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
from symgd.graph.node import Node, scalar, tensor
from symgd.readers.serialization import load_formula, save_formula
from symgd.registration import verified

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
    "check_value",
    "classify",
    "convexity",
    "curvature_bounds",
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
    "safe_learning_rate",
    "save_formula",
    "scalar",
    "simplify",
    "stationary_points",
    "structure",
    "taylor",
    "tensor",
    "verified",
    "vjp",
]
