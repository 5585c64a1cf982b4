"""The classes of what public functions return, for annotations in programs that use symgd.

Importing this module imports all of symgd; where only a type checker needs it, write ``if TYPE_CHECKING:`` above the import.
"""

from __future__ import annotations

from symgd.api.checking import DerivedAndChecked
from symgd.checking.accuracy import Accuracy
from symgd.checking.judgement import Verdict
from symgd.checking.verdict import GradientCheck
from symgd.codegen.lambdify import Compiled
from symgd.curvature.bounds.rates import CurvatureBounds, SafeLearningRate
from symgd.curvature.kind import Kind
from symgd.curvature.stationary import StationaryPoint, StationaryPoints
from symgd.curvature.verdict import Convexity
from symgd.derive.taylor.expansion import TaylorExpansion
from symgd.descent.history import History, Outcome, Run
from symgd.descent.objective import Objective
from symgd.explain.derivation import Derivation
from symgd.explain.named_parts import Named
from symgd.structures.operators.compilation import OperatorFunction
from symgd.structures.operators.hessian_operator import HessianOperator
from symgd.structures.recognition import Structure, StructureKind

__all__ = [
    "Accuracy",
    "Compiled",
    "Convexity",
    "CurvatureBounds",
    "Derivation",
    "DerivedAndChecked",
    "GradientCheck",
    "HessianOperator",
    "History",
    "Kind",
    "Named",
    "Objective",
    "OperatorFunction",
    "Outcome",
    "Run",
    "SafeLearningRate",
    "StationaryPoint",
    "StationaryPoints",
    "Structure",
    "StructureKind",
    "TaylorExpansion",
    "Verdict",
]
