# SPDX-License-Identifier: BSD-3-Clause
"""wwctl image exec and shell: what a command inside sees, what stays of it, signals and terminals, and that nothing is left
of one that is killed."""

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios

import pytest
from daemon import BIN, PATIENCE, wait_for
from image_root import aarch64_program, add_program, busybox_root
from store_site import must, wwctl

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may enter an image")

EXEC = ("image", "exec", "--build=false")


@pytest.fixture
def root(site):
    """The root of an image `os`."""
    site.nodes(n1={"hwaddr": "02:00:00:00:00:01", "system overlay": "[sys]"})
    site.write("var/lib/warewulf/overlays/sys/rootfs/etc/motd.ww", "of {{.Id}}\n")
    return busybox_root(site.path("var/lib/warewulf/chroots/os/rootfs"))


def source(site):
    return site.path("var/lib/warewulf/chroots/os")


def inside(site, *words, options=()):
    return must(site, *EXEC, *options, "os", *words)


def tree(root):
    return sorted(
        os.path.relpath(os.path.join(folder, name), root)
        for folder, folders, files in os.walk(root)
        for name in (*folders, *files)
    )


@contextlib.contextmanager
def unchanged(root):
    """Nothing is made or removed."""
    before = tree(root)
    yield
    assert tree(root) == before


class Running:
    """A wwctl that goes on until told otherwise."""

    def __init__(self, site, *words):
        self.process = subprocess.Popen(
            [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self, line):
        assert self.process.stdout.readline() == line + "\n"

    def end(self):
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=PATIENCE)


# ---- whose words


def test_options_behind_the_command_are_its_own(site, root):
    assert inside(site, "ls", "-n", "-d", "/etc", "--", "/bin").count("\n") == 2
    assert inside(site, "sh", "-c", "echo $0 $*", "--build", "-v") == "--build -v\n"


def test_a_program_is_searched_in_the_image(site, root):
    assert inside(site, "echo", "found") == "found\n"
    done = wwctl(site, *EXEC, "os", "dnf", "-y", "upgrade")
    assert done.returncode == 255
    assert "ERROR: command returned an error: [dnf -y upgrade]: the image has no program dnf\n" in done.stderr


def test_a_missing_loader_is_told_from_a_missing_program(site, root):
    with open(f"{root}/bin/py", "w", encoding="ascii") as f:
        f.write("#!/usr/bin/python9\n")
    os.chmod(f"{root}/bin/py", 0o755)
    assert "not the loader or interpreter it names" in wwctl(site, *EXEC, "os", "/bin/py").stderr


# ---- what is seen inside


def test_its_own_processes_devices_and_settings(site, root):
    assert inside(site, "ps", "-o", "pid,comm").split()[2:] == ["1", "wwctl", "2", "ps"]
    assert "vda" not in inside(site, "ls", "/dev") and "null" in inside(site, "ls", "/dev")
    assert inside(site, "sh", "-c", "echo x > /dev/null; : < /dev/zero; ls -l /dev/fd | cat > /dev/null; echo ok") == "ok\n"
    for path in filter(os.path.exists, ("/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/sys/kernel/uevent_seqnum")):
        assert "Read-only" in wwctl(site, *EXEC, "os", "sh", "-c", f": > {path}").stderr, path


def test_modules_clock_and_reboot_are_not_for_it(site, root):
    """Source: capability.h; the numbers of SYS_MODULE, SYS_RAWIO, SYS_BOOT, SYS_TIME."""
    status = inside(site, "cat", "/proc/self/status")
    for kind in ("CapEff", "CapBnd"):
        have = int(status.split(f"{kind}:")[1].split()[0], 16)
        assert not any(have >> number & 1 for number in (16, 17, 22, 25)), kind
        assert all(have >> number & 1 for number in (0, 21, 27)), kind  # CHOWN, SYS_ADMIN, MKNOD


def test_what_a_caller_hides_from_others_is_not_hidden_inside(site, root):
    hiding = ["sh", "-c", 'umask 077; exec "$@"', "sh"]
    script = "stat -c %a /opt/a /dev/shm; umask"
    done = wwctl(site, *EXEC, "-b", f"{site.root}:/opt/a/b", "os", "sh", "-c", script, prefix=hiding)
    assert done.stdout == "755\n1777\n0077\n"


def test_what_is_mounted_inside_does_not_show_outside(site, root):
    with open("/proc/self/mountinfo", encoding="utf-8") as f:
        before = f.read()
    with Running(site, *EXEC, "os", "sh", "-c", "mount -t tmpfs none /opt; echo there; cat") as running:
        running.says("there")
        with open("/proc/self/mountinfo", encoding="utf-8") as f:
            assert f.read() == before
        assert running.end()[0] == 0


def test_without_network(site, root):
    devices = [line.split(":")[0].strip() for line in inside(site, "cat", "/proc/net/dev", options=["--no-network"]).split("\n")[2:-1]]
    assert devices == ["lo"]


def test_with_the_overlays_of_a_node(site, root):
    """On top, where links lead that the image has, and gone afterwards."""
    site.write("var/lib/warewulf/overlays/sys/rootfs/usr/lib/x", "x\n")
    with open(f"{root}/etc/motd", "w", encoding="ascii") as f:
        f.write("of the image\n")
    os.makedirs(f"{root}/really")
    os.symlink("really", f"{root}/usr")
    with unchanged(root):
        shown = wwctl(site, *EXEC, "-n", "n1", "os", "sh", "-c", "cat /etc/motd /really/lib/x; hostname; touch /etc/y")
        assert shown.stdout == "of n1\nx\nn1\n" and "Read-only" in shown.stderr


def test_proxies_and_names_reach_the_command(site, root):
    """Debian's resolv.conf is a link into a folder that only a running machine has."""
    site.write("resolv.conf", "nameserver 192.0.2.1\n")
    os.symlink("../run/systemd/resolve/stub-resolv.conf", f"{root}/etc/resolv.conf")
    with unchanged(root):
        bind = f"{site.path('resolv.conf')}:/etc/resolv.conf:ro"
        assert inside(site, "cat", "/etc/resolv.conf", options=["-b", bind]) == "nameserver 192.0.2.1\n"
    assert must(site, *EXEC, "os", "sh", "-c", "echo $https_proxy", env={"https_proxy": "http://proxy:3128"}) == "http://proxy:3128\n"


# ---- binds


def test_places_are_lent(site, root):
    site.write("data/one", "1\n")
    with unchanged(root):
        binds = ["-b", f"{site.path('data')}:/opt/a/b", "-b", f"{site.path('data/one')}:/etc/deep/er/file"]
        assert inside(site, "cat", "/opt/a/b/one", "/etc/deep/er/file", options=binds) == "1\n1\n"
    assert tree(source(site))[0] == "rootfs"


def test_lending_is_no_change(site, root):
    """The first time, a file system's own marks come into the image; then it stays current."""
    site.write("data/one", "1\n")
    words = ("image", "exec", "-b", f"{site.path('data')}:/opt/a", "os", "true")
    must(site, *words)
    assert "Skipping (Image is current)" in must(site, *words)


def test_writes_beside_a_lent_place_stay(site, root):
    """Also in a folder that an earlier visit made, which then hides nothing."""
    site.write("data/one", "1\n")
    bind = ["-b", f"{site.path('data')}:/srv/data"]
    inside(site, "sh", "-c", "touch /srv/kept; mkdir /opt/made; rm -f /etc/hosts", options=bind)
    assert os.listdir(f"{root}/srv") == ["kept"]
    assert os.path.isdir(f"{root}/opt/made")
    assert inside(site, "ls", "/srv/data", options=bind) == "one\n"
    assert inside(site, "ls", "/opt/made/x", options=["-b", f"{site.path('data')}:/opt/made/x"]) == "one\n"


def test_a_link_in_the_image_leads_nowhere_else(site, root):
    os.makedirs(site.path("outside"))
    site.write("data/one", "1\n")
    os.symlink(site.path("outside"), f"{root}/way")
    bind = f"{site.path('data')}:/way/in"
    assert inside(site, "cat", "/way/in/one", options=["-b", bind]) == "1\n"
    assert os.listdir(site.path("outside")) == []


def test_a_copy_stays_only_if_it_was_changed(site, root):
    for name in ("same", "changed", "removed"):
        site.write(name, "as it was\n")
    binds = [word for name in ("same", "changed", "removed") for word in ("-b", f"{site.path(name)}:/etc/{name}:copy")]
    script = "cat /etc/same; echo more >> /etc/changed; rm /etc/removed"
    assert inside(site, "sh", "-c", script, options=binds) == "as it was\n"
    assert sorted(os.listdir(f"{root}/etc")) == ["changed"]
    assert site.read("changed") == "as it was\n"
    with open(f"{root}/etc/changed", encoding="ascii") as f:
        assert f.read() == "as it was\nmore\n"
    assert inside(site, "cat", "/etc/changed", options=binds) == "as it was\nmore\n"  # the image's own


@pytest.mark.parametrize("bind, why", [("x:y", "not an absolute"), ("/a:/b:rw", "neither ro nor copy"), ("/a:/", "cover"), (":/b", "no source")])
def test_a_bind_that_is_none(site, root, bind, why):
    done = wwctl(site, *EXEC, "-b", bind, "os", "true")
    assert done.returncode == 255 and why in done.stderr


# ---- alone


def test_only_one_changes_an_image(site, root):
    with Running(site, *EXEC, "os", "sh", "-c", "echo in; cat; : SECRET") as running:
        running.says("in")
        for words in ((*EXEC, "os", "true"), ("image", "build", "os"), ("image", "delete", "-y", "os")):
            done = wwctl(site, *words)
            assert done.returncode == 255 and "image os is in use: wwctl image exec since" in done.stderr, words
            assert f"process {running.process.pid}" in done.stderr and "SECRET" not in done.stderr
        assert running.end()[0] == 0
    inside(site, "true")


def test_those_who_only_look_are_together(site, root):
    with Running(site, *EXEC, "-n", "n1", "os", "sh", "-c", "echo in; cat") as running:
        running.says("in")
        assert inside(site, "echo", "too", options=["-n", "n1"]) == "too\n"
        assert wwctl(site, *EXEC, "os", "true").returncode == 255
        assert running.end()[0] == 0


def test_a_daemon_that_is_started_anew_meanwhile(site, root):
    """Nobody keeps a connection for as long as a shell may be open."""
    site.start()
    with Running(site, "image", "exec", "os", "sh", "-c", "echo in; cat; touch /etc/made") as running:
        running.says("in")
        assert "image os is in use" in wwctl(site, "image", "build", "os").stderr
        assert site.stop() == 0
        site.start()
        code, out, err = running.end()
        assert (code, out.split("\n")[0]) == (0, "Building image: os"), err
    assert wwctl(site, "image", "build", "os").stdout.endswith("Skipping (Image is current)\n")


# ---- ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_reach_the_command(site, root, number):
    with Running(site, *EXEC, "os", "sh", "-c", "echo in; exec sleep 1000") as running:
        running.says("in")
        running.process.send_signal(number)
        code, _, err = running.end()
        assert code == 128 + number and f"killed by signal {int(number)}" in err


def test_a_command_may_take_its_signals(site, root):
    with Running(site, *EXEC, "os", "sh", "-c", "trap 'echo tidy; exit 0' TERM; echo in; while :; do sleep 0.1; done") as running:
        running.says("in")
        running.process.send_signal(signal.SIGTERM)
        assert running.end()[:2] == (0, "tidy\n")


def test_nothing_is_left_of_one_that_is_killed(site, root):
    site.write("data/secret", "s\n")
    binds = ["-b", f"{site.path('data')}:/opt/new", "-b", f"{site.path('data/secret')}:/etc/secret:copy"]
    with unchanged(root):
        with Running(site, *EXEC, *binds, "os", "sh", "-c", "sleep 1000 & echo in; cat") as running:
            running.says("in")
            ours = f"/proc/{running.process.pid}/task/{running.process.pid}/children"
            with open(ours, encoding="ascii") as f:
                children = [pid for pid in f.read().split() if "wwctl" in os.readlink(f"/proc/{pid}/exe")]
            running.process.kill()
            running.end()
        wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), "the first process inside to go")
        assert children
    inside(site, "true", options=binds)
    assert os.listdir(source(site)) == ["rootfs"]


def test_background_processes_end_with_the_command(site, root):
    done = wwctl(site, *EXEC, "os", "sh", "-c", "sleep 1000 & echo $!")  # would keep stdout open for 1000 s
    assert done.returncode == 0


# ---- terminals


class Terminal:
    def __init__(self, site, *words):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "dumb", "SHELL": "/bin/bash", "WW_PS1": "# "})
            os.execv(f"{BIN}/wwctl", ["wwctl", "--warewulfconf", site.config, *words])
        self.shown = ""

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, text):
        """What comes up to this text."""

        def look():
            if text not in self.shown and select.select([self.fd], [], [], 0)[0]:
                self.shown += os.read(self.fd, 65536).decode()
            return text in self.shown

        wait_for(look, repr(text))
        before, self.shown = self.shown.split(text, 1)
        return before

    def exit_status(self):
        with contextlib.suppress(OSError):
            while os.read(self.fd, 65536):
                pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def test_a_shell_on_a_terminal(site, root):
    """Its prompt, job control, the terminal's name and size, and Ctrl-C, which ends the command and not the shell."""
    add_program(root, "/bin/bash")
    with Terminal(site, "image", "shell", "os") as terminal:
        terminal.wait_for("[warewulf:os] # ")
        fcntl.ioctl(terminal.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 77, 0, 0))
        terminal.type("stty size; tty\n")
        terminal.wait_for("33 77\r\n/dev/console\r\n")
        terminal.type("sleep 1000\n")
        terminal.wait_for("sleep 1000\r\n")
        wait_for(lambda: runs(terminal, "sleep"), "sleep to run")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        terminal.wait_for("# ")
        terminal.type("fg\n")
        terminal.wait_for("sleep 1000\r\n")
        wait_for(lambda: runs(terminal, "sleep"), "sleep to go on")
        terminal.type("\x03")
        terminal.wait_for("# ")
        terminal.type("echo $?\n")
        terminal.wait_for("130\r\n")
        terminal.type("touch /etc/made; exit\n")
        terminal.wait_for("Created image for Image os")
        assert terminal.exit_status() == 0


def runs(terminal, name):
    """Whether the terminal's foreground is this program's."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{os.tcgetpgrp(terminal.fd)}/comm", encoding="ascii") as f:
            return f.read().strip() == name
    return False


def test_stopping_and_going_on(site, root):
    """Ctrl-Z stops wwctl, too, so that the shell it was started from comes back."""
    with Terminal(site, *EXEC, "os", "sh", "-c", "echo in; exec sleep 1000") as terminal:
        terminal.wait_for("in\r\n")
        wait_for(lambda: runs(terminal, "sleep"), "sleep to run")
        terminal.type("\x1a")
        pid, status = os.waitpid(terminal.pid, os.WUNTRACED)
        assert pid == terminal.pid and os.WIFSTOPPED(status)
        assert os.tcgetpgrp(terminal.fd) == terminal.pid
        os.kill(terminal.pid, signal.SIGCONT)
        wait_for(lambda: runs(terminal, "sleep"), "the terminal to be handed back")
        terminal.type("\x03")
        assert terminal.exit_status() == 130


# ---- other machines

# A user namespace with everybody in it, and its own mounts: DIR SETUP COMMAND...
ISOLATED = """\
#!/bin/sh
dir=$1
shift
rm -f "$dir/made" "$dir/mapped"
mkfifo "$dir/made" "$dir/mapped"
unshare -U -m -n sh -c 'dir=$1; shift; echo > "$dir/made"; read -r _ < "$dir/mapped"; exec sh -c "$@"' sh "$dir" "$@" &
read -r _ < "$dir/made"
echo 0 0 65536 > "/proc/$!/uid_map"
echo 0 0 65536 > "/proc/$!/gid_map"
echo > "$dir/mapped"
wait $!
"""
FORMATS = "/proc/sys/fs/binfmt_misc"
# As Debian's package registers it: the first 20 bytes of an ELF header for machine 183.
MAGIC = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00"
MASK = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"


@pytest.fixture
def arm(site):
    """The aarch64 tree of an image, whose shell is a program for it."""
    os.makedirs(site.path("var/lib/warewulf/chroots/os/rootfs"))
    path = site.path("var/lib/warewulf/chroots/os/rootfs.aarch64")
    for folder in ("bin", "dev", "proc", "sys", "run"):
        os.makedirs(f"{path}/{folder}")
    with open(f"{path}/bin/sh", "wb") as f:
        f.write(aarch64_program(b"from aarch64\n"))
    os.chmod(f"{path}/bin/sh", 0o755)
    site.nodes()
    return path


@pytest.mark.skipif(os.uname().machine == "aarch64", reason="its programs run here")
@pytest.mark.parametrize("flags", ["F", ""])
def test_another_architecture_runs_by_emulation(site, arm, flags):
    """Registered in a user namespace of its own: this machine's emulators stay what they are."""
    emulator = shutil.which("qemu-aarch64-static")
    register = f":a64:M::{MAGIC}:{MASK}:{emulator}:{flags}"
    setup = f"mount -t binfmt_misc none {FORMATS} && printf '%s' '{register}' > {FORMATS}/register && exec \"$@\""
    site.write("isolated", ISOLATED)
    isolated = ["sh", site.path("isolated"), site.root, setup, "sh"]
    probe = subprocess.run([*isolated, "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"emulators cannot be registered in a namespace here: {probe.stderr}")
    before = tree(arm)
    done = wwctl(site, *EXEC, "os@aarch64", "/bin/sh", prefix=isolated)
    assert (done.returncode, done.stdout) == (0, "from aarch64\n"), done.stderr
    assert tree(arm) == before


@pytest.mark.skipif(os.uname().machine == "aarch64", reason="its programs run here")
def test_without_an_emulator_the_package_is_named(site, arm):
    hide = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs none {FORMATS}; exec "$@"', "sh"]
    done = wwctl(site, *EXEC, "os@aarch64", "/bin/sh", prefix=hide)
    assert done.returncode == 255
    assert "the image is for aarch64, this machine is x86_64, and no emulator is registered" in done.stderr
    assert "apt-get install qemu-user-static" in done.stderr
