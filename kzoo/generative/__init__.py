"""Generative models of images: algorithms as a `train_step` each, their networks in the registry, and metrics."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
