"""Code length: entropies and divergences in bits, as what an optimal code costs.

A prefix code with lengths ℓ_i has Σ 2^(−ℓ_i) ≤ 1 (Kraft 1949). Huffman's code is the best one for p: its mean
length L satisfies H(p) ≤ L < H(p) + 1. A code that is made for q costs about CE(p, q) bits a symbol where p is
true, and the excess over the code for p is about KL(p‖q): exactly so where all probabilities are powers of 1/2.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import mpmath
import sympy as sp

from derive.derivation.quantities import cross_entropy, entropy, kl_divergence
from derive.families.expression import number
from derive.families.library import catalog
from derive.families.parameter import ParameterError


@dataclass(frozen=True)
class Code:
    """A binary prefix code: a word for each symbol.

    >>> huffman((sp.Rational(1, 2), sp.Rational(1, 4), sp.Rational(1, 4))).words
    ('0', '10', '11')
    """

    words: tuple[str, ...]

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(map(len, self.words))

    @property
    def kraft(self) -> Any:
        """Σ 2^(−ℓ): at most 1 for a prefix code, 1 for a full tree."""
        return sp.Add(*(sp.Rational(1, 2**n) for n in self.lengths))

    def mean_length(self, p: Sequence[Any]) -> Any:
        """Σ p_i ℓ_i, exactly."""
        return sp.Add(*(v * n for v, n in zip(p, self.lengths, strict=True)))


def huffman(weights: Sequence[Any]) -> Code:
    """Huffman's code: the two lightest subtrees are joined until one is left (Huffman 1952)."""
    if len(weights) == 1:
        return Code(("",))
    tick = count()
    heap = [(w, next(tick), [i]) for i, w in enumerate(weights)]
    heapq.heapify(heap)
    depth = [0] * len(weights)
    while len(heap) > 1:
        (v, _, left), (w, _, right) = heapq.heappop(heap), heapq.heappop(heap)
        for i in (*left, *right):
            depth[i] += 1
        heapq.heappush(heap, (v + w, next(tick), [*left, *right]))
    return _canonical(depth)


def shannon(weights: Sequence[Any]) -> Code:
    """The code with lengths ⌈−log₂ w_i⌉ (Shannon 1948), which costs less than one bit above CE, whatever is true."""
    return _canonical([int(sp.ceiling(-sp.log(w, 2))) for w in weights])


def _canonical(lengths: Sequence[int]) -> Code:
    """Words of given lengths, in order of length: each is the one before plus one, with zeros behind."""
    words = [""] * len(lengths)
    value, previous = -1, 0
    for length, i in sorted((n, i) for i, n in enumerate(lengths)):
        value = (value + 1) << (length - previous)
        previous = length
        words[i] = format(value, f"0{length}b") if length else ""
    return Code(tuple(words))


@dataclass(frozen=True)
class CodeLength:
    """What codes cost when p is true, in bits a symbol.

    entropy, cross_entropy, divergence   H(p), CE(p, q), KL(p‖q) from the derived formulas
    own, other                           Huffman's codes for p and for q
    length, length_of_other              their mean lengths under p, exactly
    """

    p: tuple[Any, ...]
    q: tuple[Any, ...]
    entropy: mpmath.mpf
    cross_entropy: mpmath.mpf
    divergence: mpmath.mpf
    own: Code
    other: Code

    @property
    def length(self) -> Any:
        return self.own.mean_length(self.p)

    @property
    def length_of_other(self) -> Any:
        return self.other.mean_length(self.p)

    @property
    def excess(self) -> Any:
        """The bits that the wrong code costs."""
        return self.length_of_other - self.length

    @property
    def holds(self) -> bool:
        """H ≤ L < H + 1, by the numbers."""
        slack = mpmath.mpf(10) ** -25
        return bool(self.entropy - slack <= mpmath.mpf(self.length.p) / self.length.q < self.entropy + 1)


def code_length(p: Sequence[Any], q: Sequence[Any] | None = None) -> CodeLength:
    """Codes for exact probabilities p, and for q when another law is believed.

    Raises ParameterError for numbers that are no probabilities, or of unequal count.

    >>> found = code_length(["1/2", "1/4", "1/4"], ["1/4", "1/4", "1/2"])
    >>> print(found.length, found.length_of_other, mpmath.nstr(found.divergence, 5))
    3/2 7/4 0.25
    """
    one = _probabilities(p)
    two = one if q is None else _probabilities(q)
    if len(one) != len(two):
        raise ParameterError(f"Categorical: p has {len(one)} probabilities and q {len(two)}")
    member, model = catalog.Categorical(one), catalog.Categorical(two)
    with mpmath.workdps(40):
        h, ce, kl = (
            f.in_bits().evaluate(digits=30)
            for f in (entropy(member), cross_entropy(member, model), kl_divergence(member, model))
        )
    return CodeLength(one, two, h, ce, kl, huffman(one), huffman(two))


def _probabilities(values: Sequence[Any]) -> tuple[Any, ...]:
    exact = tuple(number(v) if isinstance(v, str) else sp.Rational(str(v)) for v in values)
    if any(not v.is_Rational for v in exact):
        raise ParameterError("Categorical: a code needs rational probabilities")
    return tuple(catalog.Categorical(exact).values[0])


__all__ = ["Code", "CodeLength", "code_length", "huffman", "shannon"]
