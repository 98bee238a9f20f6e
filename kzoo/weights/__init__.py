"""Where weights come from: files that Keras wrote, and the published ones that a registry row names."""

from kzoo.weights.files import find, load

__all__ = ["find", "load"]
