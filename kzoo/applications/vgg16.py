"""Keras' place for VGG16; the network is in `vgg.py`."""

from kzoo.applications.vgg import VGG16, decode_predictions, preprocess_input

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
