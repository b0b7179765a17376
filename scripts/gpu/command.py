"""Other programs, each within its time."""
import collections
import os
import signal
import subprocess
import time

Done = collections.namedtuple("Done", "status output errors seconds timed_out")


def run(words, limit_s, environment=None, separate_errors=False):
    """Standard output and error together, unless told otherwise; after `limit_s` the program and its
    children are killed. A program that is not there is an OSError."""
    started = time.monotonic()
    errors = subprocess.PIPE if separate_errors else subprocess.STDOUT
    process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=errors, env=environment,
                               errors="replace", start_new_session=True)
    timed_out = False
    try:
        output, said = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        timed_out = True
        os.killpg(process.pid, signal.SIGKILL)
        output, said = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return Done(process.returncode, output, said or "", time.monotonic() - started, timed_out)


def last_line(output):
    return (output.strip().splitlines() or ["it said nothing"])[-1]
