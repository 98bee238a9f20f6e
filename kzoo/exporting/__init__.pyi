from .folding import Folding as Folding
from .folding import fold as fold
from .plain_keras import to_plain_keras as to_plain_keras
from .exporter import bfloat16_units as bfloat16_units
from .exporter import describe_export as describe_export
from .exporter import resolve_export_path as resolve_export_path
from .exporter import export as export
from .exporter import load as load
