"""The class of kzoo's models: functional ones of Keras, with a record of what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from kzoo.registry.record import ModelRecord, record_of


@keras.saving.register_keras_serializable("kzoo")
class ZooModel(keras.Model):
    """A functional model with a record, `kzoo.registry.ModelRecord`, that is saved and loaded with it."""

    record = ModelRecord()

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "record": self.record.to_config()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> ZooModel:
        config = dict(config)
        record = config.pop("record", None)
        model = super().from_config(config, custom_objects)
        if record:
            model.record = ModelRecord.from_config(record)
        return model


def functional_model(inputs: Any, outputs: Any, name: str, record: ModelRecord) -> keras.Model:
    """Make a functional model with a record; of an empty record, one of Keras' own class."""
    if record == ModelRecord():
        return keras.Model(inputs, outputs, name=name)
    model = ZooModel(inputs, outputs, name=name)
    model.record = record
    return model


def derive(model: keras.Model, inputs: Any, outputs: Any, name: str | None = None) -> keras.Model:
    """Make another model of a model's tensors, with the same record, and by default the same name."""
    return functional_model(inputs, outputs, name or model.name, record_of(model))
