"""dualad's benchmark suite: problems once, contenders as adapters, a report.

    python -m bench                      everything, in a few minutes
    python -m bench scalars ufuncs       some groups
    python -m bench --list               what there is

How it measures, in the manner of ADBench: the answer is checked first, against
a closed form or the complex step; then all contenders are timed in turn, round
by round in one run, so that drift of the machine hits all of them; the figure
given is the smallest over the rounds.  Everything runs on a single thread.
See bench/README.md.
"""

import os

# Before NumPy is imported: one thread for whoever reads one of these.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
              "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
