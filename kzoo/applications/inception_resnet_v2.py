"""Keras' place for InceptionResNetV2; the network is in `inception_resnet.py`."""

from kzoo.applications.inception_resnet import InceptionResNetV2, decode_predictions, preprocess_input

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]
