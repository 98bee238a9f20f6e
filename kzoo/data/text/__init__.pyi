from .batches import TokenBatches as TokenBatches
from .pairs import Pairs as Pairs
from .pairs import Problems as Problems
from .pairs import encode_pairs as encode_pairs
from .sources import load_pairs as load_pairs
