"""Packages from PyPI: do their public functions carry derivatives, as they are or adopted?"""
