from .folding import Folding as Folding
from .folding import fold as fold
from .plain import to_plain_keras as to_plain_keras
from .shipping import bfloat16_units as bfloat16_units
from .shipping import describe_export as describe_export
from .shipping import destination as destination
from .shipping import export as export
from .shipping import load as load
