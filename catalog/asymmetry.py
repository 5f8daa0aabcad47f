"""Families on the real line whose two sides differ, and mixtures of normal laws.

Order: halves joined at the mode; normal and Student laws bent to one side; normal laws of random variance.
"""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="SkewedExponentialPower",
        params=(
            Param("mu", "real", "mode"),
            Param("sigma", "positive", "scale"),
            Param("p", "positive", "shape, the power (1: Laplace, 2: normal)"),
            Param("alpha", "probability", "weight to the left of the mode (1/2: symmetric)"),
        ),
        support=("-oo", "oo"),
        log_density="-log(2) - log(sigma) - log(p)/p - loggamma(1 + 1/p)"
        " - (abs(x - mu)/(2*sigma))**p/p*Piecewise((alpha**(-p), x < mu), ((1 - alpha)**(-p), True))",
        source="Zhu, Zinde-Walsh, Properties and estimation of asymmetric exponential power distribution,"
        " J. Econometrics 148 (2009)",
        synonyms=("AsymmetricExponentialPower",),
    ),
    Family(  # a normal law with one scale on each side of its mode
        name="TwoPieceNormal",
        params=(
            Param("mu", "real", "mode"),
            Param("sigma1", "positive", "scale to the left of the mode"),
            Param("sigma2", "positive", "scale to the right of the mode"),
        ),
        support=("-oo", "oo"),
        log_density="log(2)/2 - log(pi)/2 - log(sigma1 + sigma2)"
        " + Piecewise((-(x - mu)**2/(2*sigma1**2), x < mu), (-(x - mu)**2/(2*sigma2**2), True))",
        source="Wallis, The two-piece normal, binormal, or double Gaussian distribution, Stat. Sci. 29 (2014)",
        synonyms=("SplitNormal", "Binormal", "DoubleGaussian"),
    ),
    Family(
        name="TwoPieceStudentT",
        params=(
            Param("nu", "positive", "degrees of freedom"),
            Param("mu", "real", "mode"),
            Param("sigma1", "positive", "scale to the left of the mode"),
            Param("sigma2", "positive", "scale to the right of the mode"),
        ),
        support=("-oo", "oo"),
        log_density="log(2) + loggamma((nu + 1)/2) - loggamma(nu/2) - log(pi*nu)/2 - log(sigma1 + sigma2)"
        " - (nu + 1)/2*log(1 + Piecewise((((x - mu)/sigma1)**2, x < mu), (((x - mu)/sigma2)**2, True))/nu)",
        source="Fernandez, Steel, On Bayesian modeling of fat tails and skewness, J. Amer. Statist. Assoc. 93 (1998)",
        aliases=(
            Alias(
                "SkewCauchy",
                (
                    Param("a", "real", "skewness, the weight to the right less that to the left"),
                    Param("mu", "real", "mode"),
                    Param("sigma", "positive", "scale"),
                ),
                {"nu": "1", "mu": "mu", "sigma1": "sigma*(1 - a)", "sigma2": "sigma*(1 + a)"},
                source="Arellano-Valle, Gomez, Quintana, Statistical inference for a general class of asymmetric"
                " distributions, J. Stat. Plan. Inference 128 (2005)",
                elsewhere={"scipy": ("skewcauchy", {"a": "a", "loc": "mu", "scale": "sigma"})},
                constraints=("-1 < a", "a < 1"),
            ),
        ),
        synonyms=("SplitStudentT",),
    ),
    Family(  # a normal law with a power law for its left tail
        name="CrystalBall",
        params=(
            Param("beta", "positive", "where the power law begins, in scales below the mode"),
            Param("m", "positive", "exponent of the power law"),
            Param("mu", "real", "mode"),
            Param("sigma", "positive", "scale"),
        ),
        support=("-oo", "oo"),
        log_density="-log(sigma) - log(m/(beta*(m - 1))*exp(-beta**2/2) + sqrt(pi/2)*(1 + erf(beta/sqrt(2))))"
        " + Piecewise((m*log(m/beta) - beta**2/2 - m*log(m/beta - beta - (x - mu)/sigma), x < mu - beta*sigma),"
        " (-(x - mu)**2/(2*sigma**2), True))",
        constraints=("m > 1",),
        source="Skwarnicki, A study of the radiative cascade transitions between the Upsilon-prime and Upsilon"
        " resonances, DESY F31-86-02 (1986)",
        elsewhere={"scipy": ("crystalball", {"beta": "beta", "m": "m", "loc": "mu", "scale": "sigma"})},
    ),
    Family(
        name="SkewNormal",
        params=(
            Param("xi", "real", "location"),
            Param("omega", "positive", "scale"),
            Param("alpha", "real", "shape (0: normal; skewed to the right above)"),
        ),
        support=("-oo", "oo"),
        log_density="-log(2*pi)/2 - log(omega) - (x - xi)**2/(2*omega**2) + log(erfc(-alpha*(x - xi)/(sqrt(2)*omega)))",
        source="Azzalini, A class of distributions which includes the normal ones, Scand. J. Stat. 12 (1985)",
        elsewhere={"scipy": ("skewnorm", {"a": "alpha", "loc": "xi", "scale": "omega"})},
    ),
    Family(
        name="PowerNormal",
        params=(Param("c", "positive", "shape, how many normal variables x is the least of"),),
        support=("-oo", "oo"),
        log_density="log(c) - x**2/2 - log(2*pi)/2 + (c - 1)*log(erfc(x/sqrt(2))/2)",
        source="Gupta, Gupta, Analyzing skewed data by power normal model, Test 17 (2008), 197-210",
        elsewhere={"scipy": ("powernorm", {"c": "c"})},
    ),
    Family(
        name="JonesFaddySkewT",
        params=(
            Param("a", "positive", "shape, governs the right tail"),
            Param("b", "positive", "shape, governs the left tail"),
        ),
        support=("-oo", "oo"),
        log_density="(a + 1/2)*log(1 + x/sqrt(a + b + x**2)) + (b + 1/2)*log(1 - x/sqrt(a + b + x**2))"
        " - (a + b - 1)*log(2) - log(beta(a, b)) - log(a + b)/2",
        source="Jones, Faddy, A skew extension of the t-distribution, J. R. Stat. Soc. B 65 (2003), 159-174",
        elsewhere={"scipy": ("jf_skew_t", {"a": "a", "b": "b"})},
        synonyms=("SkewT",),
    ),
    Family(
        name="VarianceGamma",
        params=(
            Param("lamda", "positive", "shape of the gamma law of the variance"),
            Param("alpha", "positive", "tail heaviness"),
            Param("beta", "real", "asymmetry"),
            Param("mu", "real", "location"),
        ),
        support=("-oo", "oo"),
        log_density="lamda*log(alpha**2 - beta**2) + (lamda - 1/2)*(log(abs(x - mu)) - log(2*alpha))"
        " + log(besselk(lamda - 1/2, alpha*abs(x - mu))) + beta*(x - mu) - log(pi)/2 - loggamma(lamda)",
        constraints=("-alpha < beta", "beta < alpha"),
        source="Madan, Carr, Chang, The variance gamma process and option pricing, European Finance Review 2 (1998)",
        synonyms=("BesselFunctionK", "GeneralizedLaplace"),
    ),
    Family(
        name="Hyperbolic",
        params=(
            Param("phi", "positive", "slope of the log-density far to the left"),
            Param("gamma", "positive", "minus the slope of the log-density far to the right"),
            Param("delta", "positive", "scale"),
            Param("mu", "real", "location"),
        ),
        support=("-oo", "oo"),
        log_density="log(phi*gamma)/2 - log(delta*(phi + gamma)) - log(besselk(1, delta*sqrt(phi*gamma)))"
        " - (phi + gamma)/2*sqrt(delta**2 + (x - mu)**2) + (phi - gamma)/2*(x - mu)",
        source="Barndorff-Nielsen, Exponentially decreasing distributions for the logarithm of particle size,"
        " Proc. R. Soc. A 353 (1977), 401-419",
        elsewhere={
            "scipy": (
                "genhyperbolic",
                {"p": "1", "a": "(phi + gamma)/2*delta", "b": "(phi - gamma)/2*delta", "loc": "mu", "scale": "delta"},
            ),
        },
    ),
    Family(
        name="GeneralizedHyperbolic",
        params=(
            Param("lamda", "real", "order"),
            Param("phi", "positive", "slope of the log-density far to the left"),
            Param("gamma", "positive", "minus the slope of the log-density far to the right"),
            Param("delta", "positive", "scale"),
            Param("mu", "real", "location"),
        ),
        support=("-oo", "oo"),
        log_density="lamda/2*log(phi*gamma) - log(2*pi)/2 - (lamda - 1/2)*log((phi + gamma)/2) - lamda*log(delta)"
        " - log(besselk(lamda, delta*sqrt(phi*gamma))) + (phi - gamma)/2*(x - mu)"
        " + (lamda - 1/2)/2*log(delta**2 + (x - mu)**2)"
        " + log(besselk(lamda - 1/2, (phi + gamma)/2*sqrt(delta**2 + (x - mu)**2)))",
        source="Barndorff-Nielsen, Hyperbolic distributions and distributions on hyperbolae, Scand. J. Stat. 5 (1978)",
        elsewhere={
            "scipy": (
                "genhyperbolic",
                {
                    "p": "lamda",
                    "a": "(phi + gamma)/2*delta",
                    "b": "(phi - gamma)/2*delta",
                    "loc": "mu",
                    "scale": "delta",
                },
            ),
        },
    ),
    Family(  # a normal variable plus an independent exponential one
        name="ExponentiallyModifiedNormal",
        params=(
            Param("mu", "real", "mean of the normal part"),
            Param("sigma", "positive", "standard deviation of the normal part"),
            Param("lamda", "positive", "rate of the exponential part"),
        ),
        support=("-oo", "oo"),
        log_density="log(lamda) - log(2) + lamda*(mu - x) + lamda**2*sigma**2/2"
        " + log(erfc((mu + lamda*sigma**2 - x)/(sqrt(2)*sigma)))",
        source="Grushka, Characterization of exponentially modified Gaussian peaks, Anal. Chem. 44 (1972)",
        elsewhere={"scipy": ("exponnorm", {"K": "1/(sigma*lamda)", "loc": "mu", "scale": "sigma"})},
        synonyms=("ExGaussian", "ExponentiallyModifiedGaussian", "NormalExponential", "EMG"),
    ),
    Family(
        name="SinhArcsinh",
        params=(
            Param("epsilon", "real", "shape (skewness; 0: symmetric)"),
            Param("delta", "positive", "shape (lighter tails when larger; 1: normal)"),
        ),
        support=("-oo", "oo"),
        log_density="log(delta) - log(2*pi)/2 - log(1 + x**2)/2 + log(cosh(delta*asinh(x) - epsilon))"
        " - sinh(delta*asinh(x) - epsilon)**2/2",
        source="Jones, Pewsey, Sinh-arcsinh distributions, Biometrika 96 (2009), 761-780",
    ),
]
