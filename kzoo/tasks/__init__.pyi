from .image_classification import ImageClassification as ImageClassification
from .image_generation import ImageGeneration as ImageGeneration
from .task import Result as Result
from .task import Task as Task
from .task import check as check
from .task import train as train
from .translation import Translation as Translation
