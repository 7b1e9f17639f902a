# SPDX-License-Identifier: BSD-3-Clause
"""`cmake --install`: everything arrives, and the stock overlays are what tests use as `stock`."""

import os
import re
import stat
import subprocess

import pytest
import scratch_root
import yaml
from sandbox import BUILD, PROJECT, Sandbox

# Commands of Warewulf 3, which are wwctl by other names.
OLD_NAMES = ("wwsh", "wwvnfs", "wwbootstrap", "wwinit", "wwmkchroot")


@pytest.mark.parametrize(
    "path",
    [
        "usr/bin/wwd",
        "usr/bin/wwctl",
        *(f"usr/bin/{name}" for name in OLD_NAMES),
        "usr/lib/systemd/system/wwd.service",
        "usr/lib/systemd/system/wwd.socket",
        "usr/lib/systemd/system/wwd-front.socket",
        "usr/lib/systemd/system/wwd-front@.service",
        "usr/lib/systemd/system/wwd-job.socket",
        "usr/lib/systemd/system/wwd-job@.service",
        "usr/lib/systemd/system/wwd-certificate.service",
        "usr/lib/systemd/system/wwd-certificate.timer",
        "usr/lib/sysusers.d/wwd.conf",
        "usr/lib/tmpfiles.d/wwd.conf",
        "usr/share/warewulf/bmc",
        "usr/share/warewulf/overlays/wwinit/rootfs/init",
        "usr/share/man/man1/wwctl.1",
        "usr/share/man/man1/wwctl-node-set.1",
        "usr/share/man/man5/nodes.conf.5",
        "usr/share/man/man5/warewulf.conf.5",
        "usr/share/man/man8/wwd.8",
        "usr/share/man/man8/wwclient.8",
        *(f"usr/share/man/man8/{name}.8" for name in OLD_NAMES),
        "usr/share/bash-completion/completions/wwctl",
        *(f"usr/share/bash-completion/completions/{name}" for name in OLD_NAMES),
        *(f"usr/share/fish/vendor_completions.d/{name}.fish" for name in OLD_NAMES),
        "usr/share/zsh/site-functions/_wwctl",
        "usr/share/fish/vendor_completions.d/wwctl.fish",
        "usr/share/doc/wwd/examples/warewulf.conf",
        "etc/warewulf/warewulf.conf",
        "etc/warewulf/nodes.conf",
        "etc/warewulf/auth.conf",
        "etc/warewulf/ipxe/default.ipxe",
        "etc/warewulf/grub",
    ],
)
def test_arrives(installed, path):
    assert (installed / path).exists()


def test_the_programs_run_from_there(installed):
    for command in (["wwd", "--version"], ["wwctl", "--emptyconf", "version"]):
        done = subprocess.run([installed / "usr/bin" / command[0], *command[1:]], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", OLD_NAMES)
def test_warewulf_3s_names_lead_to_wwctl(installed, name):
    assert os.readlink(installed / "usr/bin" / name) == "wwctl"
    done = subprocess.run([installed / "usr/bin" / name, "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"  {name} " in done.stdout


def listing(top):
    """path -> (kind and mode, or where a link leads) of everything below a folder."""
    found = {}
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            found[os.path.relpath(path, top)] = os.readlink(path) if stat.S_ISLNK(mode) else oct(mode)
    return found


def test_stock_is_what_an_installation_has(installed, tmp_path):
    scratch_root.lay_out(str(tmp_path), 12345, "stock", PROJECT, f"{BUILD}/bin")
    for folder in ("usr/share/warewulf/overlays", "usr/share/warewulf/bmc", "etc/warewulf/ipxe", "etc/warewulf/grub"):
        assert listing(installed / folder) == listing(tmp_path / folder)


def test_nodes_conf_is_not_for_everybody(installed):
    assert stat.S_IMODE((installed / "etc/warewulf/nodes.conf").stat().st_mode) == 0o640


def test_auth_conf_is_roots_and_lets_nobody_in(installed):
    path = installed / "etc/warewulf/auth.conf"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert yaml.safe_load(path.read_text()) == {"users": None}
    # What it shows is what somebody writes who takes the marks away.
    _, example = path.read_text().split("users:\n")
    user = {"name": "ann", "password hash": "$2y$10$...", "role": "operator"}
    assert yaml.safe_load("users:\n" + example.replace("#", "")) == {"users": [user]}


def test_an_overlay_with_a_client_has_its_program(installed):
    overlays = installed / "usr/share/warewulf/overlays"
    names = [name for name in os.listdir(overlays) if re.match(r"wwclient\b", name)]
    assert {"wwclient", f"wwclient.{os.uname().machine}"} <= set(names)
    for name in names:
        assert os.access(overlays / name / "rootfs/warewulf/wwclient", os.X_OK), name


@pytest.mark.parametrize("page", ["man1/wwctl.1", "man5/nodes.conf.5", "man5/warewulf.conf.5", *(f"man8/{name}.8" for name in ("wwd", "wwclient", *OLD_NAMES))])
def test_man_accepts_the_page(installed, page):
    done = subprocess.run(
        ["man", "--warnings", "--encoding=UTF-8", "--local-file", installed / "usr/share/man" / page],
        env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "SYNOPSIS" in done.stdout or "DESCRIPTION" in done.stdout


@pytest.mark.parametrize(("program", "page"), [("wwd", "wwd.8"), ("wwclient", "wwclient.8")])
def test_the_page_knows_every_option(installed, program, page):
    usage = subprocess.run([f"{BUILD}/bin/{program}", "--help"], capture_output=True, text=True, check=True).stdout
    text = (installed / "usr/share/man/man8" / page).read_text().replace("\\-", "-")
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", usage))
    assert options and not {option for option in options if option not in text}


@pytest.mark.parametrize("name", ["wwctl", *OLD_NAMES])
def test_bash_takes_the_completion(installed, name):
    script = installed / f"usr/share/bash-completion/completions/{name}"
    done = subprocess.run(["bash", "-c", f"source {script} && complete -p {name}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and name in done.stdout, done.stderr


# ---- another prefix


def test_a_prefix_holds_everything(tmp_path):
    """Nothing is written elsewhere, and nothing in it names another place for what it holds."""
    box = Sandbox(tmp_path)
    done = box.run(f"cmake --install {BUILD} --prefix /opt/wwd", "/")
    assert done.returncode == 0, done.stdout + done.stderr
    written = box.written()
    assert [path for path in written if not path.startswith("/opt/wwd/")] == []
    assert "/opt/wwd/etc/warewulf/warewulf.conf" in written


def test_a_prefix_below_a_destdir(tmp_path):
    box = Sandbox(tmp_path)
    done = box.run(f"DESTDIR=/opt/package cmake --install {BUILD} --prefix /usr/local", "/")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path for path in box.written() if not path.startswith("/opt/package/usr/local/")] == []


@pytest.fixture(scope="session")
def prefix(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return prefix


def test_units_and_configuration_name_the_prefix(prefix):
    service = (prefix / "lib/systemd/system/wwd.service").read_text()
    assert f"ExecStart={prefix}/bin/wwd " in service
    assert f"EnvironmentFile=-{prefix}/etc/default/warewulfd\n" in service
    assert f"ListenStream={prefix}/var/lib/warewulf/wwd/run/wwd.sock\n" in (prefix / "lib/systemd/system/wwd.socket").read_text()
    places = (prefix / "etc/warewulf/warewulf.conf").read_text().split("\npaths:\n")[1]
    for key in ("bindir", "sysconfdir", "localstatedir", "cachedir", "datadir", "wwoverlaydir", "wwchrootdir", "wwprovisiondir"):
        assert f"\n  {key}: {prefix}/" in places, key
    # These are the machine's or the nodes'.
    for key, value in (("ipxesource", "/usr/share/ipxe"), ("wwclientdir", "/warewulf"), ("srvdir", "/srv")):
        assert f"\n  {key}: {value}\n" in places, key


def test_programs_of_a_prefix_serve_its_own_site(prefix):
    def wwctl(*words):
        environment = {name: value for name, value in os.environ.items() if name != "WAREWULFCONF"}
        return subprocess.run([prefix / "bin/wwctl", *words], env=environment, capture_output=True, text=True, check=False)

    added = wwctl("node", "add", "n1", "--hwaddr", "52:54:00:00:00:01")
    assert added.returncode == 0, added.stderr
    assert "n1:" in (prefix / "etc/warewulf/nodes.conf").read_text()
    shown = wwctl("server", "status").stdout
    assert f"{prefix}/etc/warewulf/warewulf.conf" in shown and f"{prefix}/etc/warewulf/nodes.conf: 1 node" in shown
    built = wwctl("overlay", "build", "n1")
    assert built.returncode == 0, built.stderr
    assert (prefix / "var/lib/warewulf/provision/overlays/n1/__SYSTEM__.img").exists()
