# SPDX-License-Identifier: BSD-3-Clause
"""Debian packages that are unpacked, never installed: a kernel or a boot loader would be in earnest on this machine, and
some are for another architecture or from a later Debian. All come from the mirror this machine uses anyway and are kept in
a cache folder for the next run."""

import glob
import os
import re
import shutil
import subprocess

NATIVE = "amd64"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


class DownloadError(Exception):
    """The mirror could not be reached or lacks a package. The text holds the tool's last lines."""


class Shelf:
    """Packages of one architecture ("amd64", "arm64") and one release, this machine's if `release` is None. For others than
    its own apt keeps books in a folder of ours: the machine goes on knowing one architecture and one Debian."""

    def __init__(self, cache, architecture=NATIVE, release=None):
        self._architecture = architecture
        self._release = release
        self._own = architecture == NATIVE and release is None
        self.folder = cache if self._own else f"{cache}/{release or 'debian'}-{architecture}"
        self._options = None

    def unpacked(self, package):
        """A folder with the files of a package. Raises DownloadError."""
        target = f"{self.folder}/{package}"
        if os.path.isdir(target):
            return target
        work = f"{self.folder}/.{package}.{os.getpid()}"
        os.makedirs(work)
        try:
            if not self._apt("apt-cache", "show", "--no-all-versions", package, fail=False).startswith("Package:"):
                self._apt("apt-get", "-q", "update")
            self._apt("apt-get", "-q", "download", package, cwd=work)
            (archive,) = glob.glob(f"{work}/*.deb")
            quiet(["dpkg-deb", "-x", archive, f"{work}/tree"])
            os.rename(f"{work}/tree", target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return target

    def dependency(self, package, pattern):
        """Which package, by a regular expression, `package` depends on. Raises DownloadError."""
        found = self._find_dependency(package, pattern)
        if not found:
            self._apt("apt-get", "-q", "update")
            found = self._find_dependency(package, pattern)
        if not found:
            raise DownloadError(f"no package {package} in the package lists (is this Debian 12?)")
        return found[1]

    def _find_dependency(self, package, pattern):
        return re.search(rf"Depends: ({pattern})\b", self._apt("apt-cache", "depends", package, fail=False))

    def _apt(self, program, *words, **options):
        if self._options is None:
            self._options = [] if self._own else self._books()
        return quiet([program, *self._options, *words], **options)

    def _books(self):
        for name in ("lists/partial", "archives/partial"):
            os.makedirs(f"{self.folder}/apt/{name}", exist_ok=True)
        settings = {
            "APT::Architecture": self._architecture,
            "APT::Architectures": self._architecture,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
            "Dir::State": f"{self.folder}/apt",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": f"{self.folder}/apt",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
        }
        if self._release:
            sources = f"{self.folder}/apt/sources.list"
            with open(sources, "w", encoding="ascii") as f:
                f.write(f"deb [signed-by={KEYRING}] {_mirror()} {self._release} main\n")
            settings |= {"Dir::Etc::sourcelist": sources, "Dir::Etc::sourceparts": "/dev/null"}
        return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]


def _mirror():
    """Where this machine has its Debian from. Raises DownloadError."""
    with open("/etc/os-release", encoding="utf-8") as f:
        own = re.search(r"^VERSION_CODENAME=(\S+)$", f.read(), re.MULTILINE)
    listed = quiet(["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(COMPONENT)", "Identifier: Packages"])
    for line in listed.splitlines():
        address, *of = line.split()
        if own and of == [own[1], "main"]:
            return address
    raise DownloadError("apt knows no source of this machine's Debian")


def quiet(argv, fail=True, **options):
    """What it prints. Raises DownloadError if it fails, or is not there."""
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    except FileNotFoundError:
        raise DownloadError(f"{argv[0]} is not installed") from None
    if fail and done.returncode != 0:
        raise DownloadError(f"{' '.join(argv)} failed:\n{done.stdout[-2000:]}")
    return done.stdout
