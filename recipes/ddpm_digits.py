"""The recipe kzoo/recipes/ddpm_digits.py, as a script."""

from kzoo import recipes

if __name__ == "__main__":
    recipes.run("ddpm_digits")
