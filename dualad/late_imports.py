"""What is to be done when a module is imported, and not before.

Importing SciPy, say, costs far more than importing dualad, so dualad waits: a finder at the head of ``sys.meta_path``
sees the import, lets it run, does what is to be done, and leaves. It stays when the module was only looked for
(``importlib.util.find_spec``) or failed to load.
"""

import sys


class _Watcher:
    """A meta path finder that finds nothing itself; it adds a last step to one module's loading."""

    def __init__(self, name, action):
        self.name, self.action = name, action

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None) if not isinstance(finder, _Watcher) else None
            spec = find(name, path, target) if find is not None else None
            if spec is not None:
                self.act_after_loading(spec)
                return spec
        return None

    def act_after_loading(self, spec):
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            self.action(module)
            if self in sys.meta_path:
                sys.meta_path.remove(self)

        spec.loader.exec_module = exec_module


def when_loaded(name, sign, action):
    """Call ``action(module)`` now if the module of this name is there, else when it comes.

    `sign` is an attribute that tells a module that is there from one that is still loading.
    """
    module = sys.modules.get(name)
    if module is not None and hasattr(module, sign):
        action(module)
    else:
        sys.meta_path.insert(0, _Watcher(name, action))
