from .folding import Folding as Folding
from .folding import fold as fold
from .saved_model import destination as destination
from .saved_model import export as export
