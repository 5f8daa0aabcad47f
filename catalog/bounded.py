"""Families on a bounded interval.

Order: uniform; beta family; polynomial and trigonometric densities; densities in pieces; truncated
laws; the rest.
"""

from derive import Alias, Family, Param

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
        aliases=(
            Alias(
                "BetaProportion",
                (Param("mu", "probability", "mean"), Param("phi", "positive", "precision, the sum of the two shapes")),
                {"alpha": "mu*phi", "beta": "(1 - mu)*phi"},
                source="Ferrari, Cribari-Neto, Beta regression for modelling rates, J. Appl. Stat. 31 (2004), 799-815",
                elsewhere={
                    "scipy": ("beta", {"a": "mu*phi", "b": "(1 - mu)*phi"}),
                    "torch": ("Beta", {"concentration1": "mu*phi", "concentration0": "(1 - mu)*phi"}),
                },
                synonyms=("BetaMeanPrecision",),
            ),
        ),
    ),
    Family(
        name="FourParameterBeta",
        params=(
            Param("alpha", "positive", "shape, governs x near a"),
            Param("beta", "positive", "shape, governs x near b"),
            Param("a", "real", "lower end"),
            Param("b", "real", "upper end"),
        ),
        support=("a", "b"),
        log_density="loggamma(alpha + beta) - loggamma(alpha) - loggamma(beta) - (alpha + beta - 1)*log(b - a)"
        " + (alpha - 1)*log(x - a) + (beta - 1)*log(b - x)",
        constraints=("a < b",),
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 25",
        elsewhere={"scipy": ("beta", {"a": "alpha", "b": "beta", "loc": "a", "scale": "b - a"})},
        aliases=(
            Alias(
                "RDist",
                (Param("c", "positive", "shape, the dimension plus one"),),
                {"alpha": "c/2", "beta": "c/2", "a": "-1", "b": "1"},
                elsewhere={"scipy": ("rdist", {"c": "c"})},
                synonyms=("PearsonTypeII", "SymmetricBeta"),
            ),
            Alias(
                "Biweight",
                (Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
                {"alpha": "3", "beta": "3", "a": "mu - s", "b": "mu + s"},
                source="Silverman, Density Estimation for Statistics and Data Analysis (1986), ch. 3",
                elsewhere={"scipy": ("rdist", {"c": "6", "loc": "mu", "scale": "s"})},
                synonyms=("Quartic",),
            ),
            Alias(
                "Triweight",
                (Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
                {"alpha": "4", "beta": "4", "a": "mu - s", "b": "mu + s"},
                source="Silverman, Density Estimation for Statistics and Data Analysis (1986), ch. 3",
                elsewhere={"scipy": ("rdist", {"c": "8", "loc": "mu", "scale": "s"})},
            ),
            Alias(
                "PERT",
                (
                    Param("a", "real", "lower end, the optimistic value"),
                    Param("c", "real", "mode, the most likely value"),
                    Param("b", "real", "upper end, the pessimistic value"),
                ),
                {"alpha": "1 + 4*(c - a)/(b - a)", "beta": "1 + 4*(b - c)/(b - a)", "a": "a", "b": "b"},
                source="Malcolm et al., Application of a technique for R and D program evaluation, Oper. Res. 7 (1959)",
                elsewhere={
                    "scipy": (
                        "beta",
                        {
                            "a": "1 + 4*(c - a)/(b - a)",
                            "b": "1 + 4*(b - c)/(b - a)",
                            "loc": "a",
                            "scale": "b - a",
                        },
                    )
                },
                constraints=("a < c", "c < b"),
            ),
        ),
        synonyms=("PearsonTypeI", "GeneralBeta"),
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
        name="GeneralizedBetaFirstKind",
        params=(
            Param("a", "positive", "shape, power of x"),
            Param("b", "positive", "upper end"),
            Param("p", "positive", "shape, governs x near 0"),
            Param("q", "positive", "shape, governs x near b"),
        ),
        support=("0", "b"),
        log_density="log(a) - a*p*log(b) - loggamma(p) - loggamma(q) + loggamma(p + q)"
        " + (a*p - 1)*log(x) + (q - 1)*log(1 - (x/b)**a)",
        source="McDonald, Some generalized functions for the size distribution of income, Econometrica 52 (1984)",
        synonyms=("GB1",),
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
        synonyms=("Arcsin",),
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
        name="Tricube",
        params=(Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
        support=("mu - s", "mu + s"),
        log_density="log(70) - log(81) - log(s) + 3*log(1 - (abs(x - mu)/s)**3)",
        source="Cleveland, Robust locally weighted regression, J. Amer. Statist. Assoc. 74 (1979), 829-836",
    ),
    Family(
        name="UQuadratic",
        params=(Param("a", "real", "lower end"), Param("b", "real", "upper end")),
        support=("a", "b"),
        log_density="log(12) - 3*log(b - a) + 2*log(abs(x - (a + b)/2))",
        constraints=("a < b",),
        source="Rinne, Location-Scale Distributions (2010), ch. 5",
        synonyms=("QuadraticU",),
    ),
    Family(
        name="RaisedCosine",
        params=(Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
        support=("mu - s", "mu + s"),
        log_density="-log(2) - log(s) + log(1 + cos(pi*(x - mu)/s))",
        source="Rinne, Location-Scale Distributions (2010), ch. 5",
        elsewhere={"scipy": ("cosine", {"loc": "mu", "scale": "s/pi"})},
        synonyms=("Cosine",),
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
        aliases=(
            Alias(
                "SymmetricTriangular",
                (Param("mu", "real", "location, the centre"), Param("s", "positive", "scale, the half width")),
                {"a": "mu - s", "b": "mu + s", "c": "mu"},
                elsewhere={"scipy": ("triang", {"c": "1/2", "loc": "mu - s", "scale": "2*s"})},
                synonyms=("SymTriangular", "Simpson"),
            ),
        ),
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
        name="TruncatedCauchy",
        params=(
            Param("x_0", "real", "median before truncation"),
            Param("gamma", "positive", "scale before truncation"),
            Param("a", "real", "lower end"),
            Param("b", "real", "upper end"),
        ),
        support=("a", "b"),
        log_density="-log(gamma) - log(1 + ((x - x_0)/gamma)**2) - log(atan((b - x_0)/gamma) - atan((a - x_0)/gamma))",
        constraints=("a < b",),
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 16",
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
        name="TruncatedPowerLaw",
        params=(
            Param("alpha", "nonzero", "power of x plus one"),
            Param("a", "positive", "lower end"),
            Param("b", "positive", "upper end"),
        ),
        support=("a", "b"),
        log_density="(alpha - 1)*log(x) - log((b**alpha - a**alpha)/alpha)",
        constraints=("a < b",),
        source="Clauset, Shalizi, Newman, Power-law distributions in empirical data, SIAM Review 51 (2009)",
        synonyms=("DoublyTruncatedPowerLaw",),
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
    Family(
        name="Argus",
        params=(Param("chi", "positive", "shape, curvature"), Param("c", "positive", "upper end, the cut-off")),
        support=("0", "c"),
        log_density="3*log(chi) - log(2*pi)/2 - 2*log(c) + log(x) + log(1 - x**2/c**2)/2 - chi**2/2*(1 - x**2/c**2)"
        " - log(erf(chi/sqrt(2))/2 - chi*exp(-chi**2/2)/sqrt(2*pi))",
        source="Albrecht et al. (ARGUS), Search for hadronic b to u decays, Phys. Lett. B 241 (1990), 278-282",
        elsewhere={"scipy": ("argus", {"chi": "chi", "scale": "c"})},
    ),
    Family(
        name="GeneralizedHalfLogistic",
        params=(Param("c", "positive", "shape, one over the upper end"),),
        support=("0", "1/c"),
        log_density="log(2) + (1/c - 1)*log(1 - c*x) - 2*log(1 + (1 - c*x)**(1/c))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        elsewhere={"scipy": ("genhalflogistic", {"c": "c"})},
    ),
]
