"""Training: strategies, XLA in each replica, optimizers, schedules, losses, checkpoints, and what recipes share."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
