# SPDX-License-Identifier: BSD-3-Clause
"""Every row of wwctl's table of commands has a manual page, is offered by completion, and says what is wrong when it fails."""

import os
import re
import subprocess

import pytest
from daemon import BIN, PATIENCE, PROJECT, Site
from store_site import command, must

NODES = """\
nodeprofiles:
  used: {}
nodes:
  n1: {profiles: [used]}
"""
ONLY_ADMINISTRATORS = "only root and the group warewulf may ask for this"
ONLY_ROOT = "only root can set up the services of this machine"
NO_CONFIGURATION = "/nowhere.conf: No such file or directory"
NO_BMC = "n1: no address of its BMC"

# row: (what is typed behind it, part of what is said)
FAILURES = {
    "apply": ("/nowhere", "/nowhere: No such file or directory"),
    "blame": ("nobody", "no node or profile: nobody"),
    "clean": ("", ONLY_ADMINISTRATORS),
    "completion": ("tcsh", "unknown shell: tcsh"),
    "configure": ("everything", 'unknown command "everything" for "wwctl configure"'),
    "configure dhcp": ("", ONLY_ROOT),
    "configure hostfile": ("", ONLY_ROOT),
    "configure nfs": ("", ONLY_ROOT),
    "configure ssh": ("--dry-run", 'while looking for overlay "host"'),
    "configure tftp": ("", ONLY_ROOT),
    "configure tls": ("--dry-run --import /nowhere", "import path must be a directory containing warewulf.key and warewulf.crt"),
    "configure warewulfd": ("", ONLY_ROOT),
    "diff": ("99", "there is no revision 99"),
    "genconfig": ("nonsense", 'unknown command "nonsense" for "wwctl genconfig"'),
    "genconfig completions": ("tcsh", "unknown shell: tcsh"),
    "genconfig defaults": ("now", 'unknown command "now" for "wwctl genconfig defaults"'),
    "genconfig man": ("/dev/null/man", "Not a directory"),
    "genconfig reference": ("/dev/null/reference", "Not a directory"),
    "genconfig warewulfconf": ("nonsense", 'unknown command "nonsense" for "wwctl genconfig warewulfconf"'),
    "genconfig warewulfconf print": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "help": ("nonsense", "Unknown help topic: nonsense"),
    "history": ("--since soon", "not a time: soon"),
    "image": ("nonsense", 'unknown command "nonsense" for "wwctl image"'),
    "image build": ("nope", "image does not exist: nope"),
    "image check": ("nope", "image does not exist: nope"),
    "image copy": ("nope new", "image's source doesn't exists: nope"),
    "image delete": ("--yes nope", "error deleting image nope"),
    "image diff": ("nope other", "image does not exist: nope"),
    "image exec": ("nope /bin/true", "unknown Warewulf image: nope"),
    "image gc": ("--keep many", 'invalid argument "many" for "-k, --keep"'),
    "image history": ("nope", "image does not exist: nope"),
    "image import": ("/nowhere", "invalid dir or uri: /nowhere"),
    "image kernels": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "image list": ("nope", "no such image: nope"),
    "image rename": ("nope new", "nope source dir does not exist"),
    "image rollback": ("nope", "image does not exist: nope"),
    "image shell": ("nope", "unknown Warewulf image: nope"),
    "image show": ("nope", "nope is not a valid image"),
    "image syncuser": ("nope", "unknown Warewulf image: nope"),
    "import": ("--from-warewulf3 /nowhere", "/nowhere: No such file or directory"),
    "job": ("nonsense", 'unknown command "nonsense" for "wwctl job"'),
    "job cancel": ("7", "there is no job 7"),
    "job list": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "job watch": ("seven", "not a job's number: seven"),
    "node": ("nonsense", 'unknown command "nonsense" for "wwctl node"'),
    "node add": ("n1", "nodename already exists: n1"),
    "node console": ("n1", NO_BMC),
    "node delete": ("--yes n9", "No match for node: n9"),
    "node edit": ("n9", "no such node: n9"),
    "node export": ("n9", "no such node: n9"),
    "node identify": ("n1", NO_BMC),
    "node import": ("/nowhere", "could not open file: "),
    "node list": ("n9", "no such node: n9"),
    "node sensors": ("n1", NO_BMC),
    "node set": ("--yes --netdev eth0 --ipaddr 10.0.0 n1", 'failed to parse IP: "10.0.0"'),
    "node status": ("--time soon", 'invalid argument "soon"'),
    "node unset": ("--yes --comment n9", "node not found: n9"),
    "overlay": ("nonsense", 'unknown command "nonsense" for "wwctl overlay"'),
    "overlay build": ("n9", "there is no node n9"),
    "overlay changes": ("nope", "overlay does not exist"),
    "overlay check": ("nope", "while checking nope"),
    "overlay chmod": ("o /etc/motd rw", "is not octal"),
    "overlay chown": ("o /etc/motd root", "is not an integer: root"),
    "overlay create": ("o", "overlay already exists: o"),
    "overlay delete": ("nope", "overlay does not exist"),
    "overlay diff": ("n9", "no node n9"),
    "overlay edit": ("nope /etc/motd", "overlay does not exist"),
    "overlay explain": ("n9 /etc/motd", "no node n9"),
    "overlay import": ("o /nowhere", "open /nowhere: No such file or directory"),
    "overlay info": ("o /etc/nope.ww", "/etc/nope.ww not found"),
    "overlay list": ("nope", "nope:overlay does not exist"),
    "overlay mkdir": ("nope /etc", "overlay does not exist"),
    "overlay reset": ("--yes nope", "overlay does not exist"),
    "overlay show": ("o /etc/nope", "/etc/nope not found"),
    "overlay status": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "plan": ("node", "node is no command that can be planned"),
    "power": ("nonsense", 'unknown command "nonsense" for "wwctl power"'),
    "power bootdev": ("floppy n1", 'nodes do not boot from "floppy"'),
    "power cycle": ("n1", NO_BMC),
    "power off": ("n1", NO_BMC),
    "power on": ("--batch -1 n1", "--batch must not be negative"),
    "power reset": ("n1", NO_BMC),
    "power soft": ("n1", NO_BMC),
    "power status": ("--fanout 0 n1", "--fanout must be at least 1"),
    "profile": ("nonsense", 'unknown command "nonsense" for "wwctl profile"'),
    "profile add": ("used", "profile with name used already exists"),
    "profile delete": ("--yes nope", "no profiles found"),
    "profile edit": ("nope", "no such profile: nope"),
    "profile export": ("nope", "no such profile: nope"),
    "profile import": ("/nowhere", "could not open file: "),
    "profile list": ("nope", "no such profile: nope"),
    "profile set": ("--yes --comment x nope", "profile not found: nope"),
    "profile unset": ("--yes --comment nope", "profile not found: nope"),
    "redfish": ("PowerStatus", 'required flag(s) "address", "user" not set'),
    "server": ("", "another wwd serves this site already"),
    "server reload": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "server restart": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "server start": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "server status": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "server stop": ("--warewulfconf /nowhere.conf", NO_CONFIGURATION),
    "ssh": ("--fanout 0 n1 ls", "--fanout must be at least 1"),
    "token": ("nonsense", 'unknown command "nonsense" for "wwctl token"'),
    "token create": ("--role king x", '"king" is no role'),
    "token list": ("", ONLY_ADMINISTRATORS),
    "token revoke": ("nobody", 'there is no token "nobody"'),
    "undo": ("--yes 99", "there is no revision 99"),
    "upgrade": ("nonsense", 'unknown command "nonsense" for "wwctl upgrade"'),
    "upgrade config": ("--input-path /nowhere", "open /nowhere: No such file or directory"),
    "upgrade nodes": ("--add-defaults --replace-overlays --input-path /nowhere", "open /nowhere: No such file or directory"),
    "version": ("--full --warewulfconf /nowhere.conf", NO_CONFIGURATION),
}
# Asked by somebody who may change nothing.
GUEST = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
BY_A_GUEST = {row for row, (_, said) in FAILURES.items() if said in (ONLY_ADMINISTRATORS, ONLY_ROOT)}
# Compat: upstream's scripts know these as no failure.
NO_FAILURE = {row for row, (typed, _) in FAILURES.items() if typed == "nonsense"} | {
    *("help", "image list", "node delete", "node edit", "node export", "node list", "overlay list"),
    *("profile edit", "profile export", "profile list"),
}


def rows():
    """Of the table in ctl/commands.cc."""
    with open(f"{PROJECT}/ctl/commands.cc", encoding="utf-8") as f:
        found = re.findall(r'^        \{"([a-z0-9 ]+)", .*\},?$', f.read(), re.MULTILINE)
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One wwd for all of them: nothing here changes anything."""
    site = Site(str(tmp_path_factory.mktemp("commands") / "site"))
    site.write("etc/warewulf/nodes.conf", NODES)
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/motd", "hello\n")
    folder = site.run_folder
    site.start()
    while len(folder) > 1:  # others may ask, too
        os.chmod(folder, os.stat(folder).st_mode | 0o011)
        folder = os.path.dirname(folder)
    yield site
    site.wwd.stop()


def test_every_command_has_a_failure_here():
    assert sorted(FAILURES) == sorted(rows())


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be somebody else")
@pytest.mark.parametrize("row", FAILURES)
def test_a_failure_is_named(running, row):
    typed, said = FAILURES[row]
    done = subprocess.run(
        [*(GUEST if row in BY_A_GUEST else ()), *command(running, *row.split(), *typed.split())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "EDITOR": "true"},
        check=False,
    )
    assert said in (done.stdout if row == "help" else done.stderr)
    assert done.returncode == (0 if row in NO_FAILURE else 255)


def test_every_command_has_a_manual_page_and_is_offered(running):
    folder = running.path("man")
    must(running, "genconfig", "man", folder)
    pages = {page.removeprefix("wwctl-").removesuffix(".1").replace("-", " ") for page in os.listdir(folder)}
    offered = set()
    for group in {row.rpartition(" ")[0] for row in rows()}:
        done = subprocess.run([f"{BIN}/wwctl", "__complete", *group.split(), ""], capture_output=True, text=True, check=True)
        offered |= {f"{group} {line.split(chr(9))[0]}".strip() for line in done.stdout.splitlines()}
    hidden = {"completion", "genconfig", "redfish"}  # programs call them
    assert set(rows()) - pages == hidden
    assert set(rows()) - offered == hidden
