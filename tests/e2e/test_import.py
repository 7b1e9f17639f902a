# SPDX-License-Identifier: BSD-3-Clause
"""Imports of container images: from a registry for two architectures, from archives, by URL; with credentials, without
skopeo, cancelled and killed."""

import base64
import contextlib
import crypt
import gzip
import http.server
import json
import os
import shutil
import signal
import subprocess
import threading

import pytest
import registry
from daemon import BIN, PATIENCE, wait_for
from oci_maker import program, tar, two_architectures
from store_site import must, wwctl

needs_registry = pytest.mark.skipif(not registry.installed(), reason="docker-registry or skopeo is not installed")


def push(layout, target, *options):
    """The whole index, as `docker buildx` would have pushed it."""
    words = ["skopeo", "copy", "--insecure-policy", "--all", "--dest-tls-verify=false", *options]
    subprocess.run([*words, f"oci:{layout.folder}:os", f"docker://{target}"], check=True, capture_output=True, timeout=PATIENCE)


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    return two_architectures(str(tmp_path_factory.mktemp("layout") / "oci"))


@pytest.fixture(scope="module")
def shop(layout, tmp_path_factory):
    """A registry that has the image at HOST/os:9."""
    shop = registry.Registry(str(tmp_path_factory.mktemp("registry")))
    push(layout, f"{shop.host}/os:9")
    yield shop
    shop.process.stop()


def chroot(site, name, path="rootfs/etc/arch"):
    return site.path(f"var/lib/warewulf/chroots/{name}/{path}")


def arch(site, name, folder="rootfs"):
    with open(chroot(site, name, f"{folder}/etc/arch"), encoding="utf-8") as f:
        return f.read()


def record(site, name, folder="rootfs"):
    with open(chroot(site, name, f"{folder}.json"), encoding="utf-8") as f:
        return json.load(f)


def images(site):
    folder = site.path("var/lib/warewulf/chroots")
    return sorted(os.listdir(folder)) if os.path.exists(folder) else []


@needs_registry
def test_both_architectures_of_a_registry_come_under_one_name(site, shop):
    source = f"docker://{shop.host}/os:9"
    must(site, "image", "import", "--nohttps", "--platform", "x86_64", source, "os")
    must(site, "image", "import", "--nohttps", "--platform", "aarch64", "--build", source, "os")
    assert arch(site, "os") == "amd64"
    assert arch(site, "os", "rootfs.aarch64") == "arm64"
    assert record(site, "os")["architecture"] == "x86_64"
    assert record(site, "os", "rootfs.aarch64")["platform"] == "linux/arm64"
    assert not os.path.exists(chroot(site, "os", "rootfs/etc/gone"))
    built = os.listdir(site.path("var/lib/warewulf/provision/images"))
    assert sorted(name for name in built if not name.startswith(".")) == ["os@aarch64.img", "os@aarch64.img.gz"]
    table = must(site, "image", "list", "--variants")
    assert [line.split()[:2] for line in table.splitlines()[2:]] == [["os", "x86_64"], ["os@aarch64", "aarch64"]]
    told = json.loads(must(site, "image", "list", "--variants", "--json"))
    assert [one["platform"] for one in told["images"][0]["variants"]] == ["linux/amd64", "linux/arm64"]
    # It is there: only --force or --update touches it.
    again = wwctl(site, "image", "import", "--nohttps", "--platform", "aarch64", source, "os")
    assert again.returncode == 255
    assert "specify --force, --update" in again.stderr


@needs_registry
def test_the_same_again_fetches_no_blob(site, shop):
    source = f"docker://{shop.host}/os:9"
    first = wwctl(site, "image", "import", "--nohttps", "--platform", "arm64", source, "one")
    assert first.returncode == 0, first.stderr
    assert "Fetched" in first.stdout
    layers = [line for line in record(site, "one")["blobs"]]
    before = len(shop.requests())
    second = must(site, "image", "import", "--nohttps", "--platform", "arm64", source, "two")
    assert "Nothing to fetch: sha256:" in second
    asked = shop.requests()[before:]
    assert asked, "the registry was asked what the tag means"
    # The configuration may be looked at again; layers are not.
    configuration = record(site, "two")["blobs"][1]
    fetched = [line for line in asked if "/blobs/" in line and configuration not in line]
    assert not [line for line in fetched if any(layer in line for layer in layers)]
    assert arch(site, "two") == "arm64"


@needs_registry
def test_a_platform_that_is_not_there_is_refused_and_nothing_is_left(site, shop):
    done = wwctl(site, "image", "import", "--nohttps", "--platform", "riscv64", f"docker://{shop.host}/os:9", "os")
    assert done.returncode == 255
    assert "the image is not for linux/riscv64; it is for linux/amd64, linux/arm64" in done.stderr
    assert images(site) == []


@needs_registry
def test_plain_http_needs_to_be_allowed(site, shop):
    done = wwctl(site, "image", "import", f"docker://{shop.host}/os:9", "os")
    assert done.returncode == 255
    assert "--nohttps" in done.stderr
    must(site, "image", "import", f"docker://{shop.host}/os:9", "os", env={"WAREWULF_OCI_NOHTTPS": "true"})
    assert wwctl(site, "image", "list", env={"WAREWULF_OCI_NOHTTPS": "perhaps"}).returncode == 0


class Tattletale:
    """A skopeo in front of the real one that writes down how it was called."""

    def __init__(self, folder):
        self.calls = f"{folder}/calls"
        os.makedirs(f"{folder}/bin")
        with open(f"{folder}/bin/skopeo", "w", encoding="utf-8") as f:
            f.write(f'#!/bin/sh\necho "$@" >> {self.calls}\nexec {shutil.which("skopeo")} "$@"\n')
        os.chmod(f"{folder}/bin/skopeo", 0o755)
        self.env = {"PATH": f"{folder}/bin:{os.environ['PATH']}"}

    def text(self):
        with open(self.calls, encoding="utf-8") as f:
            return f.read()


@needs_registry
def test_credentials_reach_the_registry_and_no_command_line(site, layout, tmp_path):
    users = tmp_path / "users"
    users.write_text("ann:" + crypt.crypt("s3cret word", "$2b$05$abcdefghijklmnopqrstuu") + "\n")
    shop = registry.Registry(str(tmp_path / "registry"), str(users))
    try:
        push(layout, f"{shop.host}/os:9", "--dest-creds", "ann:s3cret word")
        source = f"docker://{shop.host}/os:9"
        refused = wwctl(site, "image", "import", "--nohttps", source, "os")
        assert refused.returncode == 255
        assert "--username" in refused.stderr
        tale = Tattletale(str(tmp_path))
        names = {**tale.env, "WAREWULF_OCI_USERNAME": "ann", "WAREWULF_OCI_PASSWORD": "s3cret word"}
        must(site, "image", "import", "--nohttps", source, "environment", env=names)
        flags = ("--username", "ann", "--password", "s3cret word")
        must(site, "image", "import", "--nohttps", *flags, source, "flags", env=tale.env)
        login = tmp_path / "auth.json"
        login.write_text(json.dumps({"auths": {shop.host: {"auth": base64.b64encode(b"ann:s3cret word").decode()}}}))
        must(site, "image", "import", "--nohttps", source, "file", env={**tale.env, "REGISTRY_AUTH_FILE": str(login)})
        assert "inspect" in tale.text()
        assert "s3cret" not in tale.text()
        assert images(site) == ["environment", "file", "flags"]
        # Nor is it in what is kept.
        kept = subprocess.run(["grep", "-rl", "s3cret", site.path("var")], capture_output=True, text=True, check=False)
        assert kept.stdout == ""
        assert wwctl(site, "image", "import", "--nohttps", "--username", "ann", source, "half").returncode == 255
    finally:
        shop.process.stop()


def test_without_skopeo_the_package_is_named_and_archives_still_come(site, layout, tmp_path):
    empty = {"PATH": str(tmp_path)}
    done = wwctl(site, "image", "import", "docker://127.0.0.1:1/os:9", "os", env=empty)
    assert done.returncode == 255
    assert "skopeo is not installed" in done.stderr
    assert "install the package skopeo" in done.stderr
    must(site, "image", "import", "--platform", "arm64", f"oci:{layout.folder}", "os", env=empty)
    assert arch(site, "os") == "arm64"


def test_a_layout_in_an_archive_comes_without_skopeo(site, layout, tmp_path):
    archive = str(tmp_path / "os.tar")
    subprocess.run(["tar", "-C", layout.folder, "-cf", archive, "."], check=True)
    for words in (("oci-archive:" + archive, "one"), (archive, "two"), ("file://" + archive, "three")):
        must(site, "image", "import", "--platform", "amd64", *words)
        assert arch(site, words[1]) == "amd64"


@pytest.fixture
def web():
    """A web server on loopback; `files` are what it has, a number after the bytes is the length it claims."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path not in self.server.files:
                self.send_error(404)
                return
            data, length = self.server.files[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_tar_is_fetched_by_its_url(site, web):
    data = gzip.compress(tar([("bin", None), ("bin/sh", program("arm64")), ("etc", None), ("etc/arch", b"arm64")]))
    web.files["/root.tar.gz"] = (data, len(data))
    web.files["/cut.tar.gz"] = (data[: len(data) // 2], len(data))
    base = f"http://127.0.0.1:{web.server_port}"
    must(site, "image", "import", f"{base}/root.tar.gz", "os")
    assert arch(site, "os") == "arm64"
    assert record(site, "os")["architecture"] == "aarch64"
    for name in ("cut.tar.gz", "none.tar.gz"):
        done = wwctl(site, "image", "import", "--force", f"{base}/{name}", "os")
        assert done.returncode == 255
        assert "cannot fetch" in done.stderr
        assert arch(site, "os") == "arm64"
    wrong = wwctl(site, "image", "import", "--platform", "x86_64", f"{base}/root.tar.gz", "other")
    assert "is for aarch64, not for x86_64" in wrong.stderr
    assert images(site) == ["os"]


def test_a_secret_in_a_url_stays_with_who_typed_it(site, web, tmp_path):
    data = gzip.compress(tar([("bin", None), ("bin/sh", program("arm64"))]))
    web.files["/root.tar.gz?token=hush-1"] = (data, len(data))
    # What is on a command line, everybody on the machine can read.
    (tmp_path / "curl").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\nexec {shutil.which("curl")} "$@"\n')
    (tmp_path / "curl").chmod(0o755)
    site.start(env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    at = f"127.0.0.1:{web.server_port}"
    must(site, "image", "import", f"http://{at}/root.tar.gz?token=hush-1", "os")
    assert record(site, "os")["source"] == f"http://{at}/root.tar.gz?********"
    refused = wwctl(site, "image", "import", "--force", f"http://{at}/none.tar.gz?token=hush-1", "os")
    assert refused.returncode == 255 and f"{at}/none.tar.gz?********" in refused.stderr
    for_all = wwctl(site, "image", "import", "--force", f"http://me:hush-2@{at}/root.tar.gz", "os")
    assert for_all.returncode == 255 and "a URL may not hold a password" in for_all.stderr
    told = refused.stderr + for_all.stderr + site.log() + (tmp_path / "words").read_text()
    for words in (("image", "show", "--json", "os"), ("job", "list", "--json"), ("image", "build", "os"), ("image", "history", "os", "--json")):
        done = wwctl(site, *words)
        told += done.stdout + done.stderr
    assert "hush" not in told


class Stuck:
    """A skopeo that begins and never ends, with a child as the real one may have."""

    def __init__(self, folder):
        self.pids = f"{folder}/pids"
        os.makedirs(f"{folder}/bin")
        with open(f"{folder}/bin/skopeo", "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\nsleep 1000 &\necho $$ $! > {self.pids}.new\nmv {self.pids}.new {self.pids}\nwait\n")
        os.chmod(f"{folder}/bin/skopeo", 0o755)
        self.env = {**os.environ, "PATH": f"{folder}/bin:{os.environ['PATH']}"}

    def running(self):
        if not os.path.exists(self.pids):
            return []
        with open(self.pids, encoding="utf-8") as f:
            return [int(pid) for pid in f.read().split() if self.lives(pid)]

    @staticmethod
    def lives(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
                return f.read().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False


@contextlib.contextmanager
def importing(site, stuck):
    """An import over the image `os` that hangs in skopeo."""
    site.write("var/lib/warewulf/chroots/os/rootfs/etc/arch", "old")
    words = ["image", "import", "--force", "docker://127.0.0.1:1/os:9", "os"]
    command = [f"{BIN}/wwctl", "--warewulfconf", site.config, *words]
    client = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=stuck.env, start_new_session=True)
    try:
        wait_for(stuck.running, "skopeo")
        yield client
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(client.pid, signal.SIGKILL)
        client.wait()
        for pid in stuck.running():
            os.kill(pid, signal.SIGKILL)


def test_ctrl_c_ends_skopeo_and_all_that_it_started(site, tmp_path):
    stuck = Stuck(str(tmp_path))
    with importing(site, stuck) as client:
        os.killpg(client.pid, signal.SIGINT)
        assert client.wait(PATIENCE) == 130
        wait_for(lambda: not stuck.running(), "the end of skopeo")
    assert arch(site, "os") == "old"
    assert images(site) == ["os"]


def test_a_killed_import_leaves_the_old_image_and_the_next_clears_up(site, layout, tmp_path):
    stuck = Stuck(str(tmp_path))
    with importing(site, stuck) as client:
        os.killpg(client.pid, signal.SIGKILL)
        client.wait()
    assert arch(site, "os") == "old"
    content = site.path("var/lib/warewulf/wwd/content")
    assert [name for name in os.listdir(content) if name.startswith("+")]
    must(site, "image", "import", "--force", "--platform", "arm64", f"oci:{layout.folder}", "os")
    assert arch(site, "os") == "arm64"
    assert images(site) == ["os"]
    if registry.installed():  # any transport clears away what another left
        wwctl(site, "image", "import", "docker://127.0.0.1:1/os:9", "none")
        assert not [name for name in os.listdir(content) if name.startswith("+")]
