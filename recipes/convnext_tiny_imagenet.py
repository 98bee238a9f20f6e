"""The recipe kzoo/recipes/convnext_tiny_imagenet.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("convnext_tiny_imagenet")
