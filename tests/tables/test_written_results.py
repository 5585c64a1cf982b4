"""Derivatives of formulas that people asked about in public are written as a person would write them, and right.

The expected forms were derived by hand; a judge in 50 digits checks them too.
"""

from __future__ import annotations

import re

import pytest

import symgd as sg

SHAPES = {
    "A": "n n", "B": "n n", "S": "n n", "W": "n n", "K": "n n", "X": "m n", "Z": "n n", "H": "m n", "R": "m m", "G": "n m", "V": "n k", "U": "n n",
    "a": "n", "b": "n", "x": "n", "w": "n", "z": "n", "y": "m", "r": "n",
}  # fmt: skip
SCALAR_GRADIENTS = [  # formula, variable, its derivative
    ("log(2*s**2*pi)", "s", "2/s"),
    ("log(p*q*r)", "p", "1/p"),
    ("A*exp(-E/(R*T))", "T", "A*E*exp(-E/(R*T))/(R*T**2)"),
    ("2*(y**(2-p)/((1-p)*(2-p)) - y*m**(1-p)/(1-p) + m**(2-p)/(2-p))", "m", "2*m**(-p)*(m - y)"),  # Tweedie deviance
    ("exp(2*t)*exp(-t)", "t", "exp(t)"),
    ("1/u**c", "u", "-c*u**(-c - 1)"),
    ("sqrt(u**2) + sqrt(u)", "u", "1/(2*sqrt(u)) + 1"),
    ("-log(exp(p)/(exp(p) + exp(q)))", "p", "-sigmoid(q - p)"),
    ("p/(p + 1)", "p", "1/(p + 1)**2"),
    ("v*c/(k + c)", "c", "k*v/(k + c)**2"),  # Michaelis–Menten
    ("g*m/sqrt(p**2 + q**2)", "p", "-g*m*p/(p**2 + q**2)**(3/2)"),
    ("t**c*exp(-t)", "t", "t**(c - 1)*exp(-t)*(c - t)"),
    ("exp(-t**2/(2*s**2))/(s*sqrt(2*pi))", "t", "-t*exp(-t**2/(2*s**2))/(s**3*sqrt(2*pi))"),
    ("exp(-t**2/(2*s**2))/(s*sqrt(2*pi))", "s", "exp(-t**2/(2*s**2))*(t**2/s**2 - 1)/(s**2*sqrt(2*pi))"),
    ("c/l*(t/l)**(c - 1)*exp(-(t/l)**c)", "t", "c*exp(-(t/l)**c)*(t/l)**(c - 2)*(c - 1 - c*(t/l)**c)/l**2"),  # Weibull
    ("t**(p - 1)*(1 - t)**(q - 1)", "t", "t**(p - 2)*(1 - t)**(q - 2)*((1 - t)*(p - 1) - t*(q - 1))"),  # beta
    ("log(s2/s1) + (s1**2 + d**2)/(2*s2**2)", "s2", "1/s2 - (s1**2 + d**2)/s2**3"),  # Kullback–Leibler divergence of normals
    ("m*c**2/sqrt(1 - v**2/c**2)", "v", "m*v/(1 - v**2/c**2)**(3/2)"),
    ("1/(2*pi*sqrt(L*C))", "L", "-C/(4*pi*(C*L)**(3/2))"),
    ("h*nu/(k*T)", "T", "-h*nu/(T**2*k)"),
]
GRADIENTS = [
    ("log(det(A))", "A", "inv(A).T"),
    ("det(A)", "A", "det(A)*inv(A).T"),
    ("det(A @ Z @ B)", "Z", "det(B)*det(A)*det(Z)*inv(Z).T"),
    ("log(det(Z.T @ Z))", "Z", "2*inv(Z).T"),
    ("trace(Z @ Z @ Z)", "Z", "3*(Z @ Z).T"),
    ("trace(Z @ Z @ Z @ Z)", "Z", "4*(Z @ Z @ Z).T"),
    ("trace(A @ inv(Z) @ B)", "Z", "-(inv(Z) @ B @ A @ inv(Z)).T"),
    ("trace(expm(Z))", "Z", "expm(Z).T"),
    ("trace(kron(A, Z))", "Z", "trace(A)*eye(n)"),
    ("sum(kron(A, Z))", "Z", "broadcast_to(sum(A), (n, n))"),
    ("trace(A @ diag(x) @ B)", "x", "sum(A * B.T, axis=0)"),
    ("a @ diag(x) @ b", "x", "a * b"),
    ("(x @ S @ x)**(3/2)", "x", "3*sqrt(x @ S @ x)*S @ x"),
    ("x @ A @ x/(x @ B @ x)", "x", "((A + A.T) @ x - (x @ A @ x)*(B + B.T) @ x / (x @ B @ x))/(x @ B @ x)"),
    ("sum(clip(x, -1, 1)**2) + sum(abs(x))", "x", "2*where(x < 1, where(x > -1, x, 0), 0) + sign(x)"),
    ("sum(where(abs(x) < 1, x**2/2, abs(x) - 1/2))", "x", "minimum(maximum(x, -1), 1)"),  # Huber
    ("sum((x[1:] - x[:-1])**2)", "x", "2*pad(x[1:] - x[:-1], (1, 0)) - 2*pad(x[1:] - x[:-1], (0, 1))"),
    ("sum(cumsum(x)**2)", "x", "2*cumsum(cumsum(x), reverse=True)"),
    ("max(z) + log(sum(exp(z - max(z))))", "z", "softmax(z)"),
    ("sum(softmax(z)*a)", "z", "softmax(z) * (a - a @ softmax(z))"),
    ("sum(triu(A)**2)", "A", "2*triu(A)"),
    ("(y - H @ x) @ inv(R) @ (y - H @ x)", "H", "-outer((inv(R) + inv(R).T) @ (y - H @ x), x)"),
    (
        "trace((eye(n) - G @ H) @ S @ (eye(n) - G @ H).T + G @ R @ G.T)",
        "G",
        "2*G @ R - 2*(eye(n) - G @ H) @ S @ H.T",
    ),  # Kalman gain
    ("trace(V.T @ S @ V)", "V", "2*S @ V"),
    ("log(1 + a @ inv(Z) @ b)", "Z", "-outer(inv(Z).T @ a, inv(Z) @ b)/(a @ inv(Z) @ b + 1)"),
    ("eigvalsh(S)[0]", "S", "outer(eigenvectors(S)[:, 0], eigenvectors(S)[:, 0])"),
    ("sum((y - tanh(X @ w))**2)", "w", "2*X.T @ ((tanh(X @ w) - y) * (1 - tanh(X @ w)**2))"),
    ("sum(log(1 + exp(-y*(X @ w))))", "w", "-X.T @ (y * sigmoid(-y * (X @ w)))"),
]
HESSIANS = [
    ("log(det(A))", "A", "-einsum('jk,li->ijkl', inv(A), inv(A))"),
    ("normF(X @ V)**2/2", "V", "einsum('ik,jl->ijkl', X.T @ X, eye(k))"),
    ("trace(inv(Z) @ A)", "Z", "einsum('jk,li->ijkl', inv(Z) @ A @ inv(Z), inv(Z)) + einsum('li,jk->ijkl', inv(Z) @ A @ inv(Z), inv(Z))"),
    ("trace(Z @ Z)", "Z", "2*einsum('il,jk->ijkl', eye(n), eye(n))"),
    ("x[0]*x[1]", "x", "scatter(1, '0, 1', (n, n)) + scatter(1, '1, 0', (n, n))"),
    ("sum(log(cosh(X @ w - y)))", "w", "X.T @ ((1 - tanh(X @ w - y)**2)[:, None] * X)"),
    ("sum(log(1 + (y - X @ w)**2))", "w",
     "X.T @ ((2/((y - X @ w)**2 + 1) - 4*(y - X @ w)**2/((y - X @ w)**2 + 1)**2)[:, None] * X)"),
    ("sum(exp(X @ w) - y*(X @ w))", "w", "X.T @ (exp(X @ w)[:, None] * X)"),
]  # fmt: skip


def read(text):
    names = set(re.findall(r"[A-Za-z_]\w*", text))
    facts = {"S": {"symmetric": True}} if "S" in names else {}
    if "R" in names and "G" in names:
        facts["R"] = {"symmetric": True}
    return sg.formula(text, shapes={name: shape for name, shape in SHAPES.items() if name in names}, facts=facts)


@pytest.mark.parametrize(("text", "wrt", "expected"), SCALAR_GRADIENTS)
def test_gradients_of_scalars(text, wrt, expected):
    derivative = sg.gradient(text, wrt)
    assert str(derivative) == expected
    assert sg.check_gradient(text, wrt, gradient=expected).verdict.name == "RIGHT"


@pytest.mark.parametrize(("text", "wrt", "expected"), GRADIENTS)
def test_gradients_of_tensors(text, wrt, expected):
    loss = read(text)
    derivative = sg.gradient(loss, wrt)
    assert str(derivative) == expected
    assert sg.check_gradient(loss, wrt, gradient=derivative).verdict.name == "RIGHT"


@pytest.mark.parametrize(("text", "wrt", "expected"), HESSIANS)
def test_hessians(text, wrt, expected):
    loss = read(text)
    derivative = sg.hessian(loss, wrt)
    assert str(derivative) == expected
    assert sg.check_hessian(loss, wrt, hessian=derivative).verdict.name == "RIGHT"
