from .batch_normalization import BatchNormalization as BatchNormalization
from .euclidean_rbf import EuclideanRBF as EuclideanRBF
from .normalization import Normalization as Normalization
from .preprocessor import Preprocessor as Preprocessor
from .scaled_tanh import ScaledTanh as ScaledTanh
from .subsampling import Subsampling as Subsampling
from .table_conv2d import TableConv2D as TableConv2D
