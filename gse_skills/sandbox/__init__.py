"""The disposable child process in which everything runs that a user supplies.

    Sandbox, in the service's process             client.py, helper.py, run.py
       |  one control socket: job header and two file descriptors
    nursery, single-threaded, libraries loaded     nursery.py
       |  one fork a job
    child: guards first, then the job's arguments  child.py, guards.py, seccomp.py

A job's connection runs straight from child to client. The nursery only watches it: it kills the child (SIGKILL, then
waitpid) when the client leaves, when the wall clock runs out, and when the service itself is gone.
"""

from gse_skills.sandbox.client import Sandbox
from gse_skills.sandbox.limits import Limits
from gse_skills.sandbox.run import Run

__all__ = ["Limits", "Run", "Sandbox"]
