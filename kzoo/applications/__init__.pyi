from . import imagenet as imagenet
from . import lenet as lenet
from . import resnet as resnet
from .imagenet import preprocessor as preprocessor
from .lenet import LeNet5 as LeNet5
from .lenet import LeNet5Original as LeNet5Original
from .resnet import ResNet50 as ResNet50
