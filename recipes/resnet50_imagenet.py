"""The recipe kzoo/recipes/resnet50_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("resnet50_imagenet")
