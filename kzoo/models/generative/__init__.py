"""Generators, discriminators and denoising networks: functional builders, in the registry."""
