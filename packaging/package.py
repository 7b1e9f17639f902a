#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""`./dev package`: a Debian package and an RPM of one and the same tree, which `cmake --install` makes of a build folder.

The same commit gives the same bytes: times are the commit's, owners root, orders sorted. See README.md."""

import argparse
import glob
import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
# Folders that are ours, and go with the package; all others belong to the system.
OWN_FOLDERS = ("etc/warewulf", "usr/share/warewulf", "usr/share/doc/wwd")
CLIENTS = ("x86_64", "aarch64")


def run(argv, **options):
    """What it prints. Ends the program, with everything the command said, if that fails."""
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options)
    except FileNotFoundError:
        sys.exit(f"package: {argv[0]} is not installed")
    if done.returncode:
        sys.exit(f"package: {' '.join(argv)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def fill(name, **values):
    """A template of this folder with its @NAME@s replaced."""
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1].lower()], read(f"{HERE}/{name}"))


# ---- what is packaged


def version_of_the_tree():
    """The project's version on the commit that is tagged with it. Before that it sorts below (0.2.0~512.g1a2b3c4), after
    it above (0.2.0+7.g1a2b3c4): the number counts commits."""
    version = re.search(r"^project\(wwd VERSION (\S+)", read(f"{PROJECT}/CMakeLists.txt"), re.MULTILINE)[1]

    def git(*words):
        done = subprocess.run(["git", "-C", PROJECT, *words], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    head = git("rev-parse", "--short=7", "HEAD")
    if head is None:
        return f"{version}~0"
    since = git("describe", "--tags", "--long", "--match", f"v{version}")
    if since is None:
        return f"{version}~{git('rev-list', '--count', 'HEAD')}.g{head}"
    commits = since.rsplit("-", 2)[1]
    return version if commits == "0" else f"{version}+{commits}.g{head}"


def time_of_the_tree():
    """Seconds since 1970: SOURCE_DATE_EPOCH, else the commit's time, else now."""
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(epoch)
    done = subprocess.run(["git", "-C", PROJECT, "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else int(time.time())


def maintainer():
    """Who builds it, as Debian's tools are told."""
    return f"{os.environ.get('DEBFULLNAME', 'The wwd authors')} <{os.environ.get('DEBEMAIL', 'wwd@localhost')}>"


def make_stage(build, stage, epoch):
    """Every file as it is on the machine in the end, but for owners."""
    run(["cmake", "--install", build, "--strip"], env={**os.environ, "DESTDIR": stage}, umask=0o022)
    for machine in CLIENTS:
        if not os.path.exists(f"{stage}/usr/share/warewulf/overlays/wwclient.{machine}/rootfs/warewulf/wwclient"):
            sys.exit(f"package: {build} has no wwclient for {machine} (./dev build says why)")
    # The site's from the first change on, so it is no file of the package (first-site.sh).
    os.rename(f"{stage}/etc/warewulf/nodes.conf", f"{stage}/usr/share/warewulf/nodes.conf")
    os.chmod(f"{stage}/usr/share/warewulf/nodes.conf", 0o644)
    documents = f"{stage}/usr/share/doc/wwd"
    os.rename(f"{documents}/LICENSE", f"{documents}/copyright")
    for page in glob.glob(f"{stage}/usr/share/man/*/*"):
        with open(page, "rb") as f:
            compress(f"{page}.gz", f.read())
        os.unlink(page)
    for folder, folders, names in os.walk(stage, topdown=False):
        for name in [*names, *folders]:
            os.utime(f"{folder}/{name}", (epoch, epoch), follow_symlinks=False)


def units(stage):
    """Its systemd units; not second names, and not what others start as instances."""
    folder = f"{stage}/usr/lib/systemd/system"
    return " ".join(name for name in sorted(os.listdir(folder)) if "@" not in name and not os.path.islink(f"{folder}/{name}"))


def compress(path, data):
    with open(path, "wb") as f:
        f.write(gzip.compress(data, 9, mtime=0))
    os.chmod(path, 0o644)


def entries(stage):
    """Sorted (path without the leading slash, mode) of everything in the tree."""
    found = []
    for folder, folders, names in os.walk(stage):
        for name in [*folders, *names]:
            path = os.path.join(folder, name)
            found.append((os.path.relpath(path, stage), os.lstat(path).st_mode))
    return sorted(found)


# ---- the two forms


def changelog(version, epoch):
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(epoch))
    return f"wwd ({version}) unstable; urgency=medium\n\n  * The history is in the source tree.\n\n -- {maintainer()}  {date}\n"


def make_deb(stage, output, version, epoch):
    machine = run(["dpkg", "--print-architecture"]).strip()
    size = sum(os.lstat(f"{stage}/{path}").st_size // 1024 + 1 for path, mode in entries(stage))
    with tempfile.TemporaryDirectory() as work:
        tree = f"{work}/tree"
        shutil.copytree(stage, tree, symlinks=True)
        # These two are Debian's alone.
        write(f"{tree}/usr/share/lintian/overrides/wwd", read(f"{HERE}/deb/lintian-overrides"))
        compress(f"{tree}/usr/share/doc/wwd/changelog.gz", changelog(version, epoch).encode())
        files = [path for path, mode in entries(tree) if not stat.S_ISDIR(mode)]
        control = f"{tree}/DEBIAN"
        values = {"version": version, "machine": machine, "maintainer": maintainer(), "size": str(size)}
        write(f"{control}/control", fill("deb/control.in", libraries=shared_libraries(stage), **values))
        write(f"{control}/conffiles", "".join(f"/{path}\n" for path in files if path.startswith("etc/")))
        for name in ("postinst", "prerm", "postrm"):
            script = fill(f"deb/{name}.in", first_site=read(f"{HERE}/first-site.sh"), units=units(stage))
            write(f"{control}/{name}", script, 0o755)
        summed = [path for path in files if not path.startswith("etc/") and not os.path.islink(f"{tree}/{path}")]
        sums = run(["md5sum", "--", *summed], cwd=tree)
        write(f"{control}/md5sums", sums)
        target = f"{output}/wwd_{version}_{machine}.deb"
        run(["dpkg-deb", "--root-owner-group", "--build", tree, target])
    return target


def shared_libraries(stage):
    """Debian's packages of the libraries that the programs of this machine are linked with."""
    with tempfile.TemporaryDirectory() as work:
        write(f"{work}/debian/control", "Source: wwd\n\nPackage: wwd\nArchitecture: any\n")
        programs = [f"{stage}/usr/bin/wwd", f"{stage}/usr/bin/wwctl"]
        found = run(["dpkg-shlibdeps", "-O", *programs], cwd=work)
    return found.strip().removeprefix("shlibs:Depends=")


def make_rpm(stage, output, version, _epoch):
    with tempfile.TemporaryDirectory() as work:
        first_site = read(f"{HERE}/first-site.sh").replace("%", "%%")
        lines = [spec_line(path, mode) for path, mode in entries(stage)]
        spec = fill("rpm/wwd.spec.in", version=version, output=output, stage=stage, first_site=first_site, units=units(stage),
                    files="\n".join(filter(None, lines)))  # fmt: skip
        write(f"{work}/wwd.spec", spec)
        run(["rpmbuild", "-bb", "--define", f"_topdir {work}/top", "--dbpath", f"{work}/db", f"{work}/wwd.spec"])
    return f"{output}/wwd-{version}-1.{os.uname().machine}.rpm"


def spec_line(path, mode):
    if stat.S_ISDIR(mode):
        own = any(path == folder or path.startswith(f"{folder}/") for folder in OWN_FOLDERS)
        return f'%dir "/{path}"' if own else None
    if path.startswith("etc/"):
        return f'%config(noreplace) "/{path}"'
    return f'"/{path}"'


def publish(package, output):
    """The package in its folder, all of it or none."""
    target = f"{output}/{os.path.basename(package)}"
    shutil.copyfile(package, f"{target}.new")
    os.replace(f"{target}.new", target)
    return target


def main(argv):
    parser = argparse.ArgumentParser(prog="dev package", description="Make a Debian package and an RPM.")
    parser.add_argument("--build", required=True, help="the build folder whose programs are packaged")
    parser.add_argument("--output", default=f"{PROJECT}/build/package", help="where they are put (build/package)")
    parser.add_argument("--version", default=version_of_the_tree(), help="instead of the one that tag and history give")
    parser.add_argument("--only", choices=("deb", "rpm"), help="one of the two")
    options = parser.parse_args(argv)
    output, epoch = os.path.abspath(options.output), time_of_the_tree()
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    os.makedirs(output, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        stage = f"{work}/wwd"
        make_stage(os.path.abspath(options.build), stage, epoch)
        for kind, make in (("deb", make_deb), ("rpm", make_rpm)):
            if options.only in (None, kind):
                print(publish(make(stage, work, options.version, epoch), output))


if __name__ == "__main__":
    main(sys.argv[1:])
