"""The recipe kzoo/recipes/transformer_translate.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("transformer_translate")
