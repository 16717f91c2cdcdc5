"""What the numbers were measured on."""

import datetime
import os
import platform

import numpy as np

METHOD = ("one thread; answers checked first; least of the rounds, contenders "
          "interleaved; nothing subtracted")


def processor():
    """The processor's name as the system gives it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def describe(contenders, command):
    """Machine, versions, date and command, for the report and its JSON."""
    versions, absent = {}, {}
    for contender in contenders:
        reason = contender.available()
        if reason is None:
            versions.setdefault(contender.package or contender.module,
                                contender.version())
        else:
            absent[contender.name] = reason
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "date": datetime.datetime.now().astimezone().isoformat(" ", "minutes"),
        "machine": f"{processor()}, {os.cpu_count()} cores, "
                   f"{platform.system()} {platform.machine()}",
        "load": load,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "numpy": np.__version__,
        "versions": versions,
        "left out": absent,
        "command": command,
    }


def heading(facts):
    """The facts as the report's first lines."""
    versions = ", ".join(f"{k} {v}" for k, v in facts["versions"].items())
    lines = [f"dualad's benchmark, {facts['date']}",
             f"machine   {facts['machine']}",
             f"software  {facts['python']}, NumPy {facts['numpy']}, {versions}",
             f"repeat    {facts['command']}",
             f"method    {METHOD}"]
    if facts["load"] is not None and facts["load"] > 0.7:
        lines.append(f"warning   the machine is busy (load {facts['load']:.1f}): "
                     "expect noise")
    lines += [f"left out  {name}: {reason}"
              for name, reason in facts["left out"].items()]
    return "\n".join(lines)
