"""Generation of texts: decoders with a key-value cache, greedy search, beam search and sampling."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
