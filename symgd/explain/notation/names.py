"""How names are written: Greek letters, subscripts, and nothing that a page or LaTeX could take for a command."""

from __future__ import annotations

__all__ = ["latex_name", "unicode_name"]

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω", "pi": "π",
}  # fmt: skip
_SHORT = {"lam": "lambda", "eps": "epsilon"}
_LETTER = {letter: name for name, letter in _GREEK.items()}


def unicode_name(name: str) -> str:
    """Return a name as a textbook prints it.

    >>> from symgd.explain.notation.names import unicode_name
    >>> unicode_name("lam"), unicode_name("t_w"), unicode_name("theta_1")
    ('λ', 't_w', 'θ_1')
    """
    base, underscore, rest = name.partition("_")
    base = _GREEK.get(_SHORT.get(base, base), base)
    return base + underscore + (unicode_name(rest) if rest else "")


def latex_name(name: str) -> str:
    r"""Return a name in LaTeX; names are letters, digits and underscores, so nothing else can get in.

    >>> from symgd.explain.notation.names import latex_name
    >>> latex_name("lam"), latex_name("t_w"), latex_name("loss"), latex_name("w1")
    ('\\lambda', 't_{w}', '\\mathrm{loss}', 'w_{1}')
    """
    base, _, rest = name.partition("_")
    digits = len(base) - len(base.rstrip("0123456789"))
    if digits and digits < len(base):
        base, rest = base[:-digits], f"{base[-digits:]}{',' if rest else ''}{rest}"
    base = _SHORT.get(base, _LETTER.get(base, base))
    if base in _GREEK:
        base = f"\\{base}"
    elif len(base) != 1:
        base = rf"\mathrm{{{base}}}" if base else r"\_"
    return base + (
        f"_{{{', '.join(latex_name(part) if not part.isdecimal() else part for part in rest.split(',') if part)}}}"
        if rest
        else ""
    )
