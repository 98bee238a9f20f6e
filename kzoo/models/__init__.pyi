from . import generative as generative
from . import text as text
