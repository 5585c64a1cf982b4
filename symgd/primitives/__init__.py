"""The vocabulary: one declaration per function. Importing this package fills the registry."""

from symgd.primitives import (
    activation,
    arithmetic,
    contraction,
    exponential,
    indexing,
    linalg,
    pairwise,
    piecewise,
    reduction,
    special,
    spellings,
    trigonometric,
)

__all__ = [
    "activation",
    "arithmetic",
    "contraction",
    "exponential",
    "indexing",
    "linalg",
    "pairwise",
    "piecewise",
    "reduction",
    "special",
    "spellings",
    "trigonometric",
]
