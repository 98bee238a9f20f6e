"""Layers that Keras lacks, or has in a slower version; each registered, so that models with them save and load."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
