"""The recipe kzoo/recipes/vgg16_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("vgg16_imagenet")
