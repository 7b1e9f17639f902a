# SPDX-License-Identifier: BSD-3-Clause
"""Long work as jobs: Ctrl-C, killed clients and daemons, full disks, watching, cancelling, detaching.

An import that replaces an image waits, with everything copied, for whoever holds the image's folder: that is how the tests
stop time without sleeping."""

import contextlib
import fcntl
import os
import pty
import re
import signal
import subprocess

import pytest
from daemon import BIN, PATIENCE, wait_for
from store_site import must, wwctl

REPLACE = ("image", "import", "--force")


@pytest.fixture
def image_site(site):
    """A site with an image `deb`, and a folder `src` to make it of anew."""
    site.write("src/bin/sh", "a shell\n")
    site.write("src/etc/motd", "new\n")
    site.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "old\n")
    site.nodes()
    return site


def chroots(site):
    return site.path("var/lib/warewulf/chroots")


def trees(site):
    """What is put together aside: nothing, unless somebody is at work."""
    return [name for name in os.listdir(chroots(site)) if name.startswith("+") and name != "+locks"]


def motd(site, image="deb"):
    return site.read(f"var/lib/warewulf/chroots/{image}/rootfs/etc/motd")


@contextlib.contextmanager
def held(site, image="deb"):
    """The image, locked as who changes it does."""
    folder = f"{chroots(site)}/+locks"
    os.makedirs(folder, 0o700, exist_ok=True)
    fd = os.open(f"{folder}/{image}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.unlink(f"{folder}/{image}")
        with contextlib.suppress(OSError):  # somebody else's is in it
            os.rmdir(folder)
        os.close(fd)


class Client:
    """A wwctl that runs, in a process group of its own as at a prompt."""

    def __init__(self, site, *words, stderr=subprocess.PIPE, env=None):
        self.process = subprocess.Popen(
            [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )

    def ctrl_c(self):
        """Reaches the whole group, a private wwd as well."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self):
        """Exit status, stdout, stderr."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


def waiting_import(site, *more, source="src", image="deb"):
    """An import that has copied everything and waits for the lock."""
    client = Client(site, *REPLACE, *more, site.path(source), image)
    wait_for(lambda: copied(site), "the copy")
    return client


def copied(site):
    return [name for name in trees(site) if os.path.exists(f"{chroots(site)}/{name}/new/rootfs/etc/motd")]


def nothing_is_left(site):
    wait_for(lambda: not trees(site), "the end of temporary trees")
    assert motd(site) == "old\n"
    assert sorted(os.listdir(chroots(site))) == ["deb"]
    must(site, *REPLACE, site.path("src"), "deb")
    assert motd(site) == "new\n"


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon", "private"])
def test_ctrl_c_cancels_what_it_waits_for(image_site, daemon):
    site = image_site
    if daemon:
        site.start()
    with held(site), waiting_import(site) as client:
        client.ctrl_c()
        status, _, err = client.end()
        assert status == 130
        assert "image import of deb was cancelled" in err
        assert not trees(site)  # said only when it is true
    if daemon:
        site.wait_for_log(r"job 1 image import of deb cancelled")
    nothing_is_left(site)


def test_ctrl_c_in_the_middle_of_a_large_folder(image_site):
    site = image_site
    for folder in range(100):
        os.makedirs(site.path(f"large/{folder}"))
        for name in range(400):
            with open(site.path(f"large/{folder}/{name}"), "wb") as f:
                f.write(b"x" * 1000)
    site.write("large/bin/sh", "a shell\n")
    site.start()
    with Client(site, "image", "import", site.path("large"), "big") as client:
        wait_for(lambda: trees(site), "the copy to begin")
        client.ctrl_c()
        status, _, err = client.end()
        assert (status, "was cancelled" in err) == (130, True)
    assert sorted(os.listdir(chroots(site))) == ["deb"]
    site.wait_for_log(r"job 1 image import of big cancelled")
    must(site, "image", "import", site.path("large"), "big")
    assert len(os.listdir(f"{chroots(site)}/big/rootfs/99")) == 400


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon", "private"])
def test_a_killed_client_cancels_what_it_waited_for(image_site, daemon):
    site = image_site
    if daemon:
        site.start()
    with held(site), waiting_import(site) as client:
        client.process.kill()
        wait_for(lambda: not trees(site), "the end of the copy")
    nothing_is_left(site)


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon", "private"])
def test_what_is_in_use_is_refused_at_once(image_site, daemon):
    site = image_site
    if daemon:
        site.start()
    with held(site), waiting_import(site) as client:
        for words in (
            (*REPLACE, site.path("src"), "deb"),
            ("image", "build", "deb"),
            ("image", "build", "--all"),
            ("image", "delete", "--yes", "deb"),
            ("image", "copy", "deb", "new"),
            ("image", "rename", "deb", "new"),
        ):
            refused = wwctl(site, *words)
            assert refused.returncode == 255, words
            who = r", job 1 " if daemon else r", process \d+ "
            line = r"image deb is in use: image import by root since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d" + who
            assert re.search(line + r"\(wwctl image import --force ", refused.stderr), refused.stderr
        must(site, "image", "import", site.path("src"), "other")
        client.ctrl_c()
        assert client.end()[0] == 130
    assert os.listdir(f"{site.run_folder}/jobs") == []


def test_a_detached_job_goes_on_without_its_client(image_site):
    site = image_site.start()
    with held(site):
        started = wwctl(site, *REPLACE, "--detach", site.path("src"), "deb")
        assert started.returncode == 0
        assert started.stdout.splitlines()[-1] == "1"
        assert "wwctl job watch 1" in started.stderr
        wait_for(lambda: copied(site), "the copy")
        listed = must(site, "job", "list")
        assert re.search(r"\n1 +image import +deb +root +\d{4}-.* writing to disk", listed), listed
        with Client(site, "job", "watch", "1") as left:
            assert left.process.stdout.readline() == "image import of deb, job 1 of root\n"
            left.ctrl_c()
            assert left.end()[::2] == (130, "left; the job goes on\n")
        watcher = Client(site, "job", "watch", "1")
    with watcher:
        status, out, err = watcher.end()
        assert status == 0
        assert re.fullmatch(r"image import of deb: 12 B, 4 files, \d+\.\d s\n", err), (out, err)
    assert motd(site) == "new\n"
    assert re.search(r"\n1 +image import +deb .* done\n", must(site, "job", "list"))
    # The outcome can still be learned.
    assert wwctl(site, "job", "watch", "1").returncode == 0


def test_cancelling_by_number(image_site):
    site = image_site.start()
    with held(site), waiting_import(site) as client:
        cancelled = must(site, "job", "cancel", "1")
        assert cancelled == "image import of deb was cancelled: by root\n"
        assert not trees(site)
        status, _, err = client.end()
        assert (status, err) == (255, "ERROR: image import of deb was cancelled: by root\n")
    again = wwctl(site, "job", "cancel", "1")
    assert (again.returncode, again.stderr) == (255, "ERROR: job 1 has ended already: cancelled\n")
    assert "there is no job 7" in wwctl(site, "job", "watch", "7").stderr
    nothing_is_left(site)


def test_a_job_lives_for_each_of_its_watchers(image_site):
    site = image_site.start()
    with held(site), waiting_import(site) as first, Client(site, "job", "watch", "1") as second:
        assert second.process.stdout.readline() == "image import of deb, job 1 of root\n"
        first.process.kill()
        first.process.wait()
        must(site, "job", "list")
        assert copied(site)
        second.ctrl_c()
        status, _, err = second.end()
        assert (status, "was cancelled" in err) == (130, True)
    nothing_is_left(site)


def test_many_who_wait_keep_nobody_from_the_api(image_site):
    site = image_site
    images = [f"i{n}" for n in range(8)]
    for image in images:
        site.write(f"var/lib/warewulf/chroots/{image}/rootfs/etc/motd", "old\n")
    site.start()
    with contextlib.ExitStack() as all_of_them:
        for image in images:
            all_of_them.enter_context(held(site, image))
            all_of_them.enter_context(Client(site, *REPLACE, site.path("src"), image))
        wait_for(lambda: len(copied(site)) == len(images), "all copies")
        assert "no nodes" not in must(site, "node", "list")
        assert must(site, "job", "list").count("image import") == len(images)


def test_a_killed_daemon_leaves_nothing_that_looks_whole(image_site):
    site = image_site.start()
    with held(site), waiting_import(site) as client:
        site.wwd.signal(signal.SIGKILL)
        site.wwd.exit_status(PATIENCE)
        status, _, err = client.end()
        assert status == 255
        assert "ERROR" in err
        # The job's process has heard of it, and removes what it made.
        wait_for(lambda: not trees(site), "the end of temporary trees")
    wait_for(lambda: not os.listdir(f"{site.run_folder}/jobs"), "the end of the job")
    assert motd(site) == "old\n"
    site.write("var/lib/warewulf/provision/images/.deb.img.a1b2c3", "half an archive")
    # The next start clears away what nobody did.
    site.start()
    wait_for(lambda: not os.listdir(site.path("var/lib/warewulf/provision/images")), "the end of half archives")
    nothing_is_left(site)


def test_a_daemon_that_ends_cancels_its_jobs(image_site):
    site = image_site.start()
    with held(site), waiting_import(site) as client:
        assert site.stop() == 0
        status, _, err = client.end()
        assert (status, err) == (255, "ERROR: image import of deb was cancelled: wwd ends\n")
    assert os.listdir(f"{site.run_folder}/jobs") == [] and not os.path.exists(f"{site.run_folder}/wwd.sock")
    nothing_is_left(site)


def test_a_full_disk_leaves_nothing(image_site):
    site = image_site
    with open(site.path("src/large"), "wb") as f:
        f.write(b"x" * (4 << 20))
    wwctl_here = f"{os.path.realpath(BIN)}/wwctl --warewulfconf {site.config}"
    # A disk that nobody else sees.
    script = f"""
        cp -a {chroots(site)}/deb {site.path("kept")}
        mount -t tmpfs -o size=1m none {chroots(site)}
        cp -a {site.path("kept")} {chroots(site)}/deb
        ! {wwctl_here} image import --force {site.path("src")} deb
        ! {wwctl_here} image import {site.path("src")} other
        ls -A {chroots(site)}
        cat {chroots(site)}/deb/rootfs/etc/motd
        """
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "sh", "-eu", "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "Overwriting existing image\ndeb\nold\n"), done
    assert done.stderr.count("large: No space left on device") == 2
    nothing_is_left(site)


def test_detaching_needs_a_daemon(image_site):
    refused = wwctl(image_site, *REPLACE, "--detach", image_site.path("src"), "deb")
    assert refused.returncode == 255
    assert "no wwd runs" in refused.stderr
    assert motd(image_site) == "old\n"


@pytest.mark.parametrize("daemon", [True, False], ids=["daemon", "private"])
def test_the_last_line_tells_what_was_done(image_site, daemon):
    site = image_site
    site.nodes(n1="00:00:00:00:00:01", n2="00:00:00:00:00:02")
    if daemon:
        site.start()
    seconds = r"\d+\.\d s\n"
    imported = wwctl(site, "image", "import", site.path("src"), "new")
    assert (imported.returncode, imported.stdout) == (0, "")
    assert re.fullmatch(r"image import of new: 12 B, 4 files, " + seconds, imported.stderr)
    built = wwctl(site, "image", "build", "new")
    assert re.fullmatch(r"image build of new: 1.0 KiB, 4 files, " + seconds, built.stderr), built.stderr
    assert wwctl(site, "image", "build", "new").stderr == ""  # current: nothing was done
    overlays = wwctl(site, "overlay", "build")
    assert re.search(r"^overlay build of 2 nodes: .*, 4 files, " + seconds, overlays.stderr, re.M), overlays.stderr


def on_terminal(site, *words, env):
    """What a command writes to a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    fcntl.fcntl(ours, fcntl.F_SETFL, os.O_NONBLOCK)
    with Client(site, *words, stderr=theirs, env=env) as client:
        os.close(theirs)
        text = b""

        def more():
            nonlocal text
            with contextlib.suppress(BlockingIOError):
                try:
                    text += os.read(ours, 65536)
                except BlockingIOError:
                    raise
                except OSError:  # the terminal's other end is closed
                    return True
            return False

        wait_for(more, "the end of the command")
        os.close(ours)
        assert client.end()[0] == 0
    return text.decode()


def test_a_terminal_shows_a_bar(image_site):
    site = image_site.start()
    shown = on_terminal(site, *REPLACE, site.path("src"), "deb", env={"TERM": "xterm"})
    # Of so small an import a watcher may see the last phase only.
    assert re.search(r"\r(copying|writing to disk) .*files\x1b\[K", shown), shown
    assert re.search(r"\r\x1b\[Kimage import of deb: .* s\r\n$", shown), shown
    plain = on_terminal(site, *REPLACE, site.path("src"), "deb", env={"TERM": "dumb"})
    assert re.fullmatch(r"image import of deb: .* s\r\n", plain), plain
