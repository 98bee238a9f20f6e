from .saved_model import destination as destination
from .saved_model import export as export
