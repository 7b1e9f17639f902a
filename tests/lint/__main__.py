# SPDX-License-Identifier: BSD-3-Clause
"""`./dev lint [--all]`: every check. The cheap ones look at every file, clang-tidy and single headers at changed ones."""

import argparse
import sys
import time

import compilers
import documents
import forbidden
import layering
import messages
import once
import sizes
import tree


def main(argv):
    parser = argparse.ArgumentParser(prog="dev lint")
    parser.add_argument("--all", action="store_true", help="clang-tidy and single headers on every file, not only changed ones")
    parser.add_argument("--build", required=True, help="configured build folder (compile_commands.json)")
    options = parser.parse_args(argv)
    files = tree.all_files()
    near = files if options.all else tree.changed_files()
    checks = {
        "layers": lambda: layering.check(files),
        "forbidden": lambda: forbidden.check(files),
        "once": lambda: once.check(files),
        "documents": lambda: documents.check(files),
        "messages": lambda: messages.check(files),
        "sizes": lambda: sizes.check(files),
        "format": lambda: compilers.format(files),
        "headers": lambda: compilers.headers(near, options.build),
        "tidy": lambda: compilers.tidy(near, options.build),
    }
    total = 0
    for name, check in checks.items():
        started = time.monotonic()
        findings = sorted(set(check()), key=lambda f: (f.path, f.line))
        for finding in findings:
            print(f"{finding} [{name}]")
        total += len(findings)
        print(f"{name:10} {len(findings)} findings ({time.monotonic() - started:.1f} s)", flush=True)
    sizes.report(files)
    print("clean" if not total else f"{total} findings")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
