"""Export of models: SavedModels that take raw images and need neither kzoo nor Keras, OpenVINO, ONNX and LiteRT."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
