"""Identity matrices inside sums: multiplied out they are diagonal matrices, and in contractions they take a sum away."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.rewrite.rules.identities import einsum_of_identities
from tests.rewrite.rules.tables import rewritten

OUT = "v·(I − B) is diag v less v·B"
WRITTEN = [  # formula, its shorter form
    ("v*(eye(n) - u[:, None])", "diag(v) - outer(u, v)"),
    ("v[:, None]*(eye(n) - u)", "diag(v) - outer(v, u)"),
    ("2*v*(eye(n) + u[:, None])", "2*diag(v) + 2*outer(u, v)"),
]
KEPT = [
    "v*(eye(n) - A)",  # a matrix in all its entries
    "A*(eye(n) - u)",
]


@pytest.mark.parametrize(("text", "after"), WRITTEN)
def test_a_product_with_an_identity_is_multiplied_out(text, after):
    found, reasons = rewritten(text)
    assert (found, OUT in reasons) == (after, True)


@pytest.mark.parametrize("text", KEPT)
def test_a_formula_stays_as_it_is(text):
    assert OUT not in rewritten(text)[1]


def test_identities_in_a_contraction_keep_its_values():
    """Σ_l (δ_ij·A_kl + B_ij·δ_kl)·D_lm is δ_ij·(A D)_km + B_ij·D_km."""
    A, B, D = (sg.tensor(name, "3 3") for name in "ADB")
    found = sg.simplify(einsum_of_identities(A, B, D))
    a, b, d = np.random.default_rng(4).normal(size=(3, 3, 3))
    expected = np.einsum("ij,km->ijkm", np.eye(3), a @ d) + np.einsum("ij,km->ijkm", b, d)
    np.testing.assert_allclose(sg.lambdify([A, B, D], found)(a, b, d), expected, rtol=1e-12, atol=1e-12)
