"""Families of ranks, first digits and chains: counts from one, with tails that are powers or cut off.

Order: power laws; laws of digits and of trials whose chances fall; finite ranges; polymers.
"""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="ZipfMandelbrot",
        params=(
            Param("s", "nonnegative", "exponent of the power law"),
            Param("q", "nonnegative", "shift of the rank"),
            Param("N", "positive integer", "number of ranks"),
        ),
        support=("1", "N"),
        log_density="-s*log(x + q) - log(zeta(s, q + 1) - zeta(s, q + N + 1))",
        measure="counting",
        source="Mandelbrot, An informational theory of the statistical structure of language,"
        " in: Communication Theory (1953)",
        aliases=(
            Alias(
                "Zipf",
                (
                    Param("s", "nonnegative", "exponent of the power law"),
                    Param("N", "positive integer", "number of ranks"),
                ),
                {"s": "s", "q": "0", "N": "N"},
                source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 11",
                elsewhere={"scipy": ("zipfian", {"a": "s", "n": "N"})},
                synonyms=("Zipfian",),
            ),
        ),
    ),
    Family(
        name="HurwitzZeta",
        params=(Param("s", "positive", "exponent of the power law"), Param("q", "positive", "shift of the value")),
        support=("0", "oo"),
        log_density="-s*log(x + q) - log(zeta(s, q))",
        measure="counting",
        constraints=("s > 1",),
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 11",
    ),
    Family(
        name="GaussKuzmin",
        params=(),
        support=("1", "oo"),
        log_density="log(-log(1 - 1/(x + 1)**2)) - log(log(2))",
        measure="counting",
        source="Khinchin, Continued Fractions (1964), ch. 3",
    ),
    Family(
        name="Benford",
        params=(Param("b", "positive integer", "base of the number system"),),
        support=("1", "b - 1"),
        log_density="log(log(1 + 1/x)) - log(log(b))",
        measure="counting",
        constraints=("b > 1",),
        source="Benford, The law of anomalous numbers, Proc. Amer. Philos. Soc. 78 (1938), 551-572",
    ),
    Family(  # the first success, when the k-th trial succeeds with probability alpha/k
        name="Sibuya",
        params=(Param("alpha", "probability", "probability of a success in the first trial"),),
        support=("1", "oo"),
        log_density="log(alpha) + loggamma(x - alpha) - loggamma(1 - alpha) - loggamma(x + 1)",
        measure="counting",
        source="Sibuya, Generalized hypergeometric, digamma and trigamma distributions,"
        " Ann. Inst. Stat. Math. 31 (1979), 373-390",
    ),
    Family(
        name="IdealSoliton",
        params=(Param("N", "positive integer", "number of values"),),
        support=("1", "N"),
        log_density="Piecewise((-log(N), x < 2), (-log(x) - log(x - 1), True))",
        measure="counting",
        source="Luby, LT codes, Proc. IEEE Symp. Foundations of Computer Science (2002), 271-280",
    ),
    Family(
        name="FlorySchulz",
        params=(Param("a", "probability", "share of unreacted monomer"),),
        support=("1", "oo"),
        log_density="2*log(a) + log(x) + (x - 1)*log(1 - a)",
        measure="counting",
        source="Flory, Molecular size distribution in linear condensation polymers, J. Am. Chem. Soc. 58 (1936)",
        elsewhere={"scipy": ("nbinom", {"n": "2", "p": "a", "loc": "1"})},
    ),
]
