# SPDX-License-Identifier: BSD-3-Clause
"""wwctl from another machine: over TLS, with a token, on a site whose files it cannot reach by itself."""

import http.server
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import threading

import pytest
import registry
from daemon import BIN, PATIENCE, free_port, wait_for
from oci_maker import two_architectures
from remote_site import RemoteSite, bearer, elsewhere, remote
from store_site import must
from test_jobs import chroots, held, motd, trees, waiting_import

MAC = "02:00:00:00:00:01"


@pytest.fixture(name="far")
def make_far(site):
    site.nodes(n1=MAC, n2="02:00:00:00:00:02")
    return RemoteSite(site).start()


@pytest.fixture(name="token")
def make_token(far):
    return far.token("ci")


def ask(far, token, *words, **options):
    """The output of a command that has to succeed."""
    done = remote(far, token, *words, **options)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def refusal(far, token, *words, **options):
    done = remote(far, token, *words, **options)
    assert done.returncode == 255, f"{words}: {done.stdout}{done.stderr}"
    return done.stderr


# ---- what it does


def test_lists_and_changes_are_those_of_the_server(far, token):
    assert ask(far, token, "node", "list") == must(far.site, "node", "list")
    ask(far, token, "node", "set", "--yes", "n1", "--comment", "from afar")
    assert "from afar" in must(far.site, "node", "list", "-a", "n1")
    row = json.loads(must(far.site, "history", "--json", "n1"))["revisions"][0]
    assert (row["user"], row["via"], row["command"]) == ("ci", "rest", "node set --yes n1 --comment 'from afar'")
    ask(far, token, "undo", "--yes")
    assert "from afar" not in ask(far, token, "node", "list", "-a", "n1")


def test_files_of_this_machine_go_there(far, token):
    far.site.write("mine/motd", "hello\n")
    far.site.write("mine/nodes.yaml", "n3:\n  comment: imported\n")
    ask(far, token, "overlay", "create", "mine")
    ask(far, token, "overlay", "import", "--parents", "mine", far.site.path("mine/motd"), "/etc/motd")
    assert "hello" in ask(far, token, "overlay", "show", "mine", "/etc/motd")
    ask(far, token, "node", "import", "--yes", "--merge", far.site.path("mine/nodes.yaml"))
    assert "n3" in must(far.site, "node", "list")


def test_builds_are_followed_there(far, token):
    far.site.write("var/lib/warewulf/chroots/deb/rootfs/bin/sh", "a shell\n")
    done = remote(far, token, "image", "build", "deb")
    assert done.returncode == 0, done.stderr
    assert "image build of deb" in done.stderr
    assert os.path.exists(far.site.path("var/lib/warewulf/provision/images/deb.img"))
    ask(far, token, "overlay", "build", "n1")
    started = ask(far, token, "image", "build", "--force", "--detach", "deb").splitlines()[-1]
    watched = remote(far, token, "job", "watch", started)
    assert watched.returncode == 0, watched.stderr


@pytest.mark.skipif(not registry.installed(), reason="docker-registry or skopeo is not installed")
def test_an_image_comes_from_a_registry(far, token, tmp_path):
    layout = two_architectures(str(tmp_path / "oci"))
    shop = registry.Registry(str(tmp_path / "registry"))
    try:
        words = ["skopeo", "copy", "--insecure-policy", "--all", "--dest-tls-verify=false"]
        subprocess.run(
            [*words, f"oci:{layout.folder}:os", f"docker://{shop.host}/os:9"], check=True, capture_output=True, timeout=PATIENCE
        )
        source = f"docker://{shop.host}/os:9"
        done = remote(far, token, "image", "import", "--nohttps", "--platform", "x86_64", source, "os")
    finally:
        shop.process.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Fetched" in done.stdout
    assert "image import of os" in done.stderr
    assert "os" in ask(far, token, "image", "list")


def test_a_folder_of_the_server_is_not_for_who_is_elsewhere(far, token):
    far.site.write("src/bin/sh", "a shell\n")
    assert "root" in refusal(far, token, "image", "import", far.site.path("src"), "deb")


def long_import(far):
    """A job of root's that waits, with everything copied, until `held` ends."""
    site = far.site
    site.write("src/bin/sh", "a shell\n")
    site.write("src/etc/motd", "new\n")
    must(site, "image", "import", "--force", "--detach", site.path("src"), "deb")
    wait_for(lambda: trees(site), "the copy")


def test_jobs_are_seen_and_cancelled_from_afar(far, token):
    site = far.site
    site.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "old\n")
    with held(site):
        long_import(far)
        assert "image import" in ask(far, token, "job", "list")
        assert "cancelled" in ask(far, token, "job", "cancel", "1")
    wait_for(lambda: not trees(site), "the end of the copy")
    assert motd(site) == "old\n"
    assert sorted(os.listdir(chroots(site))) == ["deb"]


def watching(far, token):
    """Somebody who follows job 1 from afar, at a prompt."""
    watcher = subprocess.Popen(
        [f"{BIN}/wwctl", "--server", far.url, "--token-file", token, "--ca", far.certificate, "job", "watch", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=elsewhere(far.site),
        start_new_session=True,
    )
    assert watcher.stdout.readline() == "image import of deb, job 1 of root\n"
    return watcher


def ctrl_c(watcher):
    """Its exit status, and its last words."""
    os.killpg(watcher.pid, signal.SIGINT)
    _, err = watcher.communicate(timeout=PATIENCE)
    return watcher.returncode, err


def test_ctrl_c_from_afar_leaves_a_job_that_others_wait_for(far, token):
    site = far.site
    site.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "old\n")
    with held(site):
        long_import(far)
        assert ctrl_c(watching(far, token)) == (130, "left; the job goes on\n")
    must(site, "job", "watch", "1")
    assert motd(site) == "new\n"


def test_ctrl_c_from_afar_cancels_what_nobody_else_waits_for_and_says_so(far, token):
    site = far.site
    site.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "old\n")
    site.write("src/bin/sh", "a shell\n")
    site.write("src/etc/motd", "new\n")
    with held(site):
        with waiting_import(site) as began:
            watcher = watching(far, token)
        assert began.process.returncode != 0  # killed: only the other one waits now
        assert trees(site)
        status, err = ctrl_c(watcher)
        assert status == 130
        assert re.fullmatch(r"image import of deb was cancelled\b.*\n", err), err
        assert not trees(site)  # said only when it is true
    assert motd(site) == "old\n"


# ---- management controllers


def controllers(site, script):
    """The controllers of both nodes are a script, which runs where it is run."""
    site.write("usr/share/warewulf/bmc/script.tmpl", f"{script} # {{{{ .Cmd }}}} {{{{ .Password }}}}\n")
    for i in (1, 2):
        address = ["--ipmiaddr", f"10.9.0.{i}", "--ipmipass", "se-cret"]
        must(site, "node", "set", "--yes", f"n{i}", "--ipmitemplate", "script.tmpl", *address)


def test_nodes_are_switched_by_the_server(far):
    controllers(far.site, 'echo "{{ .Cmd }} of $HOME"; echo {{ .Ipaddr }}')
    token = far.token("ian", "operator")
    told = sorted(ask(far, token, "power", "on", "n[1-2]").splitlines())
    assert told == sorted(f"10.9.0.{i}: {line}" for i in (1, 2) for line in (f"PowerOn of {os.environ['HOME']}", f"10.9.0.{i}"))
    (one,) = json.loads(ask(far, token, "node", "identify", "--json", "n1"))["nodes"]
    assert (one["done"], one["output"]) == (True, f"Identify of {os.environ['HOME']}\n10.9.0.1")
    # Its secrets stay there.
    asked = {"names": ["n1"], "verb": "on"}
    for route, request in (("power/commands", {**asked, "only_shown": True}), ("power/run", asked)):
        _, text = far.route(route, bearer(far.secret(token)), request)
        assert "PowerOn" in text and "se-cret" not in text
    assert "may not" in refusal(far, far.token("eve", "read-only"), "power", "off", "n1")


def test_who_fails_is_told_from_afar(far, token):
    controllers(far.site, '[ {{ .Ipaddr }} = 10.9.0.1 ] && echo yes || { echo "it is"; echo stuck; exit 1; }')
    done = remote(far, token, "power", "status", "n[1-2]")
    assert (done.returncode, done.stdout) == (255, "10.9.0.1: yes\n")
    assert "10.9.0.2: it is\nstuck" in done.stderr and "1 of 2 nodes failed: n2" in done.stderr
    must(far.site, "node", "unset", "--yes", "n1", "--ipmiaddr")
    err = refusal(far, token, "power", "status", "n[1-2]")
    assert "n1: no address of its BMC" in err and "2 of 2 nodes failed: n1, n2" in err


def test_completion_asks_there(far, token):
    def complete(*words, **env):
        done = subprocess.run(
            [f"{BIN}/wwctl", "__complete", *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=elsewhere(far.site, **env),
            check=True,
        )
        return done.stdout.splitlines()

    flags = ["--server", far.url, "--token-file", token, "--ca", far.certificate]
    assert complete(*flags, "node", "list", "") == ["n1", "n2", ":4"]
    assert complete("node", "list", *flags, "n") == ["n1", "n2", ":4"]
    variables = {"WWCTL_SERVER": far.url, "WWCTL_TOKEN_FILE": token, "WWCTL_CA": far.certificate}
    assert complete("node", "set", "", **variables) == ["n1", "n2", ":4"]
    assert complete("node", "set", "", **{**variables, "WWCTL_TOKEN_FILE": "/nowhere"}) == [":4"]
    assert complete("token", "create", "x", "--role", "o") == ["operator", ":4"]


@pytest.mark.parametrize("where", ["here", "there"])
def test_status_is_followed_as_it_changes(far, token, where):
    there = ["--server", far.url, "--token-file", token, "--ca", far.certificate]
    words = [f"{BIN}/wwctl", *(there if where == "there" else ["--warewulfconf", far.site.config]), "node", "status", "--watch"]
    log = far.site.path("watched")
    with open(log, "wb") as out:
        watching = subprocess.Popen([*words, "--update", "20"], stdout=out, stderr=subprocess.STDOUT, env=elsewhere(far.site))
    try:

        def screen():
            with open(log, encoding="utf-8") as f:
                return f.read().rsplit("\x1b[2J", 1)[-1]

        wait_for(lambda: "n2" in screen(), "the first look")
        assert far.site.get(f"/ipxe/{MAC}").status == 200
        wait_for(lambda: "IPXE" in screen(), "the change")
        assert far.site.stop() == 0  # which does not wait for who watches
        assert watching.wait(PATIENCE) == 255
        with open(log, encoding="utf-8") as f:
            assert "ERROR" in f.read()
    finally:
        watching.kill()
        watching.wait()


@pytest.mark.parametrize(
    "words", [["image", "shell", "deb"], ["image", "exec", "deb", "ls"], ["configure", "--all"], ["server", "restart"]]
)
def test_what_works_on_the_server_itself_says_so(far, token, words):
    assert "run it on 127.0.0.1 itself" in refusal(far, token, *words)


def test_a_role_bounds_what_a_token_may(far):
    token = far.token("looker", "read-only")
    assert "n1" in ask(far, token, "node", "list")
    assert "may not change fields of nodes" in refusal(far, token, "node", "set", "--yes", "n1", "--comment", "x")


# ---- whom it trusts, and with what


def test_settings_are_said_once(far, token):
    home = elsewhere(far.site)["HOME"]
    folder = f"{home}/.config/wwctl"
    os.makedirs(folder)
    file = f"{folder}/remote"
    with open(file, "w", encoding="utf-8") as f:
        f.write(f"# the cluster\nserver: {far.url}\ntoken file: {token}\nfingerprint: sha256:{far.fingerprint}\n")
    os.chmod(file, 0o600)

    def here(*words, **env):
        return subprocess.run(
            [f"{BIN}/wwctl", *words], capture_output=True, text=True, timeout=PATIENCE, env=elsewhere(far.site, **env), check=False
        )

    assert "n1" in here("node", "list").stdout
    # A site that is named is meant.
    assert "n1" in here("--warewulfconf", far.site.config, "node", "list").stdout
    os.chmod(file, 0o620)
    done = here("node", "list")
    assert (done.returncode, "chmod 600" in done.stderr) == (255, True)
    os.chmod(file, 0o600)
    with open(file, "a", encoding="utf-8") as f:
        f.write("colour: red\n")
    assert 'remote:5: "colour: red" is no setting' in here("node", "list").stderr


def test_a_certificate_that_nobody_vouches_for_is_named(far, token):
    said = refusal(far, token, "node", "list", trust=[])
    assert f"sha256:{far.fingerprint}" in said
    assert "not trusted" in said
    assert "n1" in ask(far, token, "node", "list", trust=["--fingerprint", f"sha256:{far.fingerprint}"])
    wrong = "0" * 64
    said = refusal(far, token, "node", "list", trust=["--fingerprint", f"sha256:{wrong}"])
    assert f"sha256:{far.fingerprint}" in said and "another certificate" in said
    assert "is no fingerprint" in refusal(far, token, "node", "list", trust=["--fingerprint", "md5:1"])


def test_another_ca_is_none(far, token, tmp_path):
    other = str(tmp_path / "other.crt")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=other"]
    subprocess.run([*command, "-keyout", str(tmp_path / "key"), "-out", other], check=True, capture_output=True)
    assert "not trusted" in refusal(far, token, "node", "list", trust=["--ca", other])


def test_a_token_that_others_can_read_is_not_sent(far, token):
    os.chmod(token, 0o640)
    said = refusal(far, token, "node", "list")
    assert "0640" in said and f"chmod 600 {token}" in said
    assert "access." not in far.site.log().replace("access.auth", "")
    os.chmod(token, 0o600)
    assert "n1" in ask(far, token, "node", "list")


def test_what_the_server_does_not_take_says_what_next(far, token):
    must(far.site, "token", "revoke", "ci")
    said = refusal(far, token, "node", "list")
    assert far.url.removeprefix("https://") in said
    assert "wwctl token create" in said


def test_a_server_without_the_interface_says_what_to_set(site, tmp_path):
    site.nodes(n1=MAC)
    far = RemoteSite(site)
    site.configure("api:\n  enabled: true\n", "api:\n  enabled: false\n")
    far.start()
    assert "api: enabled" in refusal(far, far.token("ci"), "node", "list")


def test_plain_http_is_refused_but_to_this_machine(far, token):
    url = f"http://127.0.0.1:{far.site.port}"
    words = [f"{BIN}/wwctl", "--token-file", token]

    def plain(*more):
        return subprocess.run(
            [*words, *more, "node", "list"], capture_output=True, text=True, timeout=PATIENCE, env=elsewhere(far.site), check=False
        )

    assert "read the token" in plain("--server", url).stderr
    assert "read the token" in plain("--server", "http://192.0.2.1:9873", "--insecure").stderr
    assert "n1" in plain("--server", url, "--insecure").stdout


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Sends everybody to another server, and remembers who came."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307)
        self.send_header("Location", "https://127.0.0.1:1/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_redirects_are_not_followed(far, token):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Elsewhere)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(far.certificate, far.certificate.replace(".crt", ".key"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with server:
        done = subprocess.run(
            [f"{BIN}/wwctl", "--server", f"https://127.0.0.1:{server.server_port}", "--token-file", token]
            + ["--ca", far.certificate, "node", "list"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=elsewhere(far.site),
            check=False,
        )
        server.shutdown()
    assert done.returncode == 255
    assert "redirects are not followed" in done.stderr


def test_a_server_that_is_not_there_is_named(far, token):
    port = free_port()
    done = subprocess.run(
        [f"{BIN}/wwctl", "--server", f"https://127.0.0.1:{port}", "--token-file", token, "node", "list"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=elsewhere(far.site),
        check=False,
    )
    assert done.returncode == 255
    assert f"127.0.0.1:{port}" in done.stderr


def test_settings_that_lead_nowhere_are_refused(far, token):
    def said(*words):
        done = subprocess.run(
            [f"{BIN}/wwctl", *words], capture_output=True, text=True, timeout=PATIENCE, env=elsewhere(far.site), check=False
        )
        assert done.returncode == 255
        return done.stderr

    assert "none is named" in said("--token-file", token, "--warewulfconf", far.site.config, "node", "list")
    assert "name two sites" in said("--server", far.url, "--warewulfconf", far.site.config, "node", "list")
    assert "no file with a token" in said("--server", far.url, "node", "list")
    assert "without a path" in said("--server", far.url + "/api", "--token-file", token, "node", "list")


def test_it_needs_no_wwd_on_its_own_machine(far, token, tmp_path):
    alone = shutil.copy(f"{BIN}/wwctl", tmp_path / "wwctl")
    done = subprocess.run(
        [alone, "--server", far.url, "--token-file", token, "--ca", far.certificate, "node", "list"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=elsewhere(far.site),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "n1" in done.stdout
