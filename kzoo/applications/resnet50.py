"""Keras' place for ResNet50; the network is in `resnet.py`."""

from kzoo.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]
