# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real slapd (mdb) of a story's own, on a UNIX socket and a loopback port."""
import os
import pathlib
import shutil
import subprocess
import time

from support import free_port

SOURCE = pathlib.Path(os.environ["INTIMAIL_SOURCE_ROOT"])
SYSTEM_SCHEMA = pathlib.Path("/etc/ldap/schema")
MODULES = pathlib.Path("/usr/lib/ldap")
BASE = "dc=home,dc=example"
OURS = str(SOURCE / "data/intimail.schema")

CONFIG = """\
include {system}/core.schema
include {system}/cosine.schema
include {system}/inetorgperson.schema
include {system}/nis.schema
{includes}
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
modulepath {modules}
moduleload back_mdb
{globals}
authz-regexp "gidNumber=.*,cn=peercred,cn=external,cn=auth" "cn=root,{base}"
database mdb
maxsize 268435456
suffix "{base}"
rootdn "cn=root,{base}"
rootpw root
directory {folder}/data
index objectClass,uid,cn,memberUid eq
index mail eq,sub
{database}
"""


def tool(name):
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    assert path, f"{name} is not installed"
    return path


def run(*argv, **keywords):
    """The output of a program that must succeed."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, **keywords)
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def write_config(folder, name="slapd.conf", schemas=(OURS,), base=BASE, in_globals="", in_database=""):
    path = folder / name
    path.write_text(CONFIG.format(system=SYSTEM_SCHEMA, modules=MODULES, folder=folder, base=base,
                                  includes="\n".join(f"include {schema}" for schema in schemas),
                                  globals=in_globals, database=in_database))
    return str(path)


class Slapd:
    """A context manager; what was started is ended."""

    def __init__(self, folder, config=None, base=BASE, **keywords):
        folder.mkdir(exist_ok=True)
        (folder / "data").mkdir(exist_ok=True)
        self.folder = folder
        self.base = base
        self.config = config or write_config(folder, base=base, **keywords)
        self.ldapi = "ldapi://" + str(folder / "ldapi").replace("/", "%2F")
        self.ldap = f"ldap://127.0.0.1:{free_port()}"
        self.arguments = ["-f", str(self.config)]
        self.process = None

    def load(self, ldif):
        run(tool("slapadd"), "-q", "-f", self.config, "-l", str(ldif))

    def answers(self):
        return subprocess.run([tool("ldapsearch"), "-x", "-H", self.ldapi, "-s", "base", "-b", ""],
                              capture_output=True).returncode == 0

    def start(self):
        # -d 0 stays in the foreground.
        self.process = subprocess.Popen([tool("slapd"), "-d", "0", *self.arguments, "-h", f"{self.ldapi} {self.ldap}/"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while not self.answers():
            assert self.process.poll() is None, f"slapd has ended: see {self.config}"
            assert time.monotonic() < deadline, "slapd does not answer"
            time.sleep(0.02)
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def search(self, where, filter_):
        """{attribute: [values]} of the one entry that fits."""
        text = run(tool("ldapsearch"), "-x", "-LLL", "-o", "ldif-wrap=no", "-H", where, "-b", self.base,
                   "-D", f"cn=root,{self.base}", "-w", "root", filter_, "*", "entryUUID")
        entry = {}
        for line in text.splitlines():
            name, _, value = line.partition(": ")
            entry.setdefault(name.rstrip(":"), []).append(value)
        return entry

    def whoami(self, where, who, password):
        return subprocess.run([tool("ldapwhoami"), "-x", "-H", where, "-D", who, "-w", password],
                              capture_output=True, text=True, timeout=60)


def move_to_ldap(site, slapd, more=""):
    """What a home does one day: its LDIF file goes into a slapd, unchanged."""
    slapd.load(site.path / "directory.ldif")
    config = site.path / "intimail.conf"
    config.write_text(config.read_text().replace("uri=ldif:directory.ldif\n", f"uri={slapd.ldapi}\n{more}"))
