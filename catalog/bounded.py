"""Families on a bounded interval.

Order: uniform; beta family; polynomial and trigonometric densities; densities in pieces; truncated
laws; the rest.
"""

from derive.family import Family, Param

FAMILIES = [
    Family(
        name="Uniform",
        params=(Param("a", "real", "lower end"), Param("b", "real", "upper end")),
        support=("a", "b"),
        log_density="-log(b - a)",
        constraints=("a < b",),
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 26",
        elsewhere={
            "scipy": ("uniform", {"loc": "a", "scale": "b - a"}),
            "torch": ("Uniform", {"low": "a", "high": "b"}),
        },
        synonyms=("ContinuousUniform", "Rectangular"),
    ),
    Family(
        name="Beta",
        params=(
            Param("alpha", "positive", "shape, governs x near 0"),
            Param("beta", "positive", "shape, governs x near 1"),
        ),
        support=("0", "1"),
        log_density="loggamma(alpha + beta) - loggamma(alpha) - loggamma(beta)"
        " + (alpha - 1)*log(x) + (beta - 1)*log(1 - x)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 25",
        elsewhere={
            "scipy": ("beta", {"a": "alpha", "b": "beta"}),
            "torch": ("Beta", {"concentration1": "alpha", "concentration0": "beta"}),
        },
    ),
    Family(
        name="Kumaraswamy",
        params=(
            Param("a", "positive", "shape, governs x near 0"),
            Param("b", "positive", "shape, governs x near 1"),
        ),
        support=("0", "1"),
        log_density="log(a) + log(b) + (a - 1)*log(x) + (b - 1)*log(1 - x**a)",
        source="Jones, Kumaraswamy's distribution: a beta-type distribution, Stat. Methodol. 6 (2009), 70-81",
        elsewhere={"torch": ("Kumaraswamy", {"concentration1": "a", "concentration0": "b"})},
    ),
    Family(
        name="PowerFunction",
        params=(Param("alpha", "positive", "shape, the power plus one"), Param("b", "positive", "upper end")),
        support=("0", "b"),
        log_density="log(alpha) - alpha*log(b) + (alpha - 1)*log(x)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 25",
        elsewhere={"scipy": ("powerlaw", {"a": "alpha", "scale": "b"})},
    ),
    Family(
        name="ToppLeone",
        params=(Param("nu", "positive", "shape"),),
        support=("0", "1"),
        log_density="log(2) + log(nu) + log(1 - x) + (nu - 1)*log(x) + (nu - 1)*log(2 - x)",
        source="Kotz, van Dorp, Beyond Beta (2004), ch. 2",
    ),
    Family(
        name="Arcsine",
        params=(Param("a", "real", "lower end"), Param("b", "real", "upper end")),
        support=("a", "b"),
        log_density="-log(pi) - log(x - a)/2 - log(b - x)/2",
        constraints=("a < b",),
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 25",
        elsewhere={"scipy": ("arcsine", {"loc": "a", "scale": "b - a"})},
    ),
    Family(
        name="Semicircle",
        params=(Param("mu", "real", "location, the centre"), Param("R", "positive", "radius, the half width")),
        support=("mu - R", "mu + R"),
        log_density="log(2) - log(pi) - 2*log(R) + log(R - (x - mu))/2 + log(R + (x - mu))/2",
        source="Anderson, Guionnet, Zeitouni, An Introduction to Random Matrices (2010), ch. 2",
        elsewhere={"scipy": ("semicircular", {"loc": "mu", "scale": "R"})},
        synonyms=("WignerSemicircle", "Wigner"),
    ),
    Family(
        name="Epanechnikov",
        params=(Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
        support=("mu - s", "mu + s"),
        log_density="log(3) - log(4) - 3*log(s) + log(s - (x - mu)) + log(s + (x - mu))",
        source="Silverman, Density Estimation for Statistics and Data Analysis (1986), ch. 3",
        elsewhere={"scipy": ("rdist", {"c": "4", "loc": "mu", "scale": "s"})},
    ),
    Family(
        name="UQuadratic",
        params=(Param("a", "real", "lower end"), Param("b", "real", "upper end")),
        support=("a", "b"),
        log_density="log(12) - 3*log(b - a) + 2*log(abs(x - (a + b)/2))",
        constraints=("a < b",),
        source="Rinne, Location-Scale Distributions (2010), ch. 5",
    ),
    Family(
        name="RaisedCosine",
        params=(Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
        support=("mu - s", "mu + s"),
        log_density="-log(2) - log(s) + log(1 + cos(pi*(x - mu)/s))",
        source="Rinne, Location-Scale Distributions (2010), ch. 5",
        elsewhere={"scipy": ("cosine", {"loc": "mu", "scale": "s/pi"})},
    ),
    Family(
        name="Anglit",
        params=(Param("mu", "real", "location, the centre"), Param("s", "positive", "scale; the width is pi*s/2")),
        support=("mu - pi*s/4", "mu + pi*s/4"),
        log_density="-log(s) + log(cos(2*(x - mu)/s))",
        source="Rinne, Location-Scale Distributions (2010), ch. 5",
        elsewhere={"scipy": ("anglit", {"loc": "mu", "scale": "s"})},
    ),
    Family(
        name="Triangular",
        params=(Param("a", "real", "lower end"), Param("b", "real", "upper end"), Param("c", "real", "mode")),
        support=("a", "b"),
        log_density="log(2) - log(b - a)"
        " + Piecewise((log(x - a) - log(c - a), x < c), (log(b - x) - log(b - c), True))",
        constraints=("a < c", "c < b"),
        source="Kotz, van Dorp, Beyond Beta (2004), ch. 1",
        elsewhere={"scipy": ("triang", {"c": "(c - a)/(b - a)", "loc": "a", "scale": "b - a"})},
    ),
    Family(
        name="Trapezoidal",
        params=(
            Param("a", "real", "lower end"),
            Param("b", "real", "where the level part starts"),
            Param("c", "real", "where the level part stops"),
            Param("d", "real", "upper end"),
        ),
        support=("a", "d"),
        log_density="log(2) - log(c + d - a - b)"
        " + Piecewise((log(x - a) - log(b - a), x < b), (0, x < c), (log(d - x) - log(d - c), True))",
        constraints=("a < b", "b < c", "c < d"),
        source="van Dorp, Kotz, Generalized trapezoidal distributions, Metrika 58 (2003), 85-97",
        elsewhere={
            "scipy": ("trapezoid", {"c": "(b - a)/(d - a)", "d": "(c - a)/(d - a)", "loc": "a", "scale": "d - a"}),
        },
    ),
    Family(
        name="TruncatedNormal",
        params=(
            Param("mu", "real", "mean before truncation"),
            Param("sigma", "positive", "standard deviation before truncation"),
            Param("a", "real", "lower end"),
            Param("b", "real", "upper end"),
        ),
        support=("a", "b"),
        log_density="log(2) - log(2*pi)/2 - log(sigma) - (x - mu)**2/(2*sigma**2)"
        " - log(erf((b - mu)/(sqrt(2)*sigma)) - erf((a - mu)/(sqrt(2)*sigma)))",
        constraints=("a < b",),
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 13",
        elsewhere={
            "scipy": ("truncnorm", {"a": "(a - mu)/sigma", "b": "(b - mu)/sigma", "loc": "mu", "scale": "sigma"}),
        },
    ),
    Family(
        name="TruncatedExponential",
        params=(Param("lamda", "positive", "rate"), Param("b", "positive", "upper end")),
        support=("0", "b"),
        log_density="log(lamda) - lamda*x - log(1 - exp(-lamda*b))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 19",
        elsewhere={"scipy": ("truncexpon", {"b": "lamda*b", "scale": "1/lamda"})},
    ),
    Family(
        name="TruncatedPareto",
        params=(
            Param("alpha", "positive", "shape, tail index before truncation"),
            Param("L", "positive", "lower end"),
            Param("H", "positive", "upper end"),
        ),
        support=("L", "H"),
        log_density="log(alpha) + alpha*log(L) - (alpha + 1)*log(x) - log(1 - (L/H)**alpha)",
        constraints=("L < H",),
        source="Aban, Meerschaert, Panorska, Parameter estimation for the truncated Pareto distribution,"
        " J. Amer. Statist. Assoc. 101 (2006), 270-277",
        elsewhere={"scipy": ("truncpareto", {"b": "alpha", "c": "H/L", "scale": "L"})},
        synonyms=("BoundedPareto",),
    ),
    Family(
        name="LogUniform",
        params=(Param("a", "positive", "lower end"), Param("b", "positive", "upper end")),
        support=("a", "b"),
        log_density="-log(x) - log(log(b) - log(a))",
        constraints=("a < b",),
        source="Hamming, On the distribution of numbers, Bell Syst. Tech. J. 49 (1970), 1609-1625",
        elsewhere={"scipy": ("loguniform", {"a": "a", "b": "b"})},
        synonyms=("Reciprocal",),
    ),
    Family(
        name="Bradford",
        params=(Param("c", "positive", "shape, how much the density falls from 0 to 1"),),
        support=("0", "1"),
        log_density="log(c) - log(log(1 + c)) - log(1 + c*x)",
        source="Leimkuhler, The Bradford distribution, J. Doc. 23 (1967), 197-207",
        elsewhere={"scipy": ("bradford", {"c": "c"})},
    ),
    Family(
        name="ContinuousBernoulli",
        params=(Param("lamda", "probability", "shape, weight of 1 against 0; 1/2 is uniform"),),
        support=("0", "1"),
        log_density="x*log(lamda) + (1 - x)*log(1 - lamda) + log((log(1 - lamda) - log(lamda))/(1 - 2*lamda))",
        source="Loaiza-Ganem, Cunningham, The continuous Bernoulli, NeurIPS 32 (2019)",
        elsewhere={"torch": ("ContinuousBernoulli", {"probs": "lamda"})},
    ),
]
