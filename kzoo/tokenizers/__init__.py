"""Tokenizers: of single characters and of byte pairs, learnt from texts, and those of published checkpoints."""

from kzoo.tokenizers.pretrained import PretrainedTokenizer as PretrainedTokenizer
from kzoo.tokenizers.trained import END as END
from kzoo.tokenizers.trained import PAD as PAD
from kzoo.tokenizers.trained import REPLACEMENT as REPLACEMENT
from kzoo.tokenizers.trained import SPECIAL_TOKENS as SPECIAL_TOKENS
from kzoo.tokenizers.trained import START as START
from kzoo.tokenizers.trained import UNKNOWN as UNKNOWN
from kzoo.tokenizers.trained import BytePairTokenizer as BytePairTokenizer
from kzoo.tokenizers.trained import CharacterTokenizer as CharacterTokenizer
from kzoo.tokenizers.trained import Tokenizer as Tokenizer
from kzoo.tokenizers.trained import VocabularySize as VocabularySize
from kzoo.tokenizers.trained import check_tokens as check_tokens
from kzoo.tokenizers.trained import load_tokenizer as load_tokenizer
from kzoo.tokenizers.trained import normalize as normalize
