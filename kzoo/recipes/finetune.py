"""Teach a trained network other classes: first a new classifier alone, then all of it, at a lower learning rate.

- python recipes/finetune.py --model ResNet50 --weights imagenet --data folder:my/flowers --no-xla
- python recipes/finetune.py --weights runs/lenet5_digits/best.weights.h5 --data npz:letters.npz

In the first phase the trunk is frozen, BatchNormalization in inference mode; its results are in `frozen` within
`--out`, those of the second, which begins with the best weights of the first, in `whole`. A run that was broken off in
either goes on with `--resume`. benchmarks/transfer.py compares it with training from scratch.
"""

import warnings
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import kzoo
from kzoo._validation import NonNegativeInt, PositiveFloat
from kzoo.training import ClassifierConfig, command_line


@dataclass(frozen=True, kw_only=True)
class Config(ClassifierConfig):
    """Options; `epochs` and `learning_rate` are those of the second phase."""

    weights: str
    """what the network begins with: a tag such as imagenet, or the path of a file"""
    model: str = "LeNet5"
    data: str = "digits"
    out: Path = Path("runs/finetune")
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-4
    frozen_epochs: NonNegativeInt = 20
    """of the first phase; 0 for none"""
    frozen_learning_rate: PositiveFloat = 3e-3
    """of the first phase, the highest"""


def main(config: Config) -> dict[str, dict]:
    """Train in two phases, write `config.out` and `config.export`, and return the metrics of each phase.

    Raises:
        ValueError, OSError: an option, the data or the weights are wrong.
        Others, as `kzoo.tasks.train` does.
    """
    first = replace(
        config,
        out=config.out / "frozen",
        epochs=config.frozen_epochs or config.epochs,
        learning_rate=config.frozen_learning_rate,
        export=None,
    )
    second = replace(config, out=config.out / "whole")
    phases = {"frozen": (first, partial(with_frozen_backbone, second.out))} if config.frozen_epochs else {}
    phases["whole"] = (second, partial(as_left_by, first.out) if phases else with_new_classifier)
    tasks = {name: kzoo.tasks.ImageClassification(each, partial(build, each)) for name, (each, build) in phases.items()}
    for task in tasks.values():  # before the first is begun
        kzoo.tasks.check(task)
    return {name: kzoo.tasks.train(task).metrics for name, task in tasks.items()}


def with_new_classifier(config, classes):
    """Build the network with its weights, but for the classifier."""
    from kzoo.tasks.image_classification import build_network
    from kzoo.weights.adapt import NewClassifierWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NewClassifierWarning)  # as it is meant to be
        return kzoo.training.reset_classifier(build_network(config, classes, weights=config.weights))


def with_frozen_backbone(second, config, classes):
    """Build the network with its weights, of which only those of a new classifier will change.

    What an earlier run has left in `second` is not this one's second phase, and is removed once there are data and
    weights to begin with.
    """
    network = kzoo.training.freeze_backbone(with_new_classifier(config, classes))
    chief = kzoo.training.is_chief(kzoo.training.make_strategy(config.strategy, config.replicas))
    if chief and not config.resume and second.exists():
        with kzoo.training.lock_folder(second):
            kzoo.training.clear_folder(second)
    return network


def as_left_by(folder, config, classes):
    """Build the network with the best weights of an earlier phase."""
    from kzoo.tasks.image_classification import build_network

    return build_network(config, classes, weights=folder / "best.weights.h5")


if __name__ == "__main__":
    command_line(main, Config, __doc__)
