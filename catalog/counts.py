"""Families on the integers."""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="Bernoulli",
        params=(Param("p", "probability", "probability of a success (x = 1)"),),
        support=("0", "1"),
        log_density="x*log(p) + (1 - x)*log(1 - p)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 3",
        elsewhere={"scipy": ("bernoulli", {"p": "p"}), "torch": ("Bernoulli", {"probs": "p"})},
        aliases=(
            Alias(
                "BernoulliLogit",
                (Param("l", "real", "log-odds of a success (x = 1)"),),
                {"p": "1/(1 + exp(-l))"},
                elsewhere={
                    "scipy": ("bernoulli", {"p": "1/(1 + exp(-l))"}),
                    "torch": ("Bernoulli", {"logits": "l"}),
                },
            ),
        ),
    ),
    Family(  # the number of successes
        name="Binomial",
        params=(
            Param("n", "positive integer", "number of trials"),
            Param("p", "probability", "probability of a success in one trial"),
        ),
        support=("0", "n"),
        log_density="log(binomial(n, x)) + x*log(p) + (n - x)*log(1 - p)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 3",
        elsewhere={
            "scipy": ("binom", {"n": "n", "p": "p"}),
            "torch": ("Binomial", {"total_count": "n", "probs": "p"}),
        },
    ),
    Family(
        name="BetaBinomial",
        params=(
            Param("n", "positive integer", "number of trials"),
            Param("alpha", "positive", "first shape of the beta law of the success probability"),
            Param("beta", "positive", "second shape of the beta law of the success probability"),
        ),
        support=("0", "n"),
        log_density="log(binomial(n, x)) + loggamma(x + alpha) + loggamma(n - x + beta) - loggamma(n + alpha + beta)"
        " - loggamma(alpha) - loggamma(beta) + loggamma(alpha + beta)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 6",
        elsewhere={"scipy": ("betabinom", {"n": "n", "a": "alpha", "b": "beta"})},
        synonyms=("PolyaEggenberger",),
    ),
    Family(
        name="Categorical",
        params=(Param("p", "simplex", "probabilities of the categories 1, ..., K"),),
        support=("1", "K"),
        log_density="log(p[x])",
        measure="counting",
        source="Murphy, Machine Learning: A Probabilistic Perspective (2012), ch. 2",
        synonyms=("Multinoulli",),
    ),
    Family(
        name="DiscreteUniform",
        params=(Param("a", "integer", "smallest value"), Param("b", "integer", "largest value (included)")),
        support=("a", "b"),
        log_density="-log(b - a + 1)",
        measure="counting",
        constraints=("a <= b",),
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 6",
        elsewhere={"scipy": ("randint", {"low": "a", "high": "b + 1"})},
        aliases=(
            Alias(
                "Die",
                (Param("n", "positive integer", "number of sides"),),
                {"a": "1", "b": "n"},
                elsewhere={"scipy": ("randint", {"low": "1", "high": "n + 1"})},
            ),
        ),
        synonyms=("DiscreteRectangular",),
    ),
    Family(  # the number of trials up to and with the first success
        name="Geometric",
        params=(Param("p", "probability", "probability of a success in one trial"),),
        support=("1", "oo"),
        log_density="(x - 1)*log(1 - p) + log(p)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5",
        elsewhere={"scipy": ("geom", {"p": "p"})},
        synonyms=("GeometricFromOne", "ShiftedGeometric"),
    ),
    Family(  # the number of failures before the first success
        name="GeometricFromZero",
        params=(Param("p", "probability", "probability of a success in one trial"),),
        support=("0", "oo"),
        log_density="x*log(1 - p) + log(p)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5",
        elsewhere={"scipy": ("geom", {"p": "p", "loc": "-1"}), "torch": ("Geometric", {"probs": "p"})},
        aliases=(
            Alias(
                "Planck",
                (Param("lamda", "positive", "rate of decay (energy step over temperature)"),),
                {"p": "1 - exp(-lamda)"},
                elsewhere={
                    "scipy": ("planck", {"lambda_": "lamda"}),
                    "torch": ("Geometric", {"probs": "1 - exp(-lamda)"}),
                },
                synonyms=("BoseEinstein",),
            ),
        ),
        synonyms=("GeometricFailures",),
    ),
    Family(  # the number of failures before the r-th success
        name="NegativeBinomial",
        params=(
            Param("r", "positive", "number of successes waited for; need not be an integer"),
            Param("p", "probability", "probability of a success in one trial (x counts the failures)"),
        ),
        support=("0", "oo"),
        log_density="loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r*log(p) + x*log(1 - p)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5",
        elsewhere={
            "scipy": ("nbinom", {"n": "r", "p": "p"}),
            "torch": ("NegativeBinomial", {"total_count": "r", "probs": "1 - p"}),
        },
        aliases=(
            Alias(
                "Pascal",
                (
                    Param("r", "positive integer", "number of successes waited for"),
                    Param("p", "probability", "probability of a success in one trial (x counts the failures)"),
                ),
                {"r": "r", "p": "p"},
                elsewhere={
                    "scipy": ("nbinom", {"n": "r", "p": "p"}),
                    "torch": ("NegativeBinomial", {"total_count": "r", "probs": "1 - p"}),
                },
            ),
            Alias(
                "GammaPoisson",
                (
                    Param("k", "positive", "shape of the gamma law of the Poisson mean"),
                    Param("theta", "positive", "scale of the gamma law of the Poisson mean"),
                ),
                {"r": "k", "p": "1/(1 + theta)"},
                elsewhere={
                    "scipy": ("nbinom", {"n": "k", "p": "1/(1 + theta)"}),
                    "torch": ("NegativeBinomial", {"total_count": "k", "probs": "theta/(1 + theta)"}),
                },
            ),
            Alias(
                "NegativeBinomial2",
                (
                    Param("mu", "positive", "mean"),
                    Param("phi", "positive", "shape (close to Poisson when large)"),
                ),
                {"r": "phi", "p": "phi/(mu + phi)"},
                source="Hilbe, Negative Binomial Regression, 2nd ed. (2011), ch. 8",
                elsewhere={
                    "scipy": ("nbinom", {"n": "phi", "p": "phi/(mu + phi)"}),
                    "torch": ("NegativeBinomial", {"total_count": "phi", "probs": "mu/(mu + phi)"}),
                },
            ),
        ),
    ),
    Family(
        name="Poisson",
        params=(Param("lamda", "positive", "mean"),),
        support=("0", "oo"),
        log_density="x*log(lamda) - lamda - loggamma(x + 1)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 4",
        elsewhere={"scipy": ("poisson", {"mu": "lamda"}), "torch": ("Poisson", {"rate": "lamda"})},
    ),
    Family(
        name="ZeroTruncatedPoisson",
        params=(Param("lamda", "positive", "mean before the truncation"),),
        support=("1", "oo"),
        log_density="x*log(lamda) - loggamma(x + 1) - log(exp(lamda) - 1)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 4",
        synonyms=("PositivePoisson",),
    ),
    Family(
        name="Logarithmic",
        params=(Param("p", "probability", "ratio of the power series p^x/x (a longer tail when larger)"),),
        support=("1", "oo"),
        log_density="x*log(p) - log(x) - log(-log(1 - p))",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 7",
        elsewhere={"scipy": ("logser", {"p": "p"})},
        synonyms=("LogSeries", "LogarithmicSeries"),
    ),
    Family(
        name="Zeta",
        params=(Param("s", "positive", "exponent of the power law"),),
        support=("1", "oo"),
        log_density="-s*log(x) - log(zeta(s))",
        measure="counting",
        constraints=("s > 1",),
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 11",
        elsewhere={"scipy": ("zipf", {"a": "s"})},
        synonyms=("DiscretePareto",),
    ),
    Family(
        name="YuleSimon",
        params=(Param("rho", "positive", "shape (the tail falls off as x^-(rho + 1))"),),
        support=("1", "oo"),
        log_density="log(rho) + log(beta(x, rho + 1))",
        measure="counting",
        source="Simon, On a class of skew distribution functions, Biometrika 42 (1955)",
        elsewhere={"scipy": ("yulesimon", {"alpha": "rho"})},
        synonyms=("Yule",),
    ),
    Family(
        name="DiscreteLaplace",
        params=(Param("p", "probability", "ratio of the probabilities at neighbouring distances from 0"),),
        support=("-oo", "oo"),
        log_density="log(1 - p) - log(1 + p) + abs(x)*log(p)",
        measure="counting",
        source="Inusah, Kozubowski, A discrete analogue of the Laplace distribution,"
        " Journal of Statistical Planning and Inference 136 (2006)",
        elsewhere={"scipy": ("dlaplace", {"a": "-log(p)"})},
        synonyms=("TwoSidedGeometric",),
    ),
    Family(  # marked balls in a sample that is drawn without replacement
        name="Hypergeometric",
        params=(
            Param("N", "positive integer", "size of the population"),
            Param("K", "positive integer", "marked members of the population"),
            Param("n", "positive integer", "size of the sample"),
        ),
        support=("Max(0, n + K - N)", "Min(n, K)"),
        log_density="log(binomial(K, x)) + log(binomial(N - K, n - x)) - log(binomial(N, n))",
        measure="counting",
        constraints=("K <= N", "n <= N"),
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 6",
        elsewhere={"scipy": ("hypergeom", {"M": "N", "n": "K", "N": "n"})},
    ),
    Family(  # marked balls drawn before the r-th that is not marked
        name="NegativeHypergeometric",
        params=(
            Param("N", "positive integer", "size of the population"),
            Param("K", "positive integer", "marked members of the population"),
            Param("r", "positive integer", "unmarked members waited for"),
        ),
        support=("0", "K"),
        log_density="log(binomial(x + r - 1, x)) + log(binomial(N - r - x, K - x)) - log(binomial(N, K))",
        measure="counting",
        constraints=("r + K <= N",),
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 6",
        elsewhere={"scipy": ("nhypergeom", {"M": "N", "n": "K", "r": "r"})},
    ),
    Family(
        name="TruncatedGeometric",
        params=(
            Param("q", "probability", "ratio of the probabilities of neighbours"),
            Param("N", "positive integer", "number of values"),
        ),
        support=("0", "N - 1"),
        log_density="log(1 - q) - log(1 - q**N) + x*log(q)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5",
        elsewhere={"scipy": ("boltzmann", {"lambda_": "-log(q)", "N": "N"})},
        aliases=(
            Alias(
                "Boltzmann",
                (
                    Param("lamda", "positive", "rate of decay (energy step over temperature)"),
                    Param("N", "positive integer", "number of values"),
                ),
                {"q": "exp(-lamda)", "N": "N"},
                elsewhere={"scipy": ("boltzmann", {"lambda_": "lamda", "N": "N"})},
                synonyms=("TruncatedPlanck",),
            ),
        ),
    ),
    Family(  # the difference of two Poisson variables
        name="Skellam",
        params=(Param("mu1", "positive", "mean of the first"), Param("mu2", "positive", "mean of the second")),
        support=("-oo", "oo"),
        log_density="-mu1 - mu2 + x/2*(log(mu1) - log(mu2)) + log(besseli(abs(x), 2*sqrt(mu1*mu2)))",
        measure="counting",
        source="Skellam, The frequency distribution of the difference between two Poisson variates,"
        " J. R. Stat. Soc. 109 (1946), 296",
        elsewhere={"scipy": ("skellam", {"mu1": "mu1", "mu2": "mu2"})},
    ),
    Family(
        name="BetaNegativeBinomial",
        params=(
            Param("r", "positive", "number of successes waited for; need not be an integer"),
            Param("alpha", "positive", "first shape of the beta law of the success probability"),
            Param("beta", "positive", "second shape of the beta law of the success probability"),
        ),
        support=("0", "oo"),
        log_density="loggamma(x + r) - loggamma(r) - loggamma(x + 1) + loggamma(alpha + r) + loggamma(beta + x)"
        " - loggamma(alpha + beta + r + x) - loggamma(alpha) - loggamma(beta) + loggamma(alpha + beta)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 6",
        aliases=(
            Alias(
                "BetaPascal",
                (
                    Param("r", "positive integer", "number of successes waited for"),
                    Param("alpha", "positive", "first shape of the beta law of the success probability"),
                    Param("beta", "positive", "second shape of the beta law of the success probability"),
                ),
                {"r": "r", "alpha": "alpha", "beta": "beta"},
                elsewhere={"scipy": ("betanbinom", {"n": "r", "a": "alpha", "b": "beta"})},
            ),
            Alias(
                "BetaGeometric",
                (
                    Param("alpha", "positive", "first shape of the beta law of the success probability"),
                    Param("beta", "positive", "second shape of the beta law of the success probability"),
                ),
                {"r": "1", "alpha": "alpha", "beta": "beta"},
                elsewhere={"scipy": ("betanbinom", {"n": "1", "a": "alpha", "b": "beta"})},
                synonyms=("Waring",),
            ),
        ),
        synonyms=("GeneralizedWaring",),
    ),
    Family(  # the total number of customers served before a queue of r is empty
        name="BorelTanner",
        params=(
            Param("mu", "probability", "mean number of arrivals during a service"),
            Param("r", "positive integer", "customers at the start"),
        ),
        support=("r", "oo"),
        log_density="log(r) - log(x) - mu*x + (x - r)*log(mu*x) - loggamma(x - r + 1)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 7",
        aliases=(
            Alias(
                "Borel",
                (Param("mu", "probability", "mean number of arrivals during a service"),),
                {"mu": "mu", "r": "1"},
            ),
        ),
    ),
    Family(
        name="GeneralizedPoisson",
        params=(
            Param("theta", "positive", "rate of the first generation"),
            Param("lamda", "probability", "mean number of offspring (0: Poisson)"),
        ),
        support=("0", "oo"),
        log_density="log(theta) + (x - 1)*log(theta + lamda*x) - theta - lamda*x - loggamma(x + 1)",
        measure="counting",
        source="Consul, Jain, A generalization of the Poisson distribution, Technometrics 15 (1973), 791-799",
        synonyms=("ConsulPoisson", "LagrangianPoisson"),
    ),
    Family(
        name="DiscreteWeibull",
        params=(
            Param("q", "probability", "probability of surviving the first step"),
            Param("beta", "positive", "shape (1: geometric)"),
        ),
        support=("0", "oo"),
        log_density="log(q**(x**beta) - q**((x + 1)**beta))",
        measure="counting",
        source="Nakagawa, Osaki, The discrete Weibull distribution, IEEE Trans. Reliab. 24 (1975), 300-301",
    ),
    Family(
        name="ZeroInflatedPoisson",
        params=(
            Param("w", "probability", "probability of an extra zero"),
            Param("lamda", "positive", "mean of the Poisson law"),
        ),
        support=("0", "oo"),
        log_density="Piecewise((log(w + (1 - w)*exp(-lamda)), x < 1),"
        " (log(1 - w) + x*log(lamda) - lamda - loggamma(x + 1), True))",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 4",
    ),
    Family(
        name="ZeroInflatedNegativeBinomial",
        params=(
            Param("w", "probability", "probability of an extra zero"),
            Param("r", "positive", "number of successes waited for; need not be an integer"),
            Param("p", "probability", "probability of a success in one trial (x counts the failures)"),
        ),
        support=("0", "oo"),
        log_density="Piecewise((log(w + (1 - w)*p**r), x < 1),"
        " (log(1 - w) + loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r*log(p) + x*log(1 - p), True))",
        measure="counting",
        source="Hilbe, Negative Binomial Regression, 2nd ed. (2011), ch. 11",
        aliases=(
            Alias(
                "ZeroInflatedNegativeBinomial2",
                (
                    Param("w", "probability", "probability of an extra zero"),
                    Param("mu", "positive", "mean of the negative binomial law"),
                    Param("phi", "positive", "shape (close to Poisson when large)"),
                ),
                {"w": "w", "r": "phi", "p": "phi/(mu + phi)"},
            ),
        ),
    ),
    Family(
        name="ZeroTruncatedBinomial",
        params=(
            Param("n", "positive integer", "number of trials"),
            Param("p", "probability", "probability of a success in one trial"),
        ),
        support=("1", "n"),
        log_density="log(binomial(n, x)) + x*log(p) + (n - x)*log(1 - p) - log(1 - (1 - p)**n)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 3",
        synonyms=("PositiveBinomial",),
    ),
    Family(
        name="ZeroTruncatedNegativeBinomial",
        params=(
            Param("r", "positive", "number of successes waited for; need not be an integer"),
            Param("p", "probability", "probability of a success in one trial (x counts the failures)"),
        ),
        support=("1", "oo"),
        log_density="loggamma(x + r) - loggamma(r) - loggamma(x + 1) + r*log(p) + x*log(1 - p) - log(1 - p**r)",
        measure="counting",
        source="Johnson, Kemp, Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5",
    ),
    Family(
        name="PoissonLindley",
        params=(Param("theta", "positive", "rate of the Lindley law of the Poisson mean"),),
        support=("0", "oo"),
        log_density="2*log(theta) + log(x + theta + 2) - (x + 3)*log(theta + 1)",
        measure="counting",
        source="Sankaran, The discrete Poisson-Lindley distribution, Biometrics 26 (1970), 145-149",
    ),
    Family(
        name="FisherNoncentralHypergeometric",
        params=(
            Param("m1", "positive integer", "marked members of the population"),
            Param("m2", "positive integer", "unmarked members of the population"),
            Param("n", "positive integer", "size of the sample"),
            Param("omega", "positive", "odds ratio (1: hypergeometric)"),
        ),
        support=("0", "Min(n, m1)"),
        log_density="log(binomial(m1, x)) + log(binomial(m2, n - x)) + x*log(omega) - log(binomial(m2, n))"
        " - log(hyper([-n, -m1], [m2 - n + 1], omega))",
        measure="counting",
        constraints=("n <= m2",),
        source="Fog, Sampling methods for Wallenius' and Fisher's noncentral hypergeometric distributions,"
        " Commun. Stat. 37 (2008)",
        elsewhere={"scipy": ("nchypergeom_fisher", {"M": "m1 + m2", "n": "m1", "N": "n", "odds": "omega"})},
    ),
]
