# SPDX-License-Identifier: BSD-3-Clause
"""What `wwctl configure nfs` exports can be read by nodes, and by nobody else. The kernel of a test machine serves no NFS:
the container's unit nfs-server is nfs-ganesha, which does it in a program of its own, with the exports of /etc/exports."""

import subprocess

import pytest

# exports(5) in ganesha's words. It exports what stands there, for whom, and how.
TRANSLATE = r"""#!/usr/bin/python3
import re, sys
blocks = []
for line in open("/etc/exports"):
    found = re.match(r"(/\S+)\s+(\S+?)\(([^)]*)\)$", line.strip())
    if not found:
        continue
    path, clients, options = found[1], found[2], found[3].split(",")
    network, _, mask = clients.partition("/")
    bits = sum(bin(int(byte)).count("1") for byte in mask.split(".")) if "." in mask else int(mask)
    access = "RW" if "rw" in options else "RO"
    squash = "no_root_squash" if "no_root_squash" in options else "root_squash"
    blocks.append(f'''EXPORT {{ Export_Id = {len(blocks) + 1}; Path = {path}; Pseudo = {path}; Access_Type = NONE;
 SecType = sys; FSAL {{ Name = VFS; }} CLIENT {{ Clients = {network}/{bits}; Access_Type = {access}; Squash = {squash}; }} }}
''')
print('''NFS_CORE_PARAM { Protocols = 4; NFS_Port = 2049; }
NFSV4 { Graceless = true; RecoveryBackend = fs; }
''' + "".join(blocks))
"""

UNIT = """
[Unit]
Description=NFS server without the kernel's help
[Service]
Type=forking
PIDFile=/run/ganesha.pid
ExecStartPre=/bin/sh -c "/usr/local/sbin/ganesha-exports >/run/ganesha.conf"
ExecStart=/usr/bin/ganesha.nfsd -L /var/log/ganesha.log -f /run/ganesha.conf -p /run/ganesha.pid -N NIV_EVENT
[Install]
WantedBy=multi-user.target
"""

PATHS = r"""  export paths:
    - {path: /home, export options: "rw,sync"}
    - {path: /opt, export options: "ro,sync,no_root_squash"}""".replace("\n", r"\n")

SITE = f"""
cat >/usr/local/sbin/ganesha-exports <<'END'
{TRANSLATE}END
chmod 755 /usr/local/sbin/ganesha-exports
apt-get -q --yes install nfs-ganesha nfs-ganesha-vfs
systemctl disable --now nfs-ganesha
cat >/etc/systemd/system/nfs-server.service <<'END'
{UNIT}END
systemctl daemon-reload
# Nobody to ask about the kernel's modules.
mv /sbin/modprobe /sbin/modprobe.away
# Files of an overlay have no handles, which a server of NFS goes by.
for folder in /home /opt; do mount -t tmpfs -o mode=755 none $folder; done
mkdir -p /home/alice /opt/tools
echo 'of alice' >/home/alice/letter
echo 'of all' >/opt/tools/wrench
sed -i 's|^#ipaddr: .*|ipaddr: 10.0.0.1/22|; s|^  #export paths:.*|{PATHS}|' /etc/warewulf/warewulf.conf
"""


@pytest.fixture(scope="module")
def head(installed, head_node):
    with head_node(installed[0]) as head:
        for script in (SITE, "wwctl configure nfs"):
            done = head.run(script)
            assert done.returncode == 0, done.stdout + done.stderr
        yield head
        print(head.run("cat /etc/exports /run/ganesha.conf; tail -n 30 /var/log/ganesha.log").stdout)


@pytest.fixture
def node(switch):
    """Runs an NFS client on the network of the nodes."""

    def run(*argv):
        return switch.run(argv, capture_output=True, text=True, timeout=60, check=False)

    return run


def test_the_exports_are_those_of_the_configuration(head):
    exports = head.read("/etc/exports")
    assert "/home 10.0.0.0/255.255.252.0(rw,sync)\n" in exports
    assert "/opt 10.0.0.0/255.255.252.0(ro,sync,no_root_squash)\n" in exports
    assert head.run("systemctl is-active nfs-server && systemctl is-enabled nfs-server").returncode == 0


def test_a_node_reads_what_is_exported(head, node, tmp_path):
    listed = node("nfs-ls", "nfs://10.0.0.1/home/alice?version=4")
    assert "letter" in listed.stdout, listed.stdout + listed.stderr
    for path, text in (("home/alice/letter", "of alice\n"), ("opt/tools/wrench", "of all\n")):
        copy = tmp_path / path.replace("/", "-")
        copied = node("nfs-cp", f"nfs://10.0.0.1/{path}?version=4", str(copy))
        assert copied.returncode == 0, copied.stdout + copied.stderr
        assert copy.read_text() == text


def test_nobody_else_is_served(head, switch):
    other = switch.head.inside(["nfs-ls", "nfs://127.0.0.1/home?version=4"])
    done = subprocess.run(other, capture_output=True, text=True, timeout=60, check=False)
    assert "alice" not in done.stdout
