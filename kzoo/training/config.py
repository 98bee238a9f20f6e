"""Configurations of recipes: of all, and of classifiers. Importing them does not import TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Interval

from kzoo import registry
from kzoo._validation import MAX_INT32, NonNegativeFloat, PositiveFloat, PositiveInt, Validated, check

# Recipes annotate fields with these again where they have other defaults, so that the command line still checks them.
OptimizerName = Literal["sgd", "rmsprop", "adam", "adamw"]
Initializer = Literal["he", "he_fan_out"] | PositiveFloat | None
ScheduleName = Literal["cosine", "polynomial", "step", "exponential", "plateau", "constant"]

Epochs = Annotated[float, Interval(ge=0, le=MAX_INT32)]


@dataclass(frozen=True, kw_only=True)
class RecipeConfig(Validated):
    """The options of all recipes; `out`, the folder of the results, and `epochs` are options of each kind of recipe."""

    if TYPE_CHECKING:  # fields of each kind of recipe, among its own
        out: Path
        epochs: PositiveInt

    strategy: Literal["mirrored", "multiworker", "none"] = "mirrored"
    """all devices of this machine, several workers (srun or TF_CONFIG), or no distribution"""
    replicas: Annotated[int, Interval(ge=1, le=64)] | None = None
    """devices to use; more than one without a GPU splits the CPU"""
    xla: bool = True
    """compile forward and backward pass with XLA; convolutions on a CPU are faster without"""
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    seed: Annotated[int, Interval(ge=0, le=MAX_INT32)] = 0
    steps_per_epoch: PositiveInt | None = None
    """limit of the steps of an epoch (and of the validation)"""
    checkpoint_every: PositiveInt | None = None
    """steps between checkpoints, besides that at the end of each epoch"""
    keep_checkpoints: PositiveInt = 2
    """how many are kept"""
    resume: bool = False
    """resume from the latest checkpoint in `out`, if there is one"""
    export: Path | None = None
    """path of the SavedModel: <name> or <name>/<version>"""
    overwrite: bool = False
    """replace an existing export, or run"""


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig(Validated):
    """The optimizer of a classifier recipe."""

    kind: OptimizerName = "adamw"
    momentum: Annotated[float, Interval(ge=0, lt=1)] | None = None
    """of sgd and rmsprop; default 0"""
    nesterov: bool = False
    """of sgd"""
    epsilon: PositiveFloat | None = None
    """of rmsprop, adam and adamw; default as in Keras"""
    weight_decay: NonNegativeFloat = 0.0
    """of kernels only: L2, added to the gradient; decoupled with adamw"""
    decay_bias_and_norm: bool = False
    """apply weight decay to biases and normalization parameters, too"""
    layer_decay: Annotated[float, Interval(gt=0, le=1)] = 1.0
    """layer-wise learning rate decay: multiplier from one block to the one below"""
    clip_norm: PositiveFloat | None = None
    """global gradient norm that gradients are clipped to"""
    accumulation_steps: PositiveInt = 1
    """gradient accumulation: batches for one update"""
    ema: Annotated[float, Interval(gt=0, lt=1)] | None = None
    """momentum of an exponential moving average of the weights, such as 0.9999, which is evaluated and saved"""


@dataclass(frozen=True, kw_only=True)
class ScheduleConfig(Validated):
    """The learning rate schedule of a classifier recipe."""

    kind: ScheduleName = "cosine"
    """to 0 by a cosine or a polynomial; by `factor` at the epochs `at` (step), every `every` epochs (exponential), or
    after `patience` epochs without improvement (plateau); or constant"""
    warmup_epochs: Epochs = 0.0
    """of a linear warm-up from 0"""
    power: Annotated[float, Interval(gt=0, le=100)] = 1.0
    """of polynomial: 1 is linear"""
    factor: Annotated[float, Interval(gt=0, lt=1)] = 0.1
    """of step, exponential and plateau: what the learning rate is multiplied by"""
    at: tuple[Epochs, ...] = ()
    """epochs, of step"""
    every: Annotated[float, Interval(gt=0, le=MAX_INT32)] = 1.0
    """epochs, of exponential"""
    patience: PositiveInt = 1
    """epochs without a lower val_loss, of plateau"""

    def validate(self) -> None:
        if self.kind == "plateau" and self.warmup_epochs:
            raise ValueError("kind='plateau' does not work with warmup_epochs; choose another schedule, or no warm-up")
        if list(self.at) != sorted(self.at):
            raise ValueError(f"at={self.at} does not work; give epochs in rising order")
        if self.kind == "step" and not self.at:
            raise ValueError("kind='step' does not work without at; give epochs, such as 30 60")


@dataclass(frozen=True)
class ClassifierConfig(RecipeConfig):
    """The options of a classifier recipe; each recipe has its own defaults."""

    model: str
    """name of the network, as in kzoo.list_models()"""
    data: str
    """digits, npz:PATH, folder:PATH or tfds:NAME[/CONFIG]"""
    out: Path
    """folder of the results"""
    epochs: PositiveInt
    batch_size: PositiveInt
    """global batch size, of all replicas"""
    learning_rate: PositiveFloat
    """the peak, after warm-up"""
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    options: dict[str, int | float | bool] = field(default_factory=dict)
    """of the network, such as drop_path or auxiliary"""
    initializer: Initializer = None
    """of kernels: He's normal initialization by fan-in (he) or fan-out, or a normal one of this standard deviation; the
    network's own by default"""
    label_smoothing: Annotated[float, Interval(ge=0, lt=1)] = 0.0
    early_stopping: PositiveInt | None = None
    """patience: stop after so many epochs without a higher val_accuracy; off by default"""
    augment: str = "none"
    """data augmentation: a name in kzoo.data.AUGMENTATIONS"""
    synchronize: bool = False
    """synchronize BatchNormalization over the replicas; needs --no-xla with several"""


def check_options(model: str, options: Mapping[str, float | bool]) -> None:
    """Check the names and values of options that a network is to be built with.

    Raises:
        ValueError: an option is unknown, or its value is invalid.
    """
    builder = registry.builders()[registry.info(model).name]
    variant = builder.variant
    names = variant.options if variant.kind == "classifier" else tuple(builder.accepted)
    if unknown := sorted(set(options) - set(names)):
        accepted = f"accepted are {', '.join(names)}" if names else "it has none"
        raise ValueError(f"options={options} does not work: {model} has no option {unknown[0]!r}; {accepted}")
    for name, value in options.items():
        check(model, name, builder.accepted[name], value)
