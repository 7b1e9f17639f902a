#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# install.sh SYSCONFDIR DATADIR: boot scripts into SYSCONFDIR/warewulf/{ipxe,grub}, BMC commands into
# DATADIR/warewulf/bmc. Boot scripts are a site's own to edit: one that exists is left alone.
set -eu

[ $# -eq 2 ] || { echo "usage: $0 SYSCONFDIR DATADIR" >&2; exit 2; }
source=$(dirname "$(realpath "$0")")

install -d -m 0755 "$1/warewulf/ipxe" "$1/warewulf/grub" "$2/warewulf/bmc"
cd "$source"
for file in ipxe/*.ipxe grub/*.ww; do
    [ -e "$1/warewulf/$file" ] || install -m 0644 "$file" "$1/warewulf/$file"
done
install -m 0644 bmc/*.tmpl "$2/warewulf/bmc/"
