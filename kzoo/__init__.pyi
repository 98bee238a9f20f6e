from . import applications as applications
from . import data as data
from . import exporting as exporting
from . import layers as layers
from . import registry as registry
from . import training as training
from . import weights as weights
from .data import load_source as load_source
from .exporting import export as export
from .registry import build as build
from .registry import info as info
from .registry import list_models as list_models
from .applications.imagenet import preprocessor as preprocessor
from .applications.lenet import LeNet5 as LeNet5
from .applications.lenet import LeNet5Original as LeNet5Original
from .applications.resnet import ResNet50 as ResNet50

__version__: str
