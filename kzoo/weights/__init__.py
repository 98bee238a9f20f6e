"""Weight files: those of Keras and torch, and the published ones of the registry."""

from kzoo.weights.files import load_pretrained_weights, locate_weights, weights_preprocessing

__all__ = ["load_pretrained_weights", "locate_weights", "weights_preprocessing"]
