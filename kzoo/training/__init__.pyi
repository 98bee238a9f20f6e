from .classifier import ClassifierConfig as ClassifierConfig
from .classifier import train_classifier as train_classifier
from .command_line import command_line as command_line
from .replica import ReplicaModel as ReplicaModel
from .replica import compiled as compiled
from .strategy import is_chief as is_chief
from .strategy import make_strategy as make_strategy
from .trainer import Trainer as Trainer
