"""Networks that make images, and those that judge them: functional builders, in the registry."""
