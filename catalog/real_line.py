"""Families on the whole real line."""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="Normal",
        params=(Param("mu", "real", "mean"), Param("sigma", "positive", "standard deviation")),
        support=("-oo", "oo"),
        log_density="-(x - mu)**2/(2*sigma**2) - log(sigma) - log(2*pi)/2",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 13",
        elsewhere={
            "scipy": ("norm", {"loc": "mu", "scale": "sigma"}),
            "torch": ("Normal", {"loc": "mu", "scale": "sigma"}),
        },
        aliases=(
            Alias(
                "StandardNormal",
                (),
                {"mu": "0", "sigma": "1"},
                elsewhere={"scipy": ("norm", {}), "torch": ("Normal", {"loc": "0", "scale": "1"})},
            ),
            Alias(
                "NormalCanon",
                (Param("eta", "real", "mean times precision"), Param("lamda", "positive", "precision")),
                {"mu": "eta/lamda", "sigma": "1/sqrt(lamda)"},
                elsewhere={
                    "scipy": ("norm", {"loc": "eta/lamda", "scale": "1/sqrt(lamda)"}),
                    "torch": ("Normal", {"loc": "eta/lamda", "scale": "1/sqrt(lamda)"}),
                },
            ),
        ),
        synonyms=("Gaussian",),
    ),
    Family(
        name="Logistic",
        params=(
            Param("mu", "real", "centre of symmetry"),
            Param("s", "positive", "scale (not the standard deviation)"),
        ),
        support=("-oo", "oo"),
        log_density="-(x - mu)/s - 2*log(1 + exp(-(x - mu)/s)) - log(s)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        elsewhere={"scipy": ("logistic", {"loc": "mu", "scale": "s"})},
        aliases=(
            Alias(
                "LogitRelaxedBernoulli",
                (
                    Param("tau", "positive", "temperature"),
                    Param("alpha", "positive", "odds of the Bernoulli law"),
                ),
                {"mu": "log(alpha)/tau", "s": "1/tau"},
                source="Maddison, Mnih, Teh, The concrete distribution, ICLR (2017)",
                elsewhere={
                    "scipy": ("logistic", {"loc": "log(alpha)/tau", "scale": "1/tau"}),
                    "torch": ("LogitRelaxedBernoulli", {"temperature": "tau", "probs": "alpha/(1 + alpha)"}),
                },
            ),
        ),
    ),
    Family(
        name="GeneralizedLogistic",
        params=(
            Param("alpha", "positive", "shape; type I, skewed to the left below 1 and to the right above"),
            Param("mu", "real", "location"),
            Param("sigma", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="log(alpha) - log(sigma) - (x - mu)/sigma - (alpha + 1)*log(1 + exp(-(x - mu)/sigma))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        elsewhere={"scipy": ("genlogistic", {"c": "alpha", "loc": "mu", "scale": "sigma"})},
        synonyms=("GeneralizedLogisticTypeI", "SkewLogistic"),
    ),
    Family(
        name="HyperbolicSecant",
        params=(Param("mu", "real", "mean"), Param("sigma", "positive", "standard deviation")),
        support=("-oo", "oo"),
        log_density="-log(cosh(pi*(x - mu)/(2*sigma))) - log(2*sigma)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        elsewhere={"scipy": ("hypsecant", {"loc": "mu", "scale": "2*sigma/pi"})},
        aliases=(
            Alias(
                "SoftLaplace",
                (Param("mu", "real", "mean"), Param("s", "positive", "scale, that of the exponential tails")),
                {"mu": "mu", "sigma": "pi*s/2"},
                elsewhere={"scipy": ("hypsecant", {"loc": "mu", "scale": "s"})},
            ),
        ),
        synonyms=("Sech",),
    ),
    Family(
        name="Laplace",
        params=(Param("mu", "real", "centre of symmetry"), Param("b", "positive", "scale, the inverse of the rate")),
        support=("-oo", "oo"),
        log_density="-abs(x - mu)/b - log(2*b)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 24",
        elsewhere={
            "scipy": ("laplace", {"loc": "mu", "scale": "b"}),
            "torch": ("Laplace", {"loc": "mu", "scale": "b"}),
        },
        synonyms=("DoubleExponential",),
    ),
    Family(  # exponential on both sides of m: rate lamda*kappa to the right, lamda/kappa to the left
        name="AsymmetricLaplace",
        params=(
            Param("m", "real", "mode"),
            Param("lamda", "positive", "rate"),
            Param("kappa", "positive", "asymmetry (1: symmetric; the right tail is the lighter one above 1)"),
        ),
        support=("-oo", "oo"),
        log_density="log(lamda) - log(kappa + 1/kappa)"
        " - lamda*(kappa + 1/kappa)*abs(x - m)/2 - lamda*(kappa - 1/kappa)*(x - m)/2",
        source="Kotz, Kozubowski, Podgorski, The Laplace Distribution and Generalizations (2001), ch. 3",
        elsewhere={"scipy": ("laplace_asymmetric", {"kappa": "kappa", "loc": "m", "scale": "1/lamda"})},
        aliases=(
            Alias(
                "SkewLaplace",
                (
                    Param("mu", "real", "mode"),
                    Param("alpha", "positive", "scale of the left tail"),
                    Param("beta", "positive", "scale of the right tail"),
                ),
                {"m": "mu", "lamda": "1/sqrt(alpha*beta)", "kappa": "sqrt(alpha/beta)"},
                source="Fieller, Flenley, Olbricht, Statistics of particle size data, Applied Statistics 41 (1992)",
                elsewhere={
                    "scipy": (
                        "laplace_asymmetric",
                        {"kappa": "sqrt(alpha/beta)", "loc": "mu", "scale": "sqrt(alpha*beta)"},
                    )
                },
            ),
            Alias(
                "AsymmetricLaplaceQuantile",
                (
                    Param("mu", "real", "the quantile, the mode"),
                    Param("sigma", "positive", "scale"),
                    Param("tau", "probability", "weight to the left of the mode"),
                ),
                {"m": "mu", "lamda": "sqrt(tau)*sqrt(1 - tau)/sigma", "kappa": "sqrt(tau)/sqrt(1 - tau)"},
                source="Yu, Moyeed, Bayesian quantile regression, Stat. Probab. Lett. 54 (2001), 437-447",
                elsewhere={
                    "scipy": (
                        "laplace_asymmetric",
                        {"kappa": "sqrt(tau/(1 - tau))", "loc": "mu", "scale": "sigma/sqrt(tau*(1 - tau))"},
                    )
                },
            ),
        ),
    ),
    Family(
        name="GeneralizedNormal",
        params=(
            Param("mu", "real", "centre of symmetry"),
            Param("alpha", "positive", "scale (not the standard deviation)"),
            Param("beta", "positive", "shape, the power (1: Laplace, 2: normal)"),
        ),
        support=("-oo", "oo"),
        log_density="log(beta) - log(2*alpha) - loggamma(1/beta) - (abs(x - mu)/alpha)**beta",
        source="Nadarajah, A generalized normal distribution, Journal of Applied Statistics 32 (2005)",
        elsewhere={"scipy": ("gennorm", {"beta": "beta", "loc": "mu", "scale": "alpha"})},
        synonyms=("ExponentialPower", "GeneralizedGaussian", "GeneralizedError", "Subbotin", "PGeneralizedGaussian"),
    ),
    Family(
        name="Cauchy",
        params=(
            Param("x_0", "real", "median and mode"),
            Param("gamma", "positive", "scale (half the interquartile range)"),
        ),
        support=("-oo", "oo"),
        log_density="-log(pi*gamma) - log(1 + ((x - x_0)/gamma)**2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 16",
        elsewhere={
            "scipy": ("cauchy", {"loc": "x_0", "scale": "gamma"}),
            "torch": ("Cauchy", {"loc": "x_0", "scale": "gamma"}),
        },
        synonyms=("Lorentz", "Lorentzian", "CauchyLorentz"),
    ),
    Family(
        name="StudentT",
        params=(
            Param("nu", "positive", "degrees of freedom"),
            Param("mu", "real", "location"),
            Param("sigma", "positive", "scale (not the standard deviation)"),
        ),
        support=("-oo", "oo"),
        log_density="loggamma((nu + 1)/2) - loggamma(nu/2) - log(pi*nu)/2 - log(sigma)"
        " - (nu + 1)/2*log(1 + ((x - mu)/sigma)**2/nu)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 28",
        elsewhere={
            "scipy": ("t", {"df": "nu", "loc": "mu", "scale": "sigma"}),
            "torch": ("StudentT", {"df": "nu", "loc": "mu", "scale": "sigma"}),
        },
        aliases=(
            Alias(
                "PearsonTypeVII",
                (
                    Param("m", "positive", "shape, power of the quadratic"),
                    Param("mu", "real", "location"),
                    Param("alpha", "positive", "scale"),
                ),
                {"nu": "2*m - 1", "mu": "mu", "sigma": "alpha/sqrt(2*m - 1)"},
                source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 28",
                elsewhere={"scipy": ("t", {"df": "2*m - 1", "loc": "mu", "scale": "alpha/sqrt(2*m - 1)"})},
                constraints=("m > 1/2",),
            ),
            Alias(  # Tsallis statistics, with heavy tails
                "QGaussian",
                (Param("q", "positive", "shape (1: normal, 2: Cauchy)"), Param("beta", "positive", "inverse scale")),
                {"nu": "(3 - q)/(q - 1)", "mu": "0", "sigma": "1/sqrt(beta*(3 - q))"},
                source="Tsallis, Nonadditive entropy and nonextensive statistical mechanics, Braz. J. Phys. 39 (2009)",
                elsewhere={"scipy": ("t", {"df": "(3 - q)/(q - 1)", "scale": "1/sqrt(beta*(3 - q))"})},
                constraints=("1 < q", "q < 3"),
            ),
        ),
        synonyms=("Student", "StudentsT", "T"),
    ),
    Family(  # gamma + delta*asinh((x - xi)/lamda) is standard normal
        name="JohnsonSU",
        params=(
            Param("gamma", "real", "shape (skewness; 0: symmetric)"),
            Param("delta", "positive", "shape (lighter tails when larger)"),
            Param("xi", "real", "location"),
            Param("lamda", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="log(delta) - log(lamda) - log(2*pi)/2 - log(1 + ((x - xi)/lamda)**2)/2"
        " - (gamma + delta*asinh((x - xi)/lamda))**2/2",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 12",
        elsewhere={"scipy": ("johnsonsu", {"a": "gamma", "b": "delta", "loc": "xi", "scale": "lamda"})},
    ),
    Family(
        name="Gumbel",
        params=(Param("mu", "real", "mode"), Param("beta", "positive", "scale")),
        support=("-oo", "oo"),
        log_density="-(x - mu)/beta - exp(-(x - mu)/beta) - log(beta)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 22",
        elsewhere={
            "scipy": ("gumbel_r", {"loc": "mu", "scale": "beta"}),
            "torch": ("Gumbel", {"loc": "mu", "scale": "beta"}),
        },
        synonyms=("GumbelMax", "ExtremeValueTypeI"),
    ),
    Family(
        name="GeneralizedExtremeValue",
        params=(
            Param("mu", "real", "location"),
            Param("sigma", "positive", "scale"),
            Param("xi", "nonzero", "shape (above 0: heavy right tail; below 0: bounded above)"),
        ),
        support=("Piecewise((mu - sigma/xi, xi > 0), (-oo, True))", "Piecewise((oo, xi > 0), (mu - sigma/xi, True))"),
        log_density="-log(sigma) - (1 + 1/xi)*log(1 + xi*(x - mu)/sigma) - (1 + xi*(x - mu)/sigma)**(-1/xi)",
        source="Coles, An Introduction to Statistical Modeling of Extreme Values (2001), ch. 3",
        elsewhere={"scipy": ("genextreme", {"c": "-xi", "loc": "mu", "scale": "sigma"})},
        aliases=(
            Alias(
                "ReversedWeibull",
                (
                    Param("k", "positive", "shape"),
                    Param("mu", "real", "upper end"),
                    Param("lamda", "positive", "scale"),
                ),
                {"mu": "mu - lamda", "sigma": "lamda/k", "xi": "-1/k"},
                elsewhere={"scipy": ("weibull_max", {"c": "k", "loc": "mu", "scale": "lamda"})},
                synonyms=("WeibullMax", "ExtremeValueTypeIII"),
            ),
        ),
        synonyms=("GEV", "FisherTippett"),
    ),
    Family(  # mu + sigma*log(a gamma variable of shape alpha and scale 1)
        name="LogGamma",
        params=(
            Param("alpha", "positive", "shape, that of the gamma variable"),
            Param("mu", "real", "location (log of the gamma variable's scale when sigma is 1)"),
            Param("sigma", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="alpha*(x - mu)/sigma - exp((x - mu)/sigma) - loggamma(alpha) - log(sigma)",
        source="Prentice, A log gamma model and its maximum likelihood estimation, Biometrika 61 (1974)",
        elsewhere={"scipy": ("loggamma", {"c": "alpha", "loc": "mu", "scale": "sigma"})},
        aliases=(
            Alias(
                "GumbelMin",
                (Param("mu", "real", "mode"), Param("beta", "positive", "scale")),
                {"alpha": "1", "mu": "mu", "sigma": "beta"},
                source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 22",
                elsewhere={"scipy": ("gumbel_l", {"loc": "mu", "scale": "beta"})},
                synonyms=("ReversedGumbel", "SmallestExtremeValue"),
            ),
        ),
        synonyms=("ExpGamma",),
    ),
    Family(
        name="Moyal",
        params=(Param("mu", "real", "mode"), Param("sigma", "positive", "scale")),
        support=("-oo", "oo"),
        log_density="-(x - mu)/(2*sigma) - exp(-(x - mu)/sigma)/2 - log(sigma) - log(2*pi)/2",
        source="Walck, Hand-book on Statistical Distributions for Experimentalists (1996), ch. 26",
        elsewhere={"scipy": ("moyal", {"loc": "mu", "scale": "sigma"})},
    ),
    Family(  # half the log of an F variable
        name="FisherZ",
        params=(
            Param("d1", "positive", "degrees of freedom of the numerator"),
            Param("d2", "positive", "degrees of freedom of the denominator"),
        ),
        support=("-oo", "oo"),
        log_density="log(2) + d1*log(d1)/2 + d2*log(d2)/2 - log(beta(d1/2, d2/2))"
        " + d1*x - (d1 + d2)/2*log(d1*exp(2*x) + d2)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 27",
    ),
    Family(  # mu plus or minus a gamma variable
        name="DoubleGamma",
        params=(
            Param("k", "positive", "shape"),
            Param("mu", "real", "centre of symmetry"),
            Param("theta", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="(k - 1)*log(abs(x - mu)) - abs(x - mu)/theta - log(2) - loggamma(k) - k*log(theta)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 17",
        elsewhere={"scipy": ("dgamma", {"a": "k", "loc": "mu", "scale": "theta"})},
        synonyms=("ReflectedGamma",),
    ),
    Family(  # mu plus or minus a Weibull variable
        name="DoubleWeibull",
        params=(
            Param("k", "positive", "shape"),
            Param("mu", "real", "centre of symmetry"),
            Param("lamda", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="log(k) - log(2*lamda) + (k - 1)*log(abs(x - mu)/lamda) - (abs(x - mu)/lamda)**k",
        source="Balakrishnan, Kocherlakota, On the double Weibull distribution, Sankhya B 47 (1985)",
        elsewhere={"scipy": ("dweibull", {"c": "k", "loc": "mu", "scale": "lamda"})},
        synonyms=("ReflectedWeibull",),
    ),
    Family(  # log of an inverse gamma variable
        name="ExpInverseGamma",
        params=(
            Param("alpha", "positive", "shape, that of the inverse gamma variable"),
            Param("mu", "real", "location"),
            Param("sigma", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="-alpha*(x - mu)/sigma - exp(-(x - mu)/sigma) - loggamma(alpha) - log(sigma)",
        source="Adeyemi, Ojo, A generalization of the Gumbel distribution, Kragujevac J. Math. 25 (2003)",
        synonyms=("GeneralizedGumbel",),
    ),
    Family(  # the log-odds of a beta variable
        name="LogisticBeta",
        params=(
            Param("alpha", "positive", "shape, governs the left tail"),
            Param("beta", "positive", "shape, governs the right tail"),
        ),
        support=("-oo", "oo"),
        log_density="loggamma(alpha + beta) - loggamma(alpha) - loggamma(beta)"
        " - beta*x - (alpha + beta)*log(1 + exp(-x))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 23",
        aliases=(
            Alias(
                "GeneralizedLogisticTypeIII",
                (Param("alpha", "positive", "shape"),),
                {"alpha": "alpha", "beta": "alpha"},
            ),
        ),
        synonyms=("GeneralizedLogisticTypeIV", "SigmoidBeta", "ExponentialGeneralizedBeta2"),
    ),
    Family(
        name="ExponentiatedGumbel",
        params=(
            Param("alpha", "positive", "shape"),
            Param("mu", "real", "location"),
            Param("sigma", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="log(alpha) - log(sigma) - (x - mu)/sigma - exp(-(x - mu)/sigma)"
        " + (alpha - 1)*log(1 - exp(-exp(-(x - mu)/sigma)))",
        source="Nadarajah, The exponentiated Gumbel distribution with climate application, Environmetrics 17 (2006)",
    ),
    Family(
        name="DoublesidedMaxwell",
        params=(Param("mu", "real", "centre of symmetry"), Param("a", "positive", "scale")),
        support=("-oo", "oo"),
        log_density="2*log(abs(x - mu)) - (x - mu)**2/(2*a**2) - log(2*pi)/2 - 3*log(a)",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 18",
        synonyms=("ReflectedMaxwell",),
    ),
    Family(
        name="LeftLevy",
        params=(Param("mu", "real", "location, the upper end"), Param("c", "positive", "scale")),
        support=("-oo", "mu"),
        log_density="log(c)/2 - log(2*pi)/2 - 3*log(mu - x)/2 - c/(2*(mu - x))",
        source="Nolan, Univariate Stable Distributions (2020), ch. 1",
        elsewhere={"scipy": ("levy_l", {"loc": "mu", "scale": "c"})},
    ),
    Family(
        name="PearsonTypeIII",
        params=(
            Param("mu", "real", "mean"),
            Param("sigma", "positive", "standard deviation"),
            Param("s", "nonzero", "skewness"),
        ),
        support=("Piecewise((mu - 2*sigma/s, s > 0), (-oo, True))", "Piecewise((oo, s > 0), (mu - 2*sigma/s, True))"),
        log_density="log(2) - log(abs(s)) - log(sigma) - loggamma(4/s**2) - 4/s**2 - 2*(x - mu)/(s*sigma)"
        " + (4/s**2 - 1)*log(4/s**2 + 2*(x - mu)/(s*sigma))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), ch. 17",
        synonyms=("Pearson3", "ShiftedGamma", "ThreeParameterGamma"),
    ),
    Family(
        name="Slash",
        params=(Param("mu", "real", "centre of symmetry"), Param("sigma", "positive", "scale of the normal part")),
        support=("-oo", "oo"),
        log_density="log(sigma) - log(2*pi)/2 - 2*log(abs(x - mu)) + log(1 - exp(-(x - mu)**2/(2*sigma**2)))",
        source="Rogers, Tukey, Understanding some long-tailed symmetrical distributions, Stat. Neerl. 26 (1972)",
    ),
    Family(
        name="PseudoVoigt",
        params=(
            Param("eta", "probability", "weight of the Cauchy law"),
            Param("mu", "real", "centre of symmetry"),
            Param("gamma", "positive", "scale of the Cauchy law"),
            Param("sigma", "positive", "standard deviation of the normal law"),
        ),
        support=("-oo", "oo"),
        log_density="log(eta/(pi*gamma*(1 + ((x - mu)/gamma)**2))"
        " + (1 - eta)*exp(-(x - mu)**2/(2*sigma**2))/(sqrt(2*pi)*sigma))",
        source="Wertheim et al., Determination of the Gaussian and Lorentzian content of experimental line shapes,"
        " Rev. Sci. Instrum. 45 (1974)",
    ),
    Family(  # quadratic near the centre, linear beyond
        name="Huber",
        params=(
            Param("mu", "real", "centre of symmetry"),
            Param("sigma", "positive", "scale"),
            Param("c", "positive", "where the normal density turns exponential, in scales"),
        ),
        support=("-oo", "oo"),
        log_density="-log(sigma) - log(sqrt(2*pi)*erf(c/sqrt(2)) + 2*exp(-c**2/2)/c)"
        " - Piecewise(((x - mu)**2/(2*sigma**2), abs(x - mu) < c*sigma), (c*abs(x - mu)/sigma - c**2/2, True))",
        source="Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35 (1964), 73-101",
    ),
]
