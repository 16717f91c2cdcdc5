"""Derivatives of functions; `dualad` exports what is public of them."""
