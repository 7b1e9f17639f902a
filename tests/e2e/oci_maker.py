# SPDX-License-Identifier: BSD-3-Clause
"""Container images made in the test: an OCI layout with an index for several architectures."""

import gzip
import hashlib
import io
import json
import os
import struct
import tarfile

ELF_MACHINES = {"amd64": 62, "arm64": 183}


def program(architecture):
    """An ELF header: enough to tell the architecture."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, ELF_MACHINES[architecture], 1)
    return head + bytes(64 - len(head))


def tar(entries):
    """A tar of (name, content) where content is bytes, None for a folder, or a TarInfo that is already made."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in entries:
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            entry = tarfile.TarInfo(name)
            entry.mtime, entry.mode = 1_700_000_000, 0o755
            if content is None:
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
            else:
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


class Layout:
    """An OCI layout below `folder`."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(f"{folder}/blobs/sha256")
        with open(f"{folder}/oci-layout", "w", encoding="utf-8") as f:
            f.write('{"imageLayoutVersion": "1.0.0"}')

    def blob(self, data, media_type):
        digest = hashlib.sha256(data).hexdigest()
        with open(f"{self.folder}/blobs/sha256/{digest}", "wb") as f:
            f.write(data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def image(self, architecture, layers):
        """The descriptor of an image of these tars."""
        packed = [self.blob(gzip.compress(layer, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip") for layer in layers]
        ids = [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        config = {"os": "linux", "architecture": architecture, "config": {}, "rootfs": {"type": "layers", "diff_ids": ids}}
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": self.blob(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
            "layers": packed,
        }
        platform = {"os": "linux", "architecture": architecture}
        return {**self.blob(json.dumps(manifest).encode(), manifest["mediaType"]), "platform": platform}

    def index(self, name, images):
        """All of them under one name."""
        document = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": images}
        inner = self.blob(json.dumps(document).encode(), document["mediaType"])
        inner["annotations"] = {"org.opencontainers.image.ref.name": name}
        with open(f"{self.folder}/index.json", "w", encoding="utf-8") as f:
            json.dump({"schemaVersion": 2, "manifests": [inner]}, f)


def two_architectures(folder):
    """A layout with an image "os" for amd64 and arm64; each tells in etc/arch what it is."""
    layout = Layout(folder)
    images = []
    for architecture in ELF_MACHINES:
        lower = tar([("bin", None), ("bin/sh", program(architecture)), ("etc", None), ("etc/gone", b"x")])
        upper = tar([("etc/.wh.gone", b""), ("etc/arch", architecture.encode())])
        images.append(layout.image(architecture, [lower, upper]))
    layout.index("os", images)
    return layout
