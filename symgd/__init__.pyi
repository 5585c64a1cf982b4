# The public names, which symgd imports when they are first used, and the functions of the formula language,
# which `python -m tests.public_stub` writes from their declarations.

from .api.checking import accuracy as accuracy
from .api.checking import check_gradient as check_gradient
from .api.checking import check_hessian as check_hessian
from .api.checking import check_jacobian as check_jacobian
from .api.checking import check_value as check_value
from .api.checking import derive_and_check as derive_and_check
from .api.compilation import lambdify as lambdify
from .api.compilation import structure as structure
from .api.convexity import convexity as convexity
from .api.curvature_bounds import curvature_bounds as curvature_bounds
from .api.curvature_bounds import safe_learning_rate as safe_learning_rate
from .api.derivation import derivation as derivation
from .api.derivatives import derivative as derivative
from .api.derivatives import directional_derivative as directional_derivative
from .api.derivatives import gradient as gradient
from .api.derivatives import gradients as gradients
from .api.derivatives import hessian as hessian
from .api.derivatives import hessian_blocks as hessian_blocks
from .api.derivatives import hvp as hvp
from .api.derivatives import jacobian as jacobian
from .api.derivatives import jvp as jvp
from .api.derivatives import vjp as vjp
from .api.formula import formula as formula
from .api.minimization import minimize as minimize
from .api.minimization import objective as objective
from .api.simplification import simplify as simplify
from .api.stationary import classify as classify
from .api.stationary import stationary_points as stationary_points
from .api.taylor import taylor as taylor
from .descent.batches import Batches as Batches
from .descent.direction import Adam as Adam
from .descent.direction import GradientDescent as GradientDescent
from .descent.direction import Momentum as Momentum
from .descent.direction import Newton as Newton
from .descent.step_size import Backtracking as Backtracking
from .descent.step_size import LearningRate as LearningRate
from .errors import AmbiguityError as AmbiguityError
from .errors import DomainError as DomainError
from .errors import GradientError as GradientError
from .errors import ParseError as ParseError
from .errors import ShapeError as ShapeError
from .errors import SymgdDeprecationWarning as SymgdDeprecationWarning
from .errors import SymgdError as SymgdError
from .errors import SymgdWarning as SymgdWarning
from .errors import UnsupportedError as UnsupportedError
from .graph.node import Node as Node
from .graph.node import scalar as scalar
from .graph.node import tensor as tensor
from .readers.serialization import load_formula as load_formula
from .readers.serialization import save_formula as save_formula
from .registration import verified as verified

__version__: str
