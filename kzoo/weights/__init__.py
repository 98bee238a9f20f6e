"""Where weights come from: files of Keras' and of torch's, and the published ones that a registry row names."""

from kzoo.weights.files import find, load, preprocessing

__all__ = ["find", "load", "preprocessing"]
