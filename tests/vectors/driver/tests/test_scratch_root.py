# SPDX-License-Identifier: BSD-3-Clause
"""The scratch root: what lies where, with which modes."""

import os
import stat

import pytest
import scratch_root


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_empty(tmp_path):
    root = f"{tmp_path}/site"
    scratch_root.lay_out(root, 12345)
    with open(f"{root}/etc/warewulf/warewulf.conf") as f:
        conf = f.read()
    assert "port: 12345" in conf and f"bindir: {root}/usr/bin" in conf and "{{" not in conf
    assert os.path.getsize(f"{root}/etc/warewulf/nodes.conf") > 0
    for folder in scratch_root.FOLDERS:
        assert mode(f"{root}/{folder}") == 0o755
    assert os.listdir(f"{root}/usr/share/warewulf/overlays") == []


@pytest.fixture
def project(tmp_path):
    """A source tree with two overlays, as git would check it out, and a built client."""
    overlays = tmp_path / "project" / "overlays"
    for path, permissions in (("one/rootfs/bin/run", 0o775), ("one/rootfs/secret.ww", 0o664), ("one/README.md", 0o664)):
        file = overlays / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
        file.chmod(permissions)
    (overlays / "one/rootfs/link").symlink_to("bin/run")
    (overlays / "wwclient/rootfs").mkdir(parents=True)
    rows = "# rows\nmode 0600 one/rootfs/secret.ww\nmode 0750 one/rootfs\ncopy two one\ncopy three none\n"
    (overlays / "manifest").write_text(rows)
    (tmp_path / "project/templates/ipxe").mkdir(parents=True)
    (tmp_path / "project/templates/ipxe/default.ipxe").write_text("#!ipxe\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/wwclient").write_text("client")
    return tmp_path


def test_stock(project):
    root = f"{project}/site"
    scratch_root.lay_out(root, 12345, "stock", f"{project}/project", f"{project}/bin")
    installed = f"{root}/usr/share/warewulf/overlays"
    assert sorted(os.listdir(installed)) == ["one", "two", "wwclient"]
    for name in ("one", "two"):
        assert os.listdir(f"{installed}/{name}") == ["rootfs"]
        assert mode(f"{installed}/{name}/rootfs") == 0o750
        assert mode(f"{installed}/{name}/rootfs/bin/run") == 0o755
        assert mode(f"{installed}/{name}/rootfs/secret.ww") == 0o600
        assert os.readlink(f"{installed}/{name}/rootfs/link") == "bin/run"
    assert mode(f"{installed}/wwclient/rootfs/warewulf/wwclient") == 0o755
    assert mode(f"{root}/etc/warewulf/ipxe/default.ipxe") == 0o644


def test_a_row_that_names_nothing_is_an_error(project):
    with (project / "project/overlays/manifest").open("a") as f:
        f.write("mode 0600 one/rootfs/gone\n")
    with pytest.raises(FileNotFoundError):
        scratch_root.lay_out(f"{project}/site", 12345, "stock", f"{project}/project", f"{project}/bin")


def test_no_other_base(tmp_path):
    with pytest.raises(ValueError, match="no such base"):
        scratch_root.lay_out(f"{tmp_path}/site", 12345, "full")
