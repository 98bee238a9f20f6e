from . import bert as bert
from . import gpt as gpt
from . import llama as llama
from . import pretrained as pretrained
from . import recurrent as recurrent
from . import transformer as transformer
