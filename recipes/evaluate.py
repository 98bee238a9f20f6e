"""The recipe kzoo/recipes/evaluate.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("evaluate")
