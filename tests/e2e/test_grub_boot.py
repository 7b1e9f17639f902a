# SPDX-License-Identifier: BSD-3-Clause
"""A virtual machine with UEFI boots by Debian's signed shim and GRUB: from the script that the overlay host makes for
TFTP to the node's own, and on to the image's init."""

import os
import shutil

import pytest

from lab import debian, small
from lab.lab import Lab, why_not
from lab.machine import MachineError, uefi
from lab.site import Site

HWADDR = "52:54:00:66:00:03"
ASSET_KEY = "rack-7"
BOOT_SECONDS = 180  # of which about 20 are needed on an idle machine

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def lay_out_tftp(target, cache, script):
    """As Debian's GRUB wants it: beside shim, and what it reads and loads below grub/."""
    shim, signed, modules = (
        debian.unpacked(cache, package) for package in ("shim-signed", "grub-efi-amd64-signed", "grub-efi-amd64-bin")
    )
    os.makedirs(f"{target}/grub")
    shutil.copy(f"{shim}/usr/lib/shim/shimx64.efi.signed", f"{target}/shim.efi")
    shutil.copy(f"{signed}/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", f"{target}/grubx64.efi")
    shutil.copytree(f"{modules}/usr/lib/grub/x86_64-efi", f"{target}/grub/x86_64-efi")
    with open(f"{target}/grub/grub.cfg", "w") as f:
        f.write(script)


def test_shim_and_grub_start_a_node(programs, cache):
    with Lab() as lab:
        site = Site(f"{lab.folder}/site", programs)
        image = f"{lab.folder}/image"
        try:
            small.build(image, debian.kernel(cache))
            script = site.wwctl("overlay", "show", "--quiet", "--render", "host", "host", "grub.cfg.ww")
            lay_out_tftp(f"{lab.folder}/tftp", cache, script)
        except debian.DownloadError as error:
            pytest.skip(f"no packages to boot with: {error}")
        with open(f"{image}/etc/report", "w") as f:
            f.write("/etc/hostname\n/etc/probe\n")
        with open(f"{image}/etc/watched", "w") as f:
            f.write("/etc/probe\n")
        site.overlay_file("probe", "etc/probe.ww", "{{ .Id }}\n")
        site.wwctl("image", "import", image, "small")
        site.wwctl("image", "build", "small")
        site.wwctl("node", "add", "n1", "--hwaddr", HWADDR, "--ipaddr", "10.66.0.13", "--netmask", Lab.netmask,
                   "--netdev", "eth0", "--image", "small", "--asset", ASSET_KEY, "--runtime-overlays", "probe",
                   "--system-overlays", "wwinit,hostname,ifupdown",
                   "--kernelargs", "console=ttyS0,net.ifnames=0,panic=-1")  # fmt: skip
        site.start(lab, (f"{lab.folder}/tftp", "shim.efi"))
        asset_tag = ["-smbios", f"type=3,asset={ASSET_KEY}"]
        machine = lab.machine(HWADDR, memory=512, firmware=uefi(lab.folder), extra=asset_tag)
        try:
            machine.wait_for("NODE report-end", BOOT_SECONDS)
        except MachineError as error:
            pytest.fail(f"{error}\n\n--- wwd:\n{open(f'{lab.folder}/wwd.log', errors='replace').read()[-4000:]}")
        console = machine.text()
        assert "syntax error" not in console
        assert f"wwid={HWADDR}" in console[console.index("NODE cmdline") :]
        assert "NODE start kernel=" in console and "hostname=n1" in console
        assert "/etc/probe" in console[console.index("NODE root") :]  # the runtime overlay
        sent = open(f"{lab.folder}/wwd.log").read()
        for stage in ("grub", "kernel", "image", "system", "runtime"):
            assert f"boot.sent node=n1 stage={stage} " in sent
