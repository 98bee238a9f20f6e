from . import generative as generative
from . import text as text
from .text.pretrained import from_pretrained as from_pretrained
from .text.pretrained import save_pretrained as save_pretrained
