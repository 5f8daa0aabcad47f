"""The sampler of exact points, which the package has."""

from derive.points import inside, members

__all__ = ["inside", "members"]
