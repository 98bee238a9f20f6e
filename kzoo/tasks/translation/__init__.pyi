from .attention import cross_attention_scores as cross_attention_scores
from .attention import plot_attention as plot_attention
from .config import TranslatorConfig as TranslatorConfig
from .metrics import bleu as bleu
from .metrics import exact_match as exact_match
from .task import Translation as Translation
from .translator import Translator as Translator
