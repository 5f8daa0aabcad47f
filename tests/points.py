"""The sampler of exact points, which the package has."""

from derive.families.points import inside, members

__all__ = ["inside", "members"]
