"""The vocabulary: one declaration per function. Importing this package fills the registry."""

from symgd.primitives import (
    arithmetic,
    contraction,
    exponential,
    indexing,
    linalg,
    pairwise,
    piecewise,
    reduction,
    spellings,
    trigonometric,
)

__all__ = [
    "arithmetic",
    "contraction",
    "exponential",
    "indexing",
    "linalg",
    "pairwise",
    "piecewise",
    "reduction",
    "spellings",
    "trigonometric",
]
