"""Tasks: what is trained, one kind a module, and the one function that trains them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
