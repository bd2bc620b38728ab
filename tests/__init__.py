"""The tests, a package of their own: a library that installs a ``tests`` beside it must not take our place."""
