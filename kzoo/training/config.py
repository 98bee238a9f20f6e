"""The options of recipes, whatever they train, and of those of classifiers; importing them loads no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Interval

from kzoo import registry
from kzoo._validation import MOST, NonNegativeFloat, PositiveFloat, PositiveInt, Validated, check

# Recipes name them again where they have other defaults, and the command line goes on to refuse any other.
OptimizerName = Literal["sgd", "rmsprop", "adam", "adamw"]
Initializer = Literal["he", "he_fan_out"] | PositiveFloat | None
ScheduleName = Literal["cosine", "polynomial", "step", "exponential", "plateau", "constant"]

Epochs = Annotated[float, Interval(ge=0, le=MOST)]


@dataclass(frozen=True, kw_only=True)
class RecipeConfig(Validated):
    """The options that all recipes have; `out`, the folder of the results, and `epochs` come with a recipe's own."""

    strategy: Literal["mirrored", "multiworker", "none"] = "mirrored"
    """all devices of this machine, several machines (srun or TF_CONFIG), or no distribution"""
    replicas: Annotated[int, Interval(ge=1, le=64)] | None = None
    """devices to use; more than one without a GPU splits the CPU"""
    xla: bool = True
    """compile forward and backward with XLA; convolutions on a CPU are faster without"""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    seed: Annotated[int, Interval(ge=0, le=MOST)] = 0
    steps_per_epoch: PositiveInt | None = None
    """stop an epoch (and the validation) after so many steps"""
    checkpoint_every: PositiveInt | None = None
    """steps between checkpoints, besides that at the end of each epoch"""
    keep_checkpoints: PositiveInt = 2
    """how many of them stay"""
    resume: bool = False
    """go on from the last checkpoint in `out`, if there is one"""
    export: Path | None = None
    """where to write the SavedModel: <name> or <name>/<version>"""
    overwrite: bool = False
    """replace an export, or a run, that is there already"""


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig(Validated):
    """The optimizer of a classifier recipe."""

    kind: OptimizerName = "adamw"
    momentum: Annotated[float, Interval(ge=0, lt=1)] | None = None
    """of sgd and rmsprop; 0 if not given"""
    nesterov: bool = False
    """of sgd"""
    epsilon: PositiveFloat | None = None
    """of rmsprop, adam and adamw; as in Keras if not given"""
    weight_decay: NonNegativeFloat = 0.0
    """of kernels only; added to the gradient (L2), or with adamw decoupled"""
    decay_bias_and_norm: bool = False
    """let weight decay include biases and normalization"""
    layer_decay: Annotated[float, Interval(gt=0, le=1)] = 1.0
    """learning rate of a block relative to that of the next one"""
    clip_norm: PositiveFloat | None = None
    """largest global norm of the gradients"""
    accumulation_steps: PositiveInt = 1
    """batches whose gradients make one update"""
    ema: Annotated[float, Interval(gt=0, lt=1)] | None = None
    """momentum of a moving average of the weights, such as 0.9999; it is what is evaluated and kept"""


@dataclass(frozen=True, kw_only=True)
class ScheduleConfig(Validated):
    """The learning rate schedule of a classifier recipe."""

    kind: ScheduleName = "cosine"
    """to 0 by a cosine or a polynomial; by `factor` at the epochs `at` (step), every `every` epochs (exponential), or
    after `patience` epochs without progress (plateau); or constant"""
    warmup_epochs: Epochs = 0.0
    """of a linear warm-up from 0"""
    power: Annotated[float, Interval(gt=0, le=100)] = 1.0
    """of polynomial: 1 is linear"""
    factor: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    """of step, exponential and plateau: what the learning rate is multiplied by"""
    at: tuple[Epochs, ...] = ()
    """epochs, of step"""
    every: Annotated[float, Interval(gt=0, le=MOST)] = 1.0
    """epochs, of exponential"""
    patience: PositiveInt = 1
    """epochs without a lower val_loss, of plateau"""

    def validate(self):
        if self.kind == "plateau" and self.warmup_epochs:
            raise ValueError("kind='plateau' does not work with warmup_epochs; choose another schedule, or no warm-up")
        if list(self.at) != sorted(self.at):
            raise ValueError(f"at={self.at} does not work; give epochs in rising order")
        if self.kind == "step" and not self.at:
            raise ValueError("kind='step' does not work without at; give epochs, such as 30 60")


@dataclass(frozen=True)
class ClassifierConfig(RecipeConfig):
    """The options of a classifier recipe; a recipe gives them its own defaults."""

    model: str
    """name of the network, as in kzoo.list_models()"""
    data: str
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: PositiveInt
    batch_size: PositiveInt
    """images a step, over all replicas"""
    learning_rate: PositiveFloat
    """the peak of the schedule"""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    options: dict[str, int | float | bool] = field(default_factory=dict)
    """of the network, such as drop_path or auxiliary"""
    initializer: Initializer = None
    """of kernels: He's normal distribution by fan-in (he) or fan-out, or a normal one of this deviation; or the
    network's own"""
    label_smoothing: Annotated[float, Interval(ge=0, lt=1)] = 0.0
    early_stopping: PositiveInt | None = None
    """stop after so many epochs in a row without a higher val_accuracy; never if not given"""
    augment: str = "none"
    """data augmentation: a name in kzoo.data.AUGMENTATIONS"""
    synchronize: bool = False
    """let BatchNormalization see the images of all replicas; needs --no-xla where there are several"""


def check_options(model: str, options: Mapping[str, float | bool]):
    """See that a network has the options that it is to be built with, and takes their values.

    Raises:
        ValueError: it has not, or does not.
    """
    builder = registry.builders()[registry.info(model).name]
    names = builder.variant.options if builder.variant.kind == "classifier" else builder.accepted
    if unknown := sorted(set(options) - set(names)):
        accepted = f"accepted are {', '.join(names)}" if names else "it has none"
        raise ValueError(f"options={options} does not work: {model} has no option {unknown[0]!r}; {accepted}")
    for name, value in options.items():
        check(model, name, builder.accepted[name], value)
