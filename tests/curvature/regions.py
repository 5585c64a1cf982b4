"""Regions, quotients and signs for tests, from formulas as texts."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.curvature import prover
from symgd.curvature.algebra.elementary import Elementary
from symgd.curvature.algebra.quotients import Polynomial
from symgd.curvature.algebra.region import Region
from symgd.curvature.algebra.signs import Signs
from symgd.curvature.domain import read_domain
from symgd.curvature.second_derivatives.hessian import Hessian, lower_triangle
from symgd.curvature.second_derivatives.minors import Matrix
from symgd.curvature.second_derivatives.smooth import signs_on
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts

__all__ = ["matrix_of", "proven", "region_of", "signs_of"]


def region_of(
    text: str, facts: dict | None = None, wrt: list[str] | None = None, constraints: list[str] | None = None, **bounds: tuple
) -> tuple[Region, Polynomial]:
    """Return the region of a formula, and the formula as a polynomial in its generators."""
    formula = sg.formula(text, facts=facts or {})
    variables = [node for node in formula.symbols if wrt is None or node.name in wrt]
    conditions = [sg.formula(one) for one in constraints or []]
    domain = read_domain(formula, variables, {name: Interval(*ends) for name, ends in bounds.items()}, conditions)
    elementary = Elementary(variables, Facts(domain.interior()))
    (quotient,) = elementary.of_all([formula])
    assert not quotient.bottom
    return Region(elementary, domain, domain.sample(variables, 240, 0)), quotient.top


def signs_of(text: str, **given) -> tuple[Signs, Polynomial]:
    """Return the signs over the region of a formula, and the formula as a polynomial."""
    region, polynomial = region_of(text, **given)
    return Signs(region), polynomial


def proven(formula, wrt=None, **given):
    """Return the verdict of the proofs alone, without the search for counterexamples."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prover, "_refuted", lambda case, stated, reasons: prover.unknown(case, stated, "; ".join(reasons)))
        return sg.convexity(formula, wrt, **given)


def matrix_of(text: str, **bounds: tuple) -> Matrix:
    """Return the Hessian of a formula as a matrix of quotients."""
    formula = sg.formula(text)
    variables = sorted(formula.symbols, key=str)
    domain = read_domain(formula, variables, {name: Interval(*ends) for name, ends in bounds.items()}, [])
    elementary = Elementary(variables, Facts(domain.interior()))
    hessian = Hessian(formula, variables, Facts(domain.assumptions()))
    flat = elementary.of_all(hessian.entries)
    places = lower_triangle(len(variables))
    signs = signs_on(elementary, domain)
    return Matrix(signs, dict(zip(places, flat, strict=True)), dict(zip(places, hessian.entries, strict=True)))
