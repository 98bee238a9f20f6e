"""Keras' place for VGG19; the network is in `vgg.py`."""

from kzoo.applications.vgg import VGG19, decode_predictions, preprocess_input

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]
