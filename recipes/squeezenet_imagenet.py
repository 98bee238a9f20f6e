"""The recipe kzoo/recipes/squeezenet_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("squeezenet_imagenet")
