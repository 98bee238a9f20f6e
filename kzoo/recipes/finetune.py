"""Fine-tune a trained network on other classes: first a new classifier alone, then all layers, more slowly.

- python recipes/finetune.py --model ResNet50 --weights imagenet --data folder:my/flowers --no-xla
- python recipes/finetune.py --weights runs/lenet5_digits/best.weights.h5 --data npz:letters.npz

In the first phase the backbone is frozen, BatchNormalization in inference mode; its results are in `frozen` within
`--out`, those of the second, which starts from the best weights of the first, in `whole`. A run that was interrupted in
either continues with `--resume`. benchmarks/transfer.py compares it with training from scratch.
"""

import warnings
from collections.abc import Callable
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
    """pretrained weights: a tag such as imagenet, or the path of a file"""
    model: str = "LeNet5"
    data: str = "digits"
    out: Path = Path("runs/finetune")
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 1e-4
    frozen_epochs: NonNegativeInt = 20
    """of the first phase; 0 for none"""
    frozen_learning_rate: PositiveFloat = 3e-3
    """peak of the first phase"""


def main(config: Config) -> dict[str, dict]:
    """Train in two phases, write `config.out` and `config.export`, and return the metrics of each phase.

    Raises:
        ValueError, OSError: an option, the data or the weights are invalid.
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
    phases: dict[str, tuple[Config, Callable]]
    phases = {"frozen": (first, partial(build_with_frozen_backbone, second.out))} if config.frozen_epochs else {}
    phases["whole"] = (second, partial(build_from_run, first.out) if phases else build_with_new_classifier)
    tasks = {name: kzoo.tasks.ImageClassification(each, partial(build, each)) for name, (each, build) in phases.items()}
    for task in tasks.values():  # before the first starts
        kzoo.tasks.check(task)
    return {name: kzoo.tasks.train(task).metrics for name, task in tasks.items()}


def build_with_new_classifier(config, classes):
    """Build the network with pretrained weights and a new classifier."""
    from kzoo.tasks.image_classification import build_network
    from kzoo.weights.adapt import NewClassifierWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NewClassifierWarning)  # as intended
        return kzoo.training.reset_classifier(build_network(config, classes, weights=config.weights))


def build_with_frozen_backbone(second, config, classes):
    """Build the network with pretrained weights, frozen, and a new classifier.

    Results of an earlier run in `second` are not the second phase of this one; they are removed once data and weights
    have been loaded.
    """
    network = kzoo.training.freeze_backbone(build_with_new_classifier(config, classes))
    chief = kzoo.training.is_chief(kzoo.training.make_strategy(config.strategy, config.replicas))
    if chief and not config.resume and second.exists():
        with kzoo.training.lock_folder(second):
            kzoo.training.clear_folder(second)
    return network


def build_from_run(folder, config, classes):
    """Build the network with the best weights of an earlier phase."""
    from kzoo.tasks.image_classification import build_network

    return build_network(config, classes, weights=folder / "best.weights.h5")


if __name__ == "__main__":
    command_line(main, Config, __doc__)
