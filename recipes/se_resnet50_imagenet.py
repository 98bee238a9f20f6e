"""The recipe kzoo/recipes/se_resnet50_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("se_resnet50_imagenet")
