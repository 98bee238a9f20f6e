from . import recurrent as recurrent
from . import transformer as transformer
