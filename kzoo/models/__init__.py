"""Networks that are not image classifiers, as functional builders; image classifiers are in `kzoo.applications`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
