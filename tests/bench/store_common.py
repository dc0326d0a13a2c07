# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the benchmarks of the store share: a mailbox, what is asked of it, and its cost."""
import resource
import subprocess
import time

import gi

gi.require_version("Intimail", "1")
from gi.repository import Intimail  # noqa: E402

import mailbox_generator  # noqa: E402
from bench_common import BUILD, figure  # noqa: E402

RUNS = 21
COMMAND = BUILD / "frontends/command/intimail"


def timed(call):
    """Milliseconds, of the clock and of the processor."""
    wall = time.perf_counter()
    used = time.process_time()
    call()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - used) * 1000


def read_all(account):
    """Opens it, and takes over what its folders have: who only delivers does without."""
    account.open(None)
    account.refresh(None)


def newest(account, inbox):
    flt = Intimail.Filter.new_text(Intimail.FilterField.IN_MAILBOX, inbox)
    listing = account.query(flt, None, False, None)
    return [listing.get_envelope(position) for position in range(min(50, listing.get_n_ids()))]


FIELD = Intimail.FilterField
SORTS = {"date": "-sentAt", "from": "from", "subject": "subject"}
# What is looked for: made-up words of the generator.
SEARCHES = {"subject": (FIELD.SUBJECT, "allotment"), "from": (FIELD.FROM, "ANNA"), "nowhere": (FIELD.SUBJECT, "nowhere")}


def cpu(job, call, runs=RUNS):
    figure(job, [timed(call)[1] for _ in range(runs)], "ms CPU", better="less", runs=runs)


def both(job, call, runs=9):
    """Of all threads, and by the clock: the median, and what it takes when nobody disturbs."""
    walls, used = zip(*(timed(call) for _ in range(runs)))
    figure(job, used, "ms CPU", better="less", runs=runs)
    figure(f"{job}-wall", walls, "ms", better="less", runs=runs)
    if runs > 1:
        figure(f"{job}-wall-best", min(walls), "ms, the best", better="less", runs=runs)


def in_mailbox(inbox, *more):
    return Intimail.Filter.new_operator(Intimail.FilterOperator.AND,
                                        [Intimail.Filter.new_text(FIELD.IN_MAILBOX, inbox), *more])


def fill(path, count):
    Intimail.Account.new(str(path)).open(None)
    mailbox_generator.fill(path, count)


def make_site(root):
    """A site for the command, with the account root/anna as anna's."""
    site = root / "site"
    subprocess.run([COMMAND, "init", site, "--domain", "home.example", "--transport", "local"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.run([COMMAND, "--site", site, "person", "add", "anna", "--generate"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (root / "anna").rename(site / "mail/anna")
    return site


def run_process(command, environment=None, may_end_with=(0,)):
    """Milliseconds of a process from its start to its end: of the clock, of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    wall = (time.perf_counter() - start) * 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in may_end_with:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return wall, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000
