"""The registry of models: one row for each variant, and the functions that list, describe and build them.

Reading the registry imports neither Keras nor TensorFlow; building a model does.
"""

from kzoo.registry.builders import Builder as Builder
from kzoo.registry.builders import make_builder as make_builder
from kzoo.registry.builders import shape_of as shape_of
from kzoo.registry.catalog import build as build
from kzoo.registry.catalog import builders as builders
from kzoo.registry.catalog import classifier as classifier
from kzoo.registry.catalog import info as info
from kzoo.registry.catalog import list_models as list_models
from kzoo.registry.catalog import register as register
from kzoo.registry.documentation import annotation_of as annotation_of
from kzoo.registry.documentation import summary as summary
from kzoo.registry.preprocessing import CAFFE as CAFFE
from kzoo.registry.preprocessing import CIFAR as CIFAR
from kzoo.registry.preprocessing import RAW as RAW
from kzoo.registry.preprocessing import TF as TF
from kzoo.registry.preprocessing import TORCH as TORCH
from kzoo.registry.preprocessing import UNIT as UNIT
from kzoo.registry.preprocessing import Preprocessing as Preprocessing
from kzoo.registry.preprocessing import per_channel as per_channel
from kzoo.registry.record import ModelRecord as ModelRecord
from kzoo.registry.record import record_of as record_of
from kzoo.registry.variants import POSITIONAL as POSITIONAL
from kzoo.registry.variants import Auxiliary as Auxiliary
from kzoo.registry.variants import Naming as Naming
from kzoo.registry.variants import Network as Network
from kzoo.registry.variants import Variant as Variant
from kzoo.registry.weights import HUB as HUB
from kzoo.registry.weights import Weights as Weights
from kzoo.registry.weights import hub_weights as hub_weights
from kzoo.registry.weights import keras_weights as keras_weights
from kzoo.registry.weights import timm_weights as timm_weights
from kzoo.registry.weights import torchvision_weights as torchvision_weights
