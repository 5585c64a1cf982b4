"""The public names, in one place. :mod:`symgd` opens this room when one of them is first asked for."""

import symgd.simplify  # noqa: F401  (fills the registry of functions and the rule book)
from symgd.api.bounded import curvature_bounds, safe_learning_rate
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
from symgd.api.judged import accuracy, check_gradient, check_hessian, check_jacobian, check_value, derive_and_check
from symgd.api.proven import simplify
from symgd.api.stationary import classify, stationary_points
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
from symgd.registered import verified

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
