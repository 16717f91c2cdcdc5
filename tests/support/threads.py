"""Work in threads."""

import sys
import threading


def in_threads(work, count=8, calls=1):
    """Call work(number) so many times in each of `count` threads, which begin together and switch as often as they can.

    The first error is raised, when all are done.
    """
    errors, barrier = [], threading.Barrier(count)

    def run(number):
        barrier.wait()
        try:
            for _ in range(calls):
                work(number)
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    if errors:
        raise errors[0]
