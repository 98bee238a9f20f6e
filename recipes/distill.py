"""The recipe kzoo/recipes/distill.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("distill")
