"""The portal of applications."""
