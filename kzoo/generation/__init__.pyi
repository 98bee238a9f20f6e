from .beam import beam_search as beam_search
from .decoders import CachedDecoder as CachedDecoder
from .decoders import Decoder as Decoder
from .decoders import UncachedDecoder as UncachedDecoder
from .decoding import Hypotheses as Hypotheses
from .decoding import greedy_search as greedy_search
from .decoding import make_generate_function as make_generate_function
from .decoding import sample as sample
