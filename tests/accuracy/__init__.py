"""How exact derivatives are: ``python -m tests.accuracy`` measures, and writes docs/guide/accuracy.md."""
