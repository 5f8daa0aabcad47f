"""Families of angles, in radians: densities of period 2 pi."""

from derive import Family, Param

FAMILIES = [
    Family(
        name="VonMises",
        params=(Param("mu", "real", "mean direction"), Param("kappa", "positive", "concentration")),
        support=("-pi", "pi"),
        log_density="kappa*cos(x - mu) - log(2*pi) - log(besseli(0, kappa))",
        measure="circle",
        source="Mardia, Jupp, Directional Statistics (2000), ch. 3",
        elsewhere={
            "scipy": ("vonmises", {"kappa": "kappa", "loc": "mu"}),
            "torch": ("VonMises", {"loc": "mu", "concentration": "kappa"}),
        },
        synonyms=("CircularNormal", "Tikhonov"),
    ),
    Family(
        name="WrappedCauchy",
        params=(Param("mu", "real", "mean direction"), Param("rho", "probability", "mean resultant length")),
        support=("-pi", "pi"),
        log_density="log(1 - rho**2) - log(2*pi) - log(1 + rho**2 - 2*rho*cos(x - mu))",
        measure="circle",
        source="Mardia, Jupp, Directional Statistics (2000), ch. 3",
        elsewhere={"scipy": ("wrapcauchy", {"c": "rho", "loc": "mu"})},
    ),
    Family(
        name="Cardioid",
        params=(Param("mu", "real", "mean direction"), Param("rho", "positive", "mean resultant length")),
        support=("-pi", "pi"),
        log_density="log(1 + 2*rho*cos(x - mu)) - log(2*pi)",
        measure="circle",
        constraints=("rho < 1/2",),
        source="Mardia, Jupp, Directional Statistics (2000), ch. 3",
    ),
    Family(
        name="CircularUniform",
        params=(),
        support=("-pi", "pi"),
        log_density="-log(2*pi)",
        measure="circle",
        source="Mardia, Jupp, Directional Statistics (2000), ch. 3",
    ),
    Family(
        name="AxialVonMises",
        params=(Param("mu", "real", "one of the two mean directions"), Param("kappa", "positive", "concentration")),
        support=("-pi", "pi"),
        log_density="kappa*cos(2*(x - mu)) - log(2*pi) - log(besseli(0, kappa))",
        measure="circle",
        source="Mardia, Jupp, Directional Statistics (2000), ch. 3",
        synonyms=("BimodalVonMises",),
    ),
    Family(
        name="SineSkewedVonMises",
        params=(
            Param("mu", "real", "location"),
            Param("kappa", "positive", "concentration"),
            Param("lamda", "real", "skewness (0: symmetric)"),
        ),
        support=("-pi", "pi"),
        log_density="kappa*cos(x - mu) + log(1 + lamda*sin(x - mu)) - log(2*pi) - log(besseli(0, kappa))",
        measure="circle",
        constraints=("-1 < lamda", "lamda < 1"),
        source="Abe, Pewsey, Sine-skewed circular distributions, Statistical Papers 52 (2011), 683-707",
    ),
]
