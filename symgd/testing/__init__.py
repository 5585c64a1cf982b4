"""Assertions and points for tests: a gradient is right, or the test fails with the worst entry and what may be wrong.

They work in any test runner; nothing here imports pytest, and hypothesis only where its strategies are used.
"""

from symgd.testing.assertions import assert_gradient, assert_hessian, assert_jacobian, assert_matches, assert_verified
from symgd.testing.strategies import points_inside

__all__ = ["assert_gradient", "assert_hessian", "assert_jacobian", "assert_matches", "assert_verified", "points_inside"]
