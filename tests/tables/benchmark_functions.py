"""Test functions of optimisation as NumPy functions, by their definitions in Jamil & Yang (2013), with points away from kinks.

M. Jamil, X.-S. Yang, "A literature survey of benchmark functions for global optimisation problems", International Journal of
Mathematical Modelling and Numerical Optimisation 4 (2013), 150–194. Corana et al. (ACM TOMS 13, 1987) and Levy & Montalvo (SIAM
J. Sci. Stat. Comput. 6, 1985) define the functions with branches.
"""

from __future__ import annotations

import numpy as np


def ackley(x):
    return -20 * np.exp(-0.02 * np.sqrt(np.mean(x**2))) - np.exp(np.mean(np.cos(2 * np.pi * x))) + 20 + np.e


def adjiman(x):
    return np.cos(x[0]) * np.sin(x[1]) - x[0] / (x[1] ** 2 + 1)


def alpine_1(x):
    return np.sum(np.abs(x * np.sin(x) + 0.1 * x))


def alpine_2(x):
    return np.prod(np.sqrt(x) * np.sin(x))


def bartels_conn(x):
    return abs(x[0] ** 2 + x[1] ** 2 + x[0] * x[1]) + abs(np.sin(x[0])) + abs(np.cos(x[1]))


def biggs_exp2(x):
    t = np.arange(1, 11) / 10
    return np.sum((np.exp(-t * x[0]) - 5 * np.exp(-t * x[1]) - np.exp(-t) + 5 * np.exp(-10 * t)) ** 2)


def bohachevsky(x):
    a, b = x
    return a**2 + 2 * b**2 - 0.3 * np.cos(3 * np.pi * a) * np.cos(4 * np.pi * b) + 0.3


def box_betts(x):
    total = 0
    for i in range(10):
        t = 0.1 * (i + 1)
        total += (np.exp(-t * x[0]) - np.exp(-t * x[1]) - (np.exp(-t) - np.exp(-(i + 1))) * x[2]) ** 2
    return total


def brown(x):
    first, second = x[:-1] ** 2, x[1:] ** 2
    return np.sum(first ** (second + 1) + second ** (first + 1))


def bukin_6(x):
    return 100 * np.sqrt(abs(x[1] - 0.01 * x[0] ** 2)) + 0.01 * abs(x[0] + 10)


def chichinadze(x):
    wave = 10 * np.cos(np.pi * x[0] / 2) + 8 * np.sin(5 * np.pi * x[0] / 2)
    return x[0] ** 2 - 12 * x[0] + 11 + wave - np.sqrt(0.2) * np.exp(-((x[1] - 0.5) ** 2) / 2)


def corana(x):
    total = 0
    for v, weight in zip(x, (1, 1000, 10, 100), strict=True):
        z = 0.2 * np.floor(abs(v / 0.2) + 0.49999) * np.sign(v)
        if abs(v - z) < 0.05:
            total += 0.15 * weight * (z - 0.05 * np.sign(z)) ** 2
        else:
            total += weight * v**2
    return total


def cosine_mixture(x):
    return -0.1 * np.cos(5 * np.pi * x).sum() + (x**2).sum()


def cross_in_tray(x):
    distance = np.sqrt(x[0] ** 2 + x[1] ** 2)
    return -0.0001 * (abs(np.sin(x[0]) * np.sin(x[1]) * np.exp(abs(100 - distance / np.pi))) + 1) ** 0.1


def csendes(x):
    return np.sum(x**6 * (2 + np.sin(1 / x)))


def damavandi(x):
    a, b = np.pi * (x[0] - 2), np.pi * (x[1] - 2)
    hill = abs(np.sin(a) * np.sin(b) / (a * b)) ** 5
    return (1 - hill) * (2 + (x[0] - 7) ** 2 + 2 * (x[1] - 7) ** 2)


def deceptive(x, alpha=(0.3, 0.7)):
    total = 0
    for v, a in zip(x, alpha, strict=True):
        if v <= 0:
            total += v
        elif v < 0.8 * a:
            total += -v / a + 0.8
        elif v < a:
            total += 5 * v / a - 4
        elif v < (1 + 4 * a) / 5:
            total += 5 * (v - a) / (a - 1) + 1
        elif v <= 1:
            total += (v - 1) / (1 - a) + 0.8
        else:
            total += v - 1
    return -((total / len(x)) ** 2)


def deckkers_aarts(x):
    square = x[0] ** 2 + x[1] ** 2
    return 1e5 * x[0] ** 2 + x[1] ** 2 - square**2 + 1e-5 * square**4


def corrugated_spring(x, alpha=5, k=5):
    square = (x - alpha) ** 2
    return 0.1 * np.sum(square) - np.cos(k * np.sqrt(np.sum(square)))


def egg_holder(x):
    a, b = x[:-1], x[1:] + 47
    return np.sum(-b * np.sin(np.sqrt(np.abs(b + a / 2))) - a * np.sin(np.sqrt(np.abs(a - b))))


def giunta(x):
    u = 16 * x / 15 - 1
    return 0.6 + np.sum(np.sin(u) + np.sin(u) ** 2 + np.sin(4 * u) / 50)


def hansen(x):
    i = np.arange(5)
    return np.sum((i + 1) * np.cos(i * x[0] + i + 1)) * np.sum((i + 1) * np.cos((i + 2) * x[1] + i + 1))


def hosaki(x):
    return np.polyval([1 / 4, -7 / 3, 7, -8, 1], x[0]) * x[1] ** 2 * np.exp(-x[1])


def keane(x):
    return np.sin(x[0] - x[1]) ** 2 * np.sin(x[0] + x[1]) ** 2 / np.sqrt(x[0] ** 2 + x[1] ** 2)


def lennard_jones(x):
    points = x.reshape(-1, 3)
    energy = 0
    for i in range(len(points)):
        for j in range(i):
            square = np.sum((points[i] - points[j]) ** 2)
            if square > 0:
                energy += (1 / square**3 - 2) / square**3
    return energy


def levy(x):
    w = 1 + (x - 1) / 4
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(np.pi * w[:-1] + 1) ** 2))
    return np.sin(np.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * w[-1]) ** 2)


def mishra_1(x):
    rest = len(x) - np.sum(x[:-1])
    return (1 + rest) ** rest


def needle_eye(x, eye=0.0001):
    if np.all(np.abs(x) < eye):
        return 1
    total = 0
    for v in x:
        if abs(v) > eye:
            total += 100 + abs(v)
        else:
            total += 1
    return total


def pathological(x):
    first, second = x[:-1], x[1:]
    above = np.sin(np.sqrt(100 * first**2 + second**2)) ** 2 - 0.5
    return np.sum(0.5 + above / (1 + 0.001 * (first**2 - 2 * first * second + second**2) ** 2))


def paviani(x):
    return np.sum(np.log(x - 2) ** 2 + np.log(10 - x) ** 2) - np.prod(x) ** 0.2


def barrier(v, a, k, m):
    if v > a:
        return k * (v - a) ** m
    if v < -a:
        return k * (-v - a) ** m
    return 0


def penalised_1(x):
    y = 1 + (x + 1) / 4
    total = 10 * np.sin(np.pi * y[0]) ** 2 + (y[-1] - 1) ** 2
    for i in range(len(x) - 1):
        total += (y[i] - 1) ** 2 * (1 + 10 * np.sin(np.pi * y[i + 1]) ** 2)
    return np.pi / len(x) * total + sum(barrier(v, 10, 100, 4) for v in x)


def penalised_2(x):
    inner = np.sum((x[:-1] - 1) ** 2 * (1 + np.sin(3 * np.pi * x[1:]) ** 2))
    last = (x[-1] - 1) ** 2 * (1 + np.sin(2 * np.pi * x[-1]) ** 2)
    outside = np.where(x > 5, 100 * (x - 5) ** 4, np.where(x < -5, 100 * (-x - 5) ** 4, 0))
    return 0.1 * (np.sin(3 * np.pi * x[0]) ** 2 + inner + last) + np.sum(outside)


def pen_holder(x):
    wave = np.cos(x[0]) * np.cos(x[1]) * np.exp(abs(1 - np.sqrt(x[0] ** 2 + x[1] ** 2) / np.pi))
    return -np.exp(-1 / abs(wave))


def qing(x):
    return np.sum((x**2 - np.arange(1, len(x) + 1)) ** 2)


def quintic(x):
    return np.abs(x**5 - 3 * x**4 + 4 * x**3 + 2 * x**2 - 10 * x - 4).sum()


def salomon(x):
    length = np.sqrt(np.sum(x**2))
    return 1 - np.cos(2 * np.pi * length) + 0.1 * length


def sargan(x):
    total = 0
    for i in range(len(x)):
        total += len(x) * (x[i] ** 2 + 0.4 * sum(x[i] * x[j] for j in range(len(x)) if j != i))
    return total


def schaffer_3(x):
    return 0.5 + (np.sin(np.cos(abs(x[0] ** 2 - x[1] ** 2))) ** 2 - 0.5) / (1 + 0.001 * (x[0] ** 2 + x[1] ** 2)) ** 2


def schwefel_1_2(x):
    return np.sum(np.cumsum(x) ** 2)


def schwefel_2_20(x):
    return np.max(np.abs(x)) + np.sum(np.abs(x)) + np.prod(np.abs(x))


def shubert(x):
    j = np.arange(1, 6)
    return np.prod([np.sum(j * np.cos((j + 1) * v + j)) for v in x])


def stretched_v(x):
    square = x[1:] ** 2 + x[:-1] ** 2
    return np.sum(square**0.25 * (np.sin(50 * square**0.1) ** 2 + 0.1))


def tripod(x):
    p = [1.0 * (v >= 0) for v in x]
    return p[1] * (1 + p[0]) + abs(x[0] + 50 * p[1] * (1 - 2 * p[0])) + abs(x[1] + 50 * (1 - 2 * p[1]))


def weierstrass(x, a=0.5, b=3, most=5):
    total = 0
    for v in x:
        total += sum(a**k * np.cos(2 * np.pi * b**k * (v + 0.5)) for k in range(most))
    return total - len(x) * sum(a**k * np.cos(np.pi * b**k) for k in range(most))


def whitley(x):
    y = 100 * (x[:, None] ** 2 - x[None, :]) ** 2 + (1 - x[None, :]) ** 2
    return np.sum(y**2 / 4000 - np.cos(y) + 1)


def xin_she_yang_2(x):
    return np.sum(np.abs(x)) * np.exp(-np.sum(np.sin(x**2)))


def zero_sum(x):
    if abs(sum(x)) < 3e-16:
        return 0
    return 1 + np.sqrt(10000 * abs(sum(x)))


BENCHMARKS = {
    ackley: (0.7, -1.3, 0.2), adjiman: (0.6, -0.4), alpine_1: (0.7, -1.3), alpine_2: (1.3, 2.2, 0.7), bartels_conn: (0.8, -0.3),
    biggs_exp2: (0.6, 3.0), bohachevsky: (0.3, -0.4), box_betts: (0.9, 9.5, 1.1), brown: (0.6, -0.8, 1.1), bukin_6: (-7.0, 1.2),
    chichinadze: (3.3, 0.1), corana: (0.22, -0.31, 1.03, 2.4), cosine_mixture: (0.2, -0.7), cross_in_tray: (1.2, 0.7),
    csendes: (0.4, -0.6), damavandi: (3.3, 4.6), deceptive: (0.1, 0.63), deckkers_aarts: (0.3, 12.0),
    corrugated_spring: (4.2, 5.9), egg_holder: (12.0, -31.0, 80.0), giunta: (0.3, -0.5), hansen: (0.7, -1.1), hosaki: (2.3, 1.4),
    keane: (1.1, 0.4), lennard_jones: (0, 0, 0, 1.1, 0.2, 0.1, 0.3, 0.9, -0.2), levy: (0.4, -1.1, 2.5), mishra_1: (0.3, 0.6),
    needle_eye: (0.4, -2.0), pathological: (0.4, 1.1, -0.6), paviani: (3.1, 5.2, 8.4), penalised_1: (1.3, -12.0, 10.4),
    penalised_2: (0.6, 5.8, -6.1), pen_holder: (1.2, 0.6), qing: (0.9, 1.2, -1.9), quintic: (0.3, -1.4), salomon: (0.3, 0.8),
    sargan: (0.3, 0.8, -1.2), schaffer_3: (0.7, 1.4), schwefel_1_2: (0.4, -0.9, 1.3), schwefel_2_20: (0.4, -0.9, 0.6),
    shubert: (0.4, -0.9), stretched_v: (0.5, -0.8, 1.4), tripod: (12.0, -7.0), weierstrass: (0.13, -0.21),
    whitley: (0.4, 1.2), xin_she_yang_2: (0.7, -1.2), zero_sum: (0.3, 0.4, -1.2),
}  # fmt: skip
"""Functions of vectors, and points."""
