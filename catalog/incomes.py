"""Families of sizes with heavy tails: incomes, losses, cities.

Order: generalised beta laws; Pareto family; exponentials of laws on the real line; laws with special
normalisers.
"""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="GeneralizedBetaPrime",
        params=(
            Param("a", "positive", "shape, power of x"),
            Param("b", "positive", "scale"),
            Param("p", "positive", "shape, governs x near 0"),
            Param("q", "positive", "shape, governs the tail"),
        ),
        support=("0", "oo"),
        log_density="log(a) - a*p*log(b) - loggamma(p) - loggamma(q) + loggamma(p + q)"
        " + (a*p - 1)*log(x) - (p + q)*log(1 + (x/b)**a)",
        source="McDonald, Some generalized functions for the size distribution of income, Econometrica 52 (1984)",
        aliases=(
            Alias(
                "GammaGamma",
                (
                    Param("alpha", "positive", "shape of the gamma law of x"),
                    Param("beta0", "positive", "rate of the gamma law of the rate of x"),
                    Param("alpha0", "positive", "shape of the gamma law of the rate of x"),
                ),
                {"a": "1", "b": "beta0", "p": "alpha", "q": "alpha0"},
                source="Fader, Hardie, The gamma-gamma model of monetary value (2013)",
                elsewhere={"scipy": ("betaprime", {"a": "alpha", "b": "alpha0", "scale": "beta0"})},
                synonyms=("CompoundGamma", "PearsonTypeVI"),
            ),
            Alias(
                "HalfStudentT",
                (
                    Param("nu", "positive", "degrees of freedom"),
                    Param("sigma", "positive", "scale of the whole Student law"),
                ),
                {"a": "2", "b": "sigma*sqrt(nu)", "p": "1/2", "q": "nu/2"},
                source="Gelman, Prior distributions for variance parameters, Bayesian Analysis 1 (2006), 515-534",
                synonyms=("HalfT",),
            ),
        ),
        synonyms=("GB2", "TransformedBeta", "GeneralizedBetaSecondKind"),
    ),
    Family(
        name="ParetoTypeIV",
        params=(
            Param("mu", "real", "location, the lower end"),
            Param("sigma", "positive", "scale"),
            Param("gamma", "positive", "shape, inequality"),
            Param("alpha", "positive", "shape, governs the tail"),
        ),
        support=("mu", "oo"),
        log_density="log(alpha) - log(gamma) - log(sigma)/gamma + (1/gamma - 1)*log(x - mu)"
        " - (alpha + 1)*log(1 + sigma**(-1/gamma)*(x - mu)**(1/gamma))",
        source="Arnold, Pareto Distributions, 2nd ed. (2015), ch. 3",
        elsewhere={"scipy": ("burr12", {"c": "1/gamma", "d": "alpha", "loc": "mu", "scale": "sigma"})},
        aliases=(
            Alias(
                "ParetoTypeIII",
                (
                    Param("mu", "real", "location, the lower end"),
                    Param("sigma", "positive", "scale"),
                    Param("gamma", "positive", "shape, inequality"),
                ),
                {"mu": "mu", "sigma": "sigma", "gamma": "gamma", "alpha": "1"},
                elsewhere={"scipy": ("fisk", {"c": "1/gamma", "loc": "mu", "scale": "sigma"})},
                synonyms=("ShiftedLogLogistic",),
            ),
        ),
    ),
    Family(
        name="Stoppa",
        params=(
            Param("x_m", "positive", "scale, the lower end"),
            Param("alpha", "positive", "shape, tail index"),
            Param("theta", "positive", "shape, power of the distribution function"),
        ),
        support=("x_m", "oo"),
        log_density="log(theta) + log(alpha) + alpha*log(x_m) - (alpha + 1)*log(x)"
        " + (theta - 1)*log(1 - (x/x_m)**(-alpha))",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 3",
        synonyms=("ExponentiatedPareto", "GeneralizedParetoStoppa"),
    ),
    Family(
        name="Benini",
        params=(
            Param("alpha", "positive", "shape, weight of log x"),
            Param("beta", "positive", "shape, weight of log(x)**2"),
            Param("sigma", "positive", "scale, the lower end"),
        ),
        support=("sigma", "oo"),
        log_density="-log(x) - alpha*log(x/sigma) - beta*log(x/sigma)**2 + log(alpha + 2*beta*log(x/sigma))",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 7",
    ),
    Family(
        name="BenktanderI",
        params=(
            Param("a", "positive", "shape, tail index when b is small"),
            Param("b", "positive", "shape, weight of log(x)**2"),
        ),
        support=("1", "oo"),
        log_density="log((1 + 2*b*log(x)/a)*(1 + a + 2*b*log(x)) - 2*b/a) - (2 + a + b*log(x))*log(x)",
        constraints=("2*b <= a*(a + 1)",),
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 7",
        synonyms=("BenktanderGibrat",),
    ),
    Family(
        name="BenktanderII",
        params=(Param("a", "positive", "shape, scale of the tail"), Param("b", "probability", "shape, power of x")),
        support=("1", "oo"),
        log_density="a/b*(1 - x**b) + (b - 2)*log(x) + log(a*x**b - b + 1)",
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 7",
        synonyms=("BenktanderWeibull",),
    ),
    Family(
        name="Champernowne",
        params=(
            Param("alpha", "positive", "shape, tail index"),
            Param("theta", "positive", "shape, an angle: how flat the top is"),
            Param("x_0", "positive", "scale, the median"),
        ),
        support=("0", "oo"),
        log_density="log(alpha) + log(sin(theta)) - log(2*theta) - log(x) - log(cosh(alpha*log(x/x_0)) + cos(theta))",
        constraints=("theta < pi",),
        source="Champernowne, A model of income distribution, Economic Journal 63 (1953), 318-351",
    ),
    Family(
        name="Davis",
        params=(
            Param("b", "positive", "scale"),
            Param("n", "positive", "shape, tail index"),
            Param("mu", "positive", "location, the lower end"),
        ),
        support=("mu", "oo"),
        log_density="n*log(b) - (n + 1)*log(x - mu) - log(exp(b/(x - mu)) - 1) - loggamma(n) - log(zeta(n))",
        constraints=("n > 1",),
        source="Kleiber, Kotz, Statistical Size Distributions in Economics and Actuarial Sciences (2003), ch. 7",
    ),
    Family(  # x has a gamma law for its logarithm
        name="LogGammaPareto",
        params=(
            Param("alpha", "positive", "shape of the gamma law of log x"),
            Param("beta", "positive", "rate of the gamma law of log x, the tail index"),
        ),
        support=("1", "oo"),
        log_density="alpha*log(beta) - loggamma(alpha) + (alpha - 1)*log(log(x)) - (beta + 1)*log(x)",
        source="Consul, Jain, On the log-gamma distribution and its properties, Stat. Hefte 12 (1971), 100-106",
        synonyms=("ConsulJainLogGamma",),
    ),
    Family(  # x has a Weibull law for its logarithm
        name="LogWeibull",
        params=(
            Param("k", "positive", "shape of the Weibull law of log x"),
            Param("lamda", "positive", "scale of the Weibull law of log x"),
        ),
        support=("1", "oo"),
        log_density="log(k) - k*log(lamda) - log(x) + (k - 1)*log(log(x)) - (log(x)/lamda)**k",
        source="Sarabia, Prieto, The Pareto-positive stable distribution, Physica A 388 (2009), 4179-4191",
        synonyms=("ParetoPositiveStable",),
    ),
    Family(
        name="LogStudentT",
        params=(
            Param("nu", "positive", "degrees of freedom"),
            Param("mu", "real", "location of log x"),
            Param("sigma", "positive", "scale of log x"),
        ),
        support=("0", "oo"),
        log_density="loggamma((nu + 1)/2) - loggamma(nu/2) - log(pi*nu)/2 - log(sigma) - log(x)"
        " - (nu + 1)/2*log(1 + ((log(x) - mu)/sigma)**2/nu)",
        source="Hogg, Klugman, On the estimation of long tailed skewed distributions, J. Econometrics 23 (1983)",
        synonyms=("LogT",),
    ),
    Family(
        name="LogHyperbolicSecant",
        params=(Param("mu", "real", "mean of log x"), Param("sigma", "positive", "standard deviation of log x")),
        support=("0", "oo"),
        log_density="-log(x) - log(cosh(pi*(log(x) - mu)/(2*sigma))) - log(2*sigma)",
        source="Fischer, Generalized Hyperbolic Secant Distributions (2014), ch. 1",
    ),
    Family(  # a power law on both sides of the scale
        name="DoublePareto",
        params=(
            Param("alpha", "positive", "tail index above s"),
            Param("beta", "positive", "power of x below s"),
            Param("s", "positive", "scale"),
        ),
        support=("0", "oo"),
        log_density="log(alpha) + log(beta) - log(alpha + beta) - log(x)"
        " + Piecewise((beta*log(x/s), x < s), (-alpha*log(x/s), True))",
        source="Reed, The Pareto, Zipf and other power laws, Economics Letters 74 (2001), 15-19",
        synonyms=("AsymmetricLogLaplace",),
    ),
    Family(
        name="PowerLogNormal",
        params=(
            Param("c", "positive", "shape, how many log-normal variables x is the least of"),
            Param("sigma", "positive", "standard deviation of log x when c is 1"),
        ),
        support=("0", "oo"),
        log_density="log(c) - log(x) - log(sigma) - log(2*pi)/2 - log(x)**2/(2*sigma**2)"
        " + (c - 1)*log(erfc(log(x)/(sqrt(2)*sigma))/2)",
        source="Nelson, Doganaksoy, Statistical analysis of life or strength data from specimens of various sizes"
        " using the power-(log)normal model (1995)",
        elsewhere={"scipy": ("powerlognorm", {"c": "c", "s": "sigma"})},
    ),
    Family(  # a double Pareto variable times a log-normal one
        name="DoubleParetoLogNormal",
        params=(
            Param("mu", "real", "mean of the logarithm of the log-normal part"),
            Param("sigma", "positive", "standard deviation of the logarithm of the log-normal part"),
            Param("alpha", "positive", "tail index"),
            Param("beta", "positive", "power of x near 0"),
        ),
        support=("0", "oo"),
        log_density="log(alpha) + log(beta) - log(alpha + beta) - log(2*x)"
        " + log(exp(alpha*(mu - log(x)) + alpha**2*sigma**2/2)"
        "*erfc((alpha*sigma**2 + mu - log(x))/(sqrt(2)*sigma))"
        " + exp(beta*(log(x) - mu) + beta**2*sigma**2/2)"
        "*erfc((beta*sigma**2 - mu + log(x))/(sqrt(2)*sigma)))",
        source="Reed, Jorgensen, The double Pareto-lognormal distribution, Commun. Stat. 33 (2004), 1733-1753",
        elsewhere={"scipy": ("dpareto_lognorm", {"u": "mu", "s": "sigma", "a": "alpha", "b": "beta"})},
    ),
    Family(
        name="NoncentralF",
        params=(
            Param("d1", "positive integer", "degrees of freedom of the numerator"),
            Param("d2", "positive integer", "degrees of freedom of the denominator"),
            Param("lamda", "positive", "noncentrality"),
        ),
        support=("0", "oo"),
        log_density="loggamma((d1 + d2)/2) - loggamma(d1/2) - loggamma(d2/2) + d1/2*(log(d1) - log(d2)) - lamda/2"
        " + (d1/2 - 1)*log(x) - (d1 + d2)/2*log(1 + d1*x/d2)"
        " + log(hyper([(d1 + d2)/2], [d1/2], lamda*d1*x/(2*(d2 + d1*x))))",
        source="Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 2 (1995), ch. 30",
        elsewhere={"scipy": ("ncf", {"dfn": "d1", "dfd": "d2", "nc": "lamda"})},
    ),
]
