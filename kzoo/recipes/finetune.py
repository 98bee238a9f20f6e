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
        Others, as `train_classifier` does.
    """
    first = replace(
        config,
        out=config.out / "frozen",
        epochs=config.frozen_epochs or config.epochs,
        learning_rate=config.frozen_learning_rate,
        export=None,
    )
    second = replace(config, out=config.out / "whole")
    phases = {"frozen": (first, with_frozen_trunk)} if config.frozen_epochs else {}
    phases["whole"] = (second, partial(as_left_by, first.out) if phases else with_new_classifier)
    for each, _ in phases.values():  # before the first is begun
        kzoo.training.check_config(each)
    # what an earlier run has left is not this one's second phase
    if not config.resume and kzoo.training.is_chief(kzoo.training.make_strategy(config.strategy, config.replicas)):
        with kzoo.training.lock_folder(second.out):
            kzoo.training.clear_folder(second.out)
    return {
        name: kzoo.training.train_classifier(each, partial(build, each)).metrics
        for name, (each, build) in phases.items()
    }


def with_new_classifier(config, classes):
    """Build the network with its weights, but for the classifier."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*new and untrained")  # as it is meant to be
        return kzoo.training.reset_classifier(kzoo.training.build_network(config, classes, weights=config.weights))


def with_frozen_trunk(config, classes):
    """Build the network with its weights, of which only those of a new classifier will change."""
    return kzoo.training.freeze_backbone(with_new_classifier(config, classes))


def as_left_by(folder, config, classes):
    """Build the network with the best weights of an earlier phase."""
    return kzoo.training.build_network(config, classes, weights=folder / "best.weights.h5")


if __name__ == "__main__":
    command_line(main, Config, __doc__)
