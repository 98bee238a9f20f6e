"""What is known of a model besides its layers and weights: one record, which is saved, cloned and exported with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kzoo.registry.preprocessing import Preprocessing
from kzoo.registry.variants import Network, Variant
from kzoo.registry.weights import Weights


@dataclass(frozen=True)
class ModelRecord:
    """The record of a model; all is None or empty for a model that kzoo did not build.

    Args:
        variant: its row in the registry.
        options: of the builder, that it was built with.
        preprocessing: of raw images, as its weights want it.
        weights: the published weights that it was loaded with, with their licence.
        labels: names of its classes, in the order of its outputs.
        training: configuration and results of a training with kzoo; JSON.
    """

    variant: Variant | Network | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    preprocessing: Preprocessing | None = None
    weights: Weights | None = None
    labels: tuple[str, ...] | None = None
    training: Mapping[str, Any] | None = None

    def to_config(self) -> dict[str, Any]:
        """Return the record as JSON; the row of the registry is its name."""
        return {
            "variant": self.variant and self.variant.name,
            "options": _json(self.options),
            "preprocessing": self.preprocessing and _json(asdict(self.preprocessing)),
            "weights": self.weights and _json(asdict(self.weights)),
            "labels": self.labels and list(self.labels),
            "training": self.training and _json(self.training),
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> ModelRecord:
        """Return the record of a configuration.

        A row that this version of the registry does not have is None, and the rest is kept.
        """
        from kzoo.registry.catalog import builders

        builder = builders().get(config["variant"])
        return cls(
            variant=builder.variant if builder else None,
            options=dict(config["options"]),
            preprocessing=config["preprocessing"] and Preprocessing(**_tuples(config["preprocessing"])),
            weights=config["weights"] and _weights(config["weights"]),
            labels=config["labels"] and tuple(config["labels"]),
            training=config["training"],
        )


def record_of(model: Any) -> ModelRecord:
    """Return the record of a model; an empty one for a model that kzoo did not build."""
    return getattr(model, "record", None) or ModelRecord()


def _weights(config: Mapping[str, Any]) -> Weights:
    row = Weights(**_tuples(config))
    return replace(row, preprocessing=row.preprocessing and Preprocessing(**_tuples(config["preprocessing"])))


def _json(value: Any) -> Any:
    """Return a value as JSON has it: lists for tuples, and the text of what JSON does not have."""
    if isinstance(value, Mapping):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value if isinstance(value, str | int | float | None) else str(value)


def _tuples(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
