from .batch_normalization import BatchNormalization as BatchNormalization
from .euclidean_rbf import EuclideanRBF as EuclideanRBF
from .halving_pad import HalvingPad as HalvingPad
from .local_response_normalization import LocalResponseNormalization as LocalResponseNormalization
from .preprocessor import Preprocessor as Preprocessor
from .scaled_tanh import ScaledTanh as ScaledTanh
from .subsampling import Subsampling as Subsampling
from .table_conv2d import TableConv2D as TableConv2D
