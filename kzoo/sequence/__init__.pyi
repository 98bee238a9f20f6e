from .transformer import TransformerConfig as TransformerConfig
from .transformer import transformer as transformer
