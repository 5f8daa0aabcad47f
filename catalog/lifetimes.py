"""Families of lifetimes on the half line, beside the gamma and Weibull families.

Order: hazards that are sums or powers (Gompertz, Weibull and their kin); laws made from the gamma or the
exponential law; the Lindley family.
"""

from derive import Alias, Family, Param

FAMILIES = [
    Family(
        name="GompertzMakeham",
        params=(
            Param("alpha", "positive", "hazard of age at x = 0"),
            Param("beta", "positive", "rate at which the hazard of age grows"),
            Param("lamda", "positive", "hazard that does not depend on age"),
        ),
        support=("0", "oo"),
        log_density="log(alpha*exp(beta*x) + lamda) - lamda*x - alpha/beta*(exp(beta*x) - 1)",
        source="Marshall, Olkin, Life Distributions (2007), ch. 10",
        synonyms=("Makeham",),
    ),
    Family(
        name="GeneralizedExponential",
        params=(
            Param("a", "positive", "hazard at x = 0"),
            Param("b", "positive", "how much the hazard rises with x"),
            Param("c", "positive", "rate at which the hazard settles"),
        ),
        support=("0", "oo"),
        log_density="log(a + b*(1 - exp(-c*x))) - (a + b)*x + b/c*(1 - exp(-c*x))",
        source="Ryu, An extension of Marshall and Olkin's bivariate exponential distribution,"
        " J. Amer. Statist. Assoc. 88 (1993)",
        elsewhere={"scipy": ("genexpon", {"a": "a", "b": "b", "c": "c"})},
    ),
    Family(
        name="ShiftedGompertz",
        params=(Param("b", "positive", "rate"), Param("eta", "positive", "shape")),
        support=("0", "oo"),
        log_density="log(b) - b*x - eta*exp(-b*x) + log(1 + eta*(1 - exp(-b*x)))",
        source="Bemmaor, Modeling the diffusion of new durable goods, in: Research Traditions in Marketing (1994)",
    ),
    Family(
        name="Muth",
        params=(Param("alpha", "probability", "shape"),),
        support=("0", "oo"),
        log_density="log(exp(alpha*x) - alpha) + alpha*x - (exp(alpha*x) - 1)/alpha",
        source="Muth, Reliability models with positive memory, in: The Theory and Applications of Reliability 2 (1977)",
    ),
    Family(  # the hazard is a + b*x
        name="LinearHazard",
        params=(Param("a", "positive", "hazard at x = 0"), Param("b", "positive", "slope of the hazard")),
        support=("0", "oo"),
        log_density="log(a + b*x) - a*x - b*x**2/2",
        source="Marshall, Olkin, Life Distributions (2007), ch. 9",
        synonyms=("LinearFailureRate",),
    ),
    Family(
        name="Chen",
        params=(
            Param("lamda", "positive", "shape, weight of the hazard"),
            Param("beta", "positive", "shape, power of x"),
        ),
        support=("0", "oo"),
        log_density="log(lamda) + log(beta) + (beta - 1)*log(x) + x**beta + lamda*(1 - exp(x**beta))",
        source="Chen, A new two-parameter lifetime distribution with bathtub shape, Stat. Probab. Lett. 49 (2000)",
        aliases=(
            Alias(
                "SmithBain",
                (Param("beta", "positive", "shape, power of x"),),
                {"lamda": "1", "beta": "beta"},
                source="Smith, Bain, An exponential power life-testing distribution, Commun. Stat. 4 (1975), 469-481",
                elsewhere={"scipy": ("exponpow", {"b": "beta"})},
                synonyms=("ExponentialPowerLife",),
            ),
        ),
    ),
    Family(
        name="FlexibleWeibull",
        params=(Param("alpha", "positive", "rate"), Param("beta", "positive", "scale of 1/x")),
        support=("0", "oo"),
        log_density="log(alpha + beta/x**2) + alpha*x - beta/x - exp(alpha*x - beta/x)",
        source="Bebbington, Lai, Zitikis, A flexible Weibull extension, Reliab. Eng. Syst. Saf. 92 (2007), 719-726",
    ),
    Family(
        name="Dhillon",
        params=(Param("lamda", "positive", "rate"), Param("beta", "positive", "shape")),
        support=("0", "oo"),
        log_density="log(lamda) + log(beta) - log(1 + lamda*x) + (beta - 1)*log(log(1 + lamda*x))"
        " - log(1 + lamda*x)**beta",
        source="Dhillon, Life distributions, IEEE Trans. Reliab. 30 (1981), 457-460",
    ),
    Family(
        name="ExponentiatedWeibull",
        params=(
            Param("alpha", "positive", "shape, power of the distribution function"),
            Param("k", "positive", "shape, that of the Weibull law"),
            Param("lamda", "positive", "scale"),
        ),
        support=("0", "oo"),
        log_density="log(alpha) + log(k) - k*log(lamda) + (k - 1)*log(x) - (x/lamda)**k"
        " + (alpha - 1)*log(1 - exp(-(x/lamda)**k))",
        source="Mudholkar, Srivastava, Exponentiated Weibull family, IEEE Trans. Reliab. 42 (1993), 299-302",
        elsewhere={"scipy": ("exponweib", {"a": "alpha", "c": "k", "scale": "lamda"})},
    ),
    Family(
        name="TruncatedWeibull",
        params=(
            Param("k", "positive", "shape"),
            Param("lamda", "positive", "scale"),
            Param("a", "positive", "lower end"),
            Param("b", "positive", "upper end"),
        ),
        support=("a", "b"),
        log_density="log(k) - k*log(lamda) + (k - 1)*log(x) - (x/lamda)**k"
        " - log(exp(-(a/lamda)**k) - exp(-(b/lamda)**k))",
        constraints=("a < b",),
        source="Rinne, The Weibull Distribution: A Handbook (2008), ch. 3",
        elsewhere={"scipy": ("truncweibull_min", {"c": "k", "a": "a/lamda", "b": "b/lamda", "scale": "lamda"})},
    ),
    Family(
        name="GeneralizedInverseGamma",
        params=(
            Param("a", "positive", "scale"),
            Param("d", "positive", "shape, power of 1/x in the tail less one"),
            Param("p", "positive", "shape, power of 1/x in the exponent"),
        ),
        support=("0", "oo"),
        log_density="log(p) + d*log(a) - loggamma(d/p) - (d + 1)*log(x) - (a/x)**p",
        source="Mead, Generalized inverse gamma distribution, Commun. Stat. Theory Methods 44 (2015), 1426-1435",
        synonyms=("InverseGeneralizedGamma",),
    ),
    Family(
        name="BetaExponential",
        params=(
            Param("a", "positive", "shape, governs x near 0"),
            Param("b", "positive", "shape, governs the tail"),
            Param("lamda", "positive", "rate"),
        ),
        support=("0", "oo"),
        log_density="log(lamda) + loggamma(a + b) - loggamma(a) - loggamma(b) - b*lamda*x"
        " + (a - 1)*log(1 - exp(-lamda*x))",
        source="Nadarajah, Kotz, The beta exponential distribution, Reliab. Eng. Syst. Saf. 91 (2006), 689-697",
    ),
    Family(
        name="MarshallOlkinExponential",
        params=(Param("alpha", "positive", "tilt (1: exponential)"), Param("lamda", "positive", "rate")),
        support=("0", "oo"),
        log_density="log(alpha) + log(lamda) - lamda*x - 2*log(1 - (1 - alpha)*exp(-lamda*x))",
        source="Marshall, Olkin, A new method for adding a parameter to a family, Biometrika 84 (1997), 641-652",
        aliases=(
            Alias(
                "ExponentialGeometric",
                (
                    Param("p", "probability", "parameter of the geometric law of the number of lives"),
                    Param("lamda", "positive", "rate of each life"),
                ),
                {"alpha": "1 - p", "lamda": "lamda"},
                source="Adamidis, Loukas, A lifetime distribution with decreasing failure rate,"
                " Stat. Probab. Lett. 39 (1998)",
            ),
        ),
    ),
    Family(  # the least of a logarithmic number of exponential variables
        name="ExponentialLogarithmic",
        params=(
            Param("p", "probability", "one less the parameter of the logarithmic law"),
            Param("beta", "positive", "rate of each life"),
        ),
        support=("0", "oo"),
        log_density="log(beta) + log(1 - p) - log(-log(p)) - beta*x - log(1 - (1 - p)*exp(-beta*x))",
        source="Tahmasbi, Rezaei, A two-parameter lifetime distribution with decreasing failure rate,"
        " Comput. Stat. Data Anal. 52 (2008)",
    ),
    Family(  # the least of a zero-truncated Poisson number of exponential variables
        name="ExponentialPoisson",
        params=(
            Param("lamda", "positive", "mean number of lives before truncation"),
            Param("beta", "positive", "rate of each life"),
        ),
        support=("0", "oo"),
        log_density="log(lamda) + log(beta) - log(1 - exp(-lamda)) - lamda - beta*x + lamda*exp(-beta*x)",
        source="Kus, A new lifetime distribution, Comput. Stat. Data Anal. 51 (2007), 4497-4509",
    ),
    Family(  # the sum of two exponential variables
        name="Hypoexponential",
        params=(
            Param("lamda1", "positive", "larger rate"),
            Param("lamda2", "positive", "smaller rate"),
        ),
        support=("0", "oo"),
        log_density="log(lamda1) + log(lamda2) - log(lamda1 - lamda2) + log(exp(-lamda2*x) - exp(-lamda1*x))",
        constraints=("lamda2 < lamda1",),
        source="Ross, Introduction to Probability Models (2014), ch. 5",
    ),
    Family(  # a mixture of two exponential laws
        name="Hyperexponential",
        params=(
            Param("p", "probability", "weight of the first rate"),
            Param("lamda1", "positive", "first rate"),
            Param("lamda2", "positive", "second rate"),
        ),
        support=("0", "oo"),
        log_density="log(p*lamda1*exp(-lamda1*x) + (1 - p)*lamda2*exp(-lamda2*x))",
        source="Ross, Introduction to Probability Models (2014), ch. 5",
    ),
    Family(  # a mixture of two gamma laws of one scale, of shapes 1 and 2
        name="TwoParameterLindley",
        params=(Param("theta", "positive", "rate"), Param("alpha", "positive", "weight of the gamma law of shape 2")),
        support=("0", "oo"),
        log_density="2*log(theta) - log(theta + alpha) + log(1 + alpha*x) - theta*x",
        source="Shanker, Sharma, Shanker, A two-parameter Lindley distribution, Appl. Math. 4 (2013), 363-368",
        aliases=(
            Alias(
                "Shanker",
                (Param("theta", "positive", "rate"),),
                {"theta": "theta", "alpha": "1/theta"},
                source="Shanker, Shanker distribution and its applications, Int. J. Stat. Appl. 5 (2015), 338-348",
            ),
            Alias(
                "XLindley",
                (Param("theta", "positive", "rate"),),
                {"theta": "theta", "alpha": "1/(2 + theta)"},
                source="Chouia, Zeghdoudi, The XLindley distribution, J. Stat. Theory Appl. 20 (2021), 318-327",
            ),
        ),
    ),
    Family(
        name="PowerLindley",
        params=(Param("alpha", "positive", "shape, power of x"), Param("beta", "positive", "rate")),
        support=("0", "oo"),
        log_density="log(alpha) + 2*log(beta) - log(beta + 1) + log(1 + x**alpha) + (alpha - 1)*log(x) - beta*x**alpha",
        source="Ghitany et al., Power Lindley distribution, Comput. Stat. Data Anal. 64 (2013), 20-33",
    ),
    Family(
        name="InverseLindley",
        params=(Param("theta", "positive", "scale"),),
        support=("0", "oo"),
        log_density="2*log(theta) - log(1 + theta) + log(1 + x) - 3*log(x) - theta/x",
        source="Sharma et al., The inverse Lindley distribution, J. Ind. Prod. Eng. 32 (2015), 162-173",
    ),
    Family(
        name="Akash",
        params=(Param("theta", "positive", "rate"),),
        support=("0", "oo"),
        log_density="3*log(theta) - log(theta**2 + 2) + log(1 + x**2) - theta*x",
        source="Shanker, Akash distribution and its applications, Int. J. Probab. Stat. 4 (2015), 65-75",
    ),
]
