"""Families on a half line.

Order: gamma family; chi family; powers and exponentials of it (Weibull, Gompertz, ...); logarithms
of laws on the real line; halves of symmetric laws; beta prime family; Pareto family; inverse
Gaussian family and the rest.
"""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="Exponential",
        params=(Param("lamda", "positive", "rate, one over the mean"),),
        support=("0", "oo"),
        log_density="log(lamda) - lamda*x",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 19",
        elsewhere={
            "scipy": ("expon", {"scale": "1/lamda"}),
            "torch": ("Exponential", {"rate": "lamda"}),
        },
        synonyms=("NegativeExponential",),
    ),
    Family(
        name="Gamma",
        params=(Param("k", "positive", "shape"), Param("theta", "positive", "scale")),
        support=("0", "oo"),
        log_density="(k - 1)*log(x) - x/theta - loggamma(k) - k*log(theta)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 17",
        elsewhere={
            "scipy": ("gamma", {"a": "k", "scale": "theta"}),
            "torch": ("Gamma", {"concentration": "k", "rate": "1/theta"}),
        },
        aliases=(
            Alias(
                "Erlang",
                (Param("k", "positive integer", "shape"), Param("lamda", "positive", "rate")),
                {"k": "k", "theta": "1/lamda"},
                elsewhere={
                    "scipy": ("erlang", {"a": "k", "scale": "1/lamda"}),
                    "torch": ("Gamma", {"concentration": "k", "rate": "lamda"}),
                },
            ),
            Alias(
                "ChiSquared",
                (Param("nu", "positive", "degrees of freedom"),),
                {"k": "nu/2", "theta": "2"},
                source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 18",
                elsewhere={"scipy": ("chi2", {"df": "nu"}), "torch": ("Chi2", {"df": "nu"})},
                synonyms=("ChiSquare", "Chi2"),
            ),
        ),
    ),
    Family(
        name="InverseGamma",
        params=(Param("alpha", "positive", "shape"), Param("beta", "positive", "scale (rate of the gamma law of 1/x)")),
        support=("0", "oo"),
        log_density="alpha*log(beta) - loggamma(alpha) - (alpha + 1)*log(x) - beta/x",
        source="Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), app. A",
        elsewhere={
            "scipy": ("invgamma", {"a": "alpha", "scale": "beta"}),
            "torch": ("InverseGamma", {"concentration": "alpha", "rate": "beta"}),
        },
        aliases=(
            Alias(
                "InverseChiSquared",
                (Param("nu", "positive", "degrees of freedom"),),
                {"alpha": "nu/2", "beta": "1/2"},
                elsewhere={
                    "scipy": ("invgamma", {"a": "nu/2", "scale": "1/2"}),
                    "torch": ("InverseGamma", {"concentration": "nu/2", "rate": "1/2"}),
                },
                synonyms=("InverseChiSquare", "InvChi2"),
            ),
            Alias(
                "ScaledInverseChiSquared",
                (Param("nu", "positive", "degrees of freedom"), Param("tau2", "positive", "scale (a variance)")),
                {"alpha": "nu/2", "beta": "nu*tau2/2"},
                elsewhere={
                    "scipy": ("invgamma", {"a": "nu/2", "scale": "nu*tau2/2"}),
                    "torch": ("InverseGamma", {"concentration": "nu/2", "rate": "nu*tau2/2"}),
                },
                synonyms=("ScaledInverseChiSquare", "ScaledInvChi2"),
            ),
            Alias(
                "InverseExponential",
                (Param("theta", "positive", "scale (rate of the exponential law of 1/x)"),),
                {"alpha": "1", "beta": "theta"},
                elsewhere={
                    "scipy": ("invgamma", {"a": "1", "scale": "theta"}),
                    "torch": ("InverseGamma", {"concentration": "1", "rate": "theta"}),
                },
            ),
        ),
        synonyms=("InvertedGamma", "InvGamma", "GammaInverse"),
    ),
    Family(
        name="GeneralizedGamma",
        params=(
            Param("a", "positive", "scale"),
            Param("d", "positive", "shape, power of x at 0 plus one"),
            Param("p", "positive", "shape, power of x in the exponent"),
        ),
        support=("0", "oo"),
        log_density="log(p) - d*log(a) - loggamma(d/p) + (d - 1)*log(x) - (x/a)**p",
        source="Stacy, A generalization of the gamma distribution, Ann. Math. Statist. 33 (1962), 1187-1192",
        elsewhere={"scipy": ("gengamma", {"a": "d/p", "c": "p", "scale": "a"})},
        aliases=(
            Alias(
                "HalfGeneralizedNormal",
                (Param("alpha", "positive", "scale"), Param("beta", "positive", "shape, power of x in the exponent")),
                {"a": "alpha", "d": "1", "p": "beta"},
                elsewhere={"scipy": ("halfgennorm", {"beta": "beta", "scale": "alpha"})},
            ),
        ),
        synonyms=("Stacy",),
    ),
    Family(
        name="Rayleigh",
        params=(Param("sigma", "positive", "scale, the mode"),),
        support=("0", "oo"),
        log_density="log(x) - 2*log(sigma) - x**2/(2*sigma**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 18",
        elsewhere={"scipy": ("rayleigh", {"scale": "sigma"})},
    ),
    Family(
        name="Maxwell",
        params=(Param("a", "positive", "scale, standard deviation of each component"),),
        support=("0", "oo"),
        log_density="log(2)/2 - log(pi)/2 - 3*log(a) + 2*log(x) - x**2/(2*a**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 18",
        elsewhere={"scipy": ("maxwell", {"scale": "a"})},
        synonyms=("MaxwellBoltzmann",),
    ),
    Family(
        name="Nakagami",
        params=(Param("m", "positive", "shape"), Param("Omega", "positive", "spread, the mean of x**2")),
        support=("0", "oo"),
        log_density="log(2) + m*log(m) - loggamma(m) - m*log(Omega) + (2*m - 1)*log(x) - m*x**2/Omega",
        source="Simon, Alouini, Digital Communication over Fading Channels, 2nd ed. (2005), ch. 2",
        elsewhere={"scipy": ("nakagami", {"nu": "m", "scale": "sqrt(Omega)"})},
        aliases=(
            Alias(
                "Chi",
                (Param("nu", "positive", "degrees of freedom"),),
                {"m": "nu/2", "Omega": "nu"},
                source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 18",
                elsewhere={"scipy": ("chi", {"df": "nu"})},
            ),
        ),
    ),
    Family(
        name="Weibull",
        params=(Param("k", "positive", "shape"), Param("lamda", "positive", "scale")),
        support=("0", "oo"),
        log_density="log(k) - k*log(lamda) + (k - 1)*log(x) - (x/lamda)**k",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 21",
        elsewhere={
            "scipy": ("weibull_min", {"c": "k", "scale": "lamda"}),
            "torch": ("Weibull", {"scale": "lamda", "concentration": "k"}),
        },
    ),
    Family(
        name="Frechet",
        params=(
            Param("alpha", "positive", "shape"),
            Param("s", "positive", "scale"),
            Param("m", "real", "location, the lower end"),
        ),
        support=("m", "oo"),
        log_density="log(alpha) + alpha*log(s) - (alpha + 1)*log(x - m) - ((x - m)/s)**(-alpha)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 22",
        elsewhere={"scipy": ("invweibull", {"c": "alpha", "loc": "m", "scale": "s"})},
        aliases=(
            Alias(
                "InverseWeibull",
                (Param("alpha", "positive", "shape"), Param("s", "positive", "scale")),
                {"alpha": "alpha", "s": "s", "m": "0"},
                elsewhere={"scipy": ("invweibull", {"c": "alpha", "scale": "s"})},
            ),
            Alias(
                "InverseRayleigh",
                (Param("s", "positive", "scale"),),
                {"alpha": "2", "s": "s", "m": "0"},
                elsewhere={"scipy": ("invweibull", {"c": "2", "scale": "s"})},
            ),
        ),
    ),
    Family(
        name="Gompertz",
        params=(Param("eta", "positive", "shape"), Param("b", "positive", "rate")),
        support=("0", "oo"),
        log_density="log(b) + log(eta) + eta + b*x - eta*exp(b*x)",
        source="Marshall, Olkin, Life Distributions (2007), ch. 10",
        elsewhere={"scipy": ("gompertz", {"c": "eta", "scale": "1/b"})},
    ),
    Family(
        name="ExponentiatedExponential",
        params=(Param("alpha", "positive", "shape"), Param("lamda", "positive", "rate")),
        support=("0", "oo"),
        log_density="log(alpha) + log(lamda) - lamda*x + (alpha - 1)*log(1 - exp(-lamda*x))",
        source="Gupta, Kundu, Generalized exponential distributions, Aust. N. Z. J. Stat. 41 (1999), 173-188",
        elsewhere={"scipy": ("exponweib", {"a": "alpha", "c": "1", "scale": "1/lamda"})},
    ),
    Family(
        name="LogNormal",
        params=(
            Param("mu", "real", "mean of log x, not of x"),
            Param("sigma", "positive", "standard deviation of log x"),
        ),
        support=("0", "oo"),
        log_density="-log(x) - log(sigma) - log(2*pi)/2 - (log(x) - mu)**2/(2*sigma**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 14",
        elsewhere={
            "scipy": ("lognorm", {"s": "sigma", "scale": "exp(mu)"}),
            "torch": ("LogNormal", {"loc": "mu", "scale": "sigma"}),
        },
        aliases=(
            Alias(
                "Gibrat",
                (),
                {"mu": "0", "sigma": "1"},
                elsewhere={"scipy": ("gibrat", {}), "torch": ("LogNormal", {"loc": "0", "scale": "1"})},
                synonyms=("Gilbrat",),
            ),
        ),
        synonyms=("Galton",),
    ),
    Family(
        name="LogCauchy",
        params=(Param("mu", "real", "median of log x"), Param("sigma", "positive", "scale of log x")),
        support=("0", "oo"),
        log_density="-log(pi) - log(sigma) - log(x) - log(1 + ((log(x) - mu)/sigma)**2)",
        source="Marshall, Olkin, Life Distributions (2007), ch. 12",
    ),
    Family(
        name="LogLaplace",
        params=(Param("mu", "real", "median of log x"), Param("b", "positive", "scale of log x")),
        support=("0", "oo"),
        log_density="-log(2) - log(b) - log(x) - abs(log(x) - mu)/b",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 24",
        elsewhere={"scipy": ("loglaplace", {"c": "1/b", "scale": "exp(mu)"})},
    ),
    Family(
        name="LogLogistic",
        params=(Param("alpha", "positive", "scale, the median"), Param("beta", "positive", "shape")),
        support=("0", "oo"),
        log_density="log(beta) - beta*log(alpha) + (beta - 1)*log(x) - 2*log(1 + (x/alpha)**beta)",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 6",
        elsewhere={"scipy": ("fisk", {"c": "beta", "scale": "alpha"})},
        synonyms=("Fisk",),
    ),
    Family(
        name="HalfNormal",
        params=(Param("sigma", "positive", "scale, standard deviation of the whole normal law"),),
        support=("0", "oo"),
        log_density="log(2)/2 - log(pi)/2 - log(sigma) - x**2/(2*sigma**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 13",
        elsewhere={
            "scipy": ("halfnorm", {"scale": "sigma"}),
            "torch": ("HalfNormal", {"scale": "sigma"}),
        },
    ),
    Family(
        name="HalfCauchy",
        params=(Param("gamma", "positive", "scale, the median"),),
        support=("0", "oo"),
        log_density="log(2) - log(pi) - log(gamma) - log(1 + (x/gamma)**2)",
        source="Gelman, Prior distributions for variance parameters, Bayesian Analysis 1 (2006), 515-534",
        elsewhere={
            "scipy": ("halfcauchy", {"scale": "gamma"}),
            "torch": ("HalfCauchy", {"scale": "gamma"}),
        },
    ),
    Family(
        name="HalfLogistic",
        params=(Param("s", "positive", "scale"),),
        support=("0", "oo"),
        log_density="log(2) - log(s) - x/s - 2*log(1 + exp(-x/s))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        elsewhere={"scipy": ("halflogistic", {"scale": "s"})},
    ),
    Family(
        name="BetaPrime",
        params=(
            Param("alpha", "positive", "shape, governs x near 0"),
            Param("beta", "positive", "shape, governs the tail"),
        ),
        support=("0", "oo"),
        log_density="loggamma(alpha + beta) - loggamma(alpha) - loggamma(beta)"
        " + (alpha - 1)*log(x) - (alpha + beta)*log(1 + x)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 25",
        elsewhere={"scipy": ("betaprime", {"a": "alpha", "b": "beta"})},
        synonyms=("InvertedBeta", "BetaSecondKind"),
    ),
    Family(
        name="F",
        params=(
            Param("d1", "positive", "degrees of freedom of the numerator"),
            Param("d2", "positive", "degrees of freedom of the denominator"),
        ),
        support=("0", "oo"),
        log_density="loggamma((d1 + d2)/2) - loggamma(d1/2) - loggamma(d2/2) + d1/2*(log(d1) - log(d2))"
        " + (d1/2 - 1)*log(x) - (d1 + d2)/2*log(1 + d1*x/d2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 27",
        elsewhere={
            "scipy": ("f", {"dfn": "d1", "dfd": "d2"}),
            "torch": ("FisherSnedecor", {"df1": "d1", "df2": "d2"}),
        },
        synonyms=("FisherSnedecor", "FisherF", "SnedecorF", "FDistribution"),
    ),
    Family(
        name="BurrXII",
        params=(
            Param("c", "positive", "shape, power of x at 0"),
            Param("k", "positive", "shape, governs the tail"),
            Param("lamda", "positive", "scale"),
        ),
        support=("0", "oo"),
        log_density="log(c) + log(k) - c*log(lamda) + (c - 1)*log(x) - (k + 1)*log(1 + (x/lamda)**c)",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 6",
        elsewhere={"scipy": ("burr12", {"c": "c", "d": "k", "scale": "lamda"})},
        aliases=(
            Alias(
                "Paralogistic",
                (Param("alpha", "positive", "shape"), Param("theta", "positive", "scale")),
                {"c": "alpha", "k": "alpha", "lamda": "theta"},
                source="Klugman, Panjer, Willmot, Loss Models, 4th ed. (2012), app. A",
                elsewhere={"scipy": ("burr12", {"c": "alpha", "d": "alpha", "scale": "theta"})},
            ),
        ),
        synonyms=("SinghMaddala", "Burr12", "BurrTypeXII"),
    ),
    Family(
        name="Dagum",
        params=(
            Param("p", "positive", "shape, governs x near 0"),
            Param("a", "positive", "shape, governs the tail"),
            Param("b", "positive", "scale"),
        ),
        support=("0", "oo"),
        log_density="log(a) + log(p) - a*p*log(b) + (a*p - 1)*log(x) - (p + 1)*log(1 + (x/b)**a)",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 6",
        elsewhere={"scipy": ("burr", {"c": "a", "d": "p", "scale": "b"})},
        aliases=(
            Alias(
                "InverseParalogistic",
                (Param("tau", "positive", "shape"), Param("theta", "positive", "scale")),
                {"p": "tau", "a": "tau", "b": "theta"},
                source="Klugman, Panjer, Willmot, Loss Models, 4th ed. (2012), app. A",
                elsewhere={"scipy": ("burr", {"c": "tau", "d": "tau", "scale": "theta"})},
            ),
            Alias(
                "InverseLomax",
                (Param("tau", "positive", "shape"), Param("theta", "positive", "scale")),
                {"p": "tau", "a": "1", "b": "theta"},
                source="Klugman, Panjer, Willmot, Loss Models, 4th ed. (2012), app. A",
                elsewhere={"scipy": ("burr", {"c": "1", "d": "tau", "scale": "theta"})},
                synonyms=("InversePareto",),
            ),
            Alias(
                "Mielke",
                (Param("k", "positive", "shape, governs x near 0"), Param("s", "positive", "shape, tail index")),
                {"p": "k/s", "a": "s", "b": "1"},
                source="Mielke, Another family of distributions for describing precipitation data,"
                " J. Appl. Meteorol. 12 (1973)",
                elsewhere={"scipy": ("mielke", {"k": "k", "s": "s"})},
                synonyms=("BetaKappa",),
            ),
            Alias(
                "Kappa3",
                (Param("a", "positive", "shape, tail index"),),
                {"p": "1/a", "a": "a", "b": "a**(1/a)"},
                source="Mielke, Johnson, Three-parameter kappa distribution, Mon. Weather Rev. 101 (1973), 701-707",
                elsewhere={"scipy": ("kappa3", {"a": "a"})},
            ),
        ),
        synonyms=("BurrIII", "BurrTypeIII", "InverseBurr"),
    ),
    Family(
        name="Pareto",
        params=(Param("x_m", "positive", "scale, the lower end"), Param("alpha", "positive", "shape, tail index")),
        support=("x_m", "oo"),
        log_density="log(alpha) + alpha*log(x_m) - (alpha + 1)*log(x)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 20",
        elsewhere={
            "scipy": ("pareto", {"b": "alpha", "scale": "x_m"}),
            "torch": ("Pareto", {"scale": "x_m", "alpha": "alpha"}),
        },
        aliases=(
            Alias(
                "LowerTruncatedPowerLaw",
                (Param("alpha", "real", "power of x, below -1"), Param("low", "positive", "lower end")),
                {"x_m": "low", "alpha": "-alpha - 1"},
                source="Clauset, Shalizi, Newman, Power-law distributions in empirical data, SIAM Review 51 (2009)",
                elsewhere={"scipy": ("pareto", {"b": "-alpha - 1", "scale": "low"})},
                constraints=("alpha < -1",),
            ),
        ),
        synonyms=("ParetoTypeI",),
    ),
    Family(
        name="Lomax",
        params=(Param("alpha", "positive", "shape, tail index"), Param("lamda", "positive", "scale")),
        support=("0", "oo"),
        log_density="log(alpha) - log(lamda) - (alpha + 1)*log(1 + x/lamda)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 20",
        elsewhere={"scipy": ("lomax", {"c": "alpha", "scale": "lamda"})},
        aliases=(
            Alias(  # Tsallis statistics, with a heavy tail
                "QExponential",
                (Param("q", "positive", "shape (1: exponential)"), Param("lamda", "positive", "rate at x = 0, scaled")),
                {"alpha": "(2 - q)/(q - 1)", "lamda": "1/(lamda*(q - 1))"},
                source="Tsallis, Nonadditive entropy and nonextensive statistical mechanics, Braz. J. Phys. 39 (2009)",
                elsewhere={"scipy": ("lomax", {"c": "(2 - q)/(q - 1)", "scale": "1/(lamda*(q - 1))"})},
                constraints=("1 < q", "q < 2"),
            ),
        ),
        synonyms=("ParetoTypeII",),
    ),
    Family(
        name="GeneralizedPareto",
        params=(
            Param("mu", "real", "location, the lower end"),
            Param("sigma", "positive", "scale"),
            Param("xi", "nonzero", "shape: a heavy tail if positive, an upper end if negative"),
        ),
        support=("mu", "Piecewise((oo, xi > 0), (mu - sigma/xi, True))"),
        log_density="-log(sigma) - (1 + 1/xi)*log(1 + xi*(x - mu)/sigma)",
        source="Coles, An Introduction to Statistical Modeling of Extreme Values (2001), ch. 4",
        elsewhere={
            "scipy": ("genpareto", {"c": "xi", "loc": "mu", "scale": "sigma"}),
            "torch": ("GeneralizedPareto", {"loc": "mu", "scale": "sigma", "concentration": "xi"}),
        },
        synonyms=("GPD",),
    ),
    Family(
        name="Levy",
        params=(Param("mu", "real", "location, the lower end"), Param("c", "positive", "scale")),
        support=("mu", "oo"),
        log_density="log(c)/2 - log(2*pi)/2 - 3*log(x - mu)/2 - c/(2*(x - mu))",
        source="Nolan, Univariate Stable Distributions (2020), ch. 1",
        elsewhere={"scipy": ("levy", {"loc": "mu", "scale": "c"})},
    ),
    Family(
        name="InverseGaussian",
        params=(Param("mu", "positive", "mean"), Param("lamda", "positive", "shape, mean**3 over variance")),
        support=("0", "oo"),
        log_density="log(lamda)/2 - log(2*pi)/2 - 3*log(x)/2 - lamda*(x - mu)**2/(2*mu**2*x)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 15",
        elsewhere={"scipy": ("invgauss", {"mu": "mu/lamda", "scale": "lamda"})},
        synonyms=("Wald", "GaussianInverse"),
    ),
    Family(
        name="GeneralizedInverseGaussian",
        params=(
            Param("a", "positive", "weight of x in the exponent"),
            Param("b", "positive", "weight of 1/x in the exponent"),
            Param("p", "real", "order"),
        ),
        support=("0", "oo"),
        log_density="p/2*(log(a) - log(b)) - log(2) - log(besselk(p, sqrt(a*b))) + (p - 1)*log(x) - (a*x + b/x)/2",
        source="Jorgensen, Statistical Properties of the Generalized Inverse Gaussian Distribution (1982), ch. 1",
        elsewhere={"scipy": ("geninvgauss", {"p": "p", "b": "sqrt(a*b)", "scale": "sqrt(b/a)"})},
        aliases=(
            Alias(
                "ReciprocalInverseGaussian",
                (
                    Param("mu", "positive", "mean of the inverse Gaussian law of 1/x"),
                    Param("lamda", "positive", "shape of the inverse Gaussian law of 1/x"),
                ),
                {"a": "lamda", "b": "lamda/mu**2", "p": "1/2"},
                source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 15",
                elsewhere={"scipy": ("recipinvgauss", {"mu": "mu/lamda", "scale": "1/lamda"})},
            ),
        ),
        synonyms=("GIG",),
    ),
    Family(
        name="BirnbaumSaunders",
        params=(Param("alpha", "positive", "shape"), Param("beta", "positive", "scale, the median")),
        support=("0", "oo"),
        log_density="log(x + beta) - log(2) - log(2*pi)/2 - log(alpha) - log(beta)/2 - 3*log(x)/2"
        " - (x/beta + beta/x - 2)/(2*alpha**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 33",
        elsewhere={"scipy": ("fatiguelife", {"c": "alpha", "scale": "beta"})},
        synonyms=("FatigueLife",),
    ),
    Family(
        name="Lindley",
        params=(Param("theta", "positive", "rate"),),
        support=("0", "oo"),
        log_density="2*log(theta) - log(1 + theta) + log(1 + x) - theta*x",
        source="Ghitany, Atieh, Nadarajah, Lindley distribution and its application,"
        " Math. Comput. Simul. 78 (2008), 493-506",
    ),
]
