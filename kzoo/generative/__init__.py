"""Models that make images: each algorithm a `train_step`, its networks in the registry, and how good they are."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
