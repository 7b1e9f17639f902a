#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# install.sh DEST [WWCLIENT]: lays the stock overlays out in DEST with the modes they need on a node
# (see the file `modes`), owned by the caller. WWCLIENT is the built client; without it the overlay
# wwclient has no program. Packages, `./dev root` and the demo all install through this.
set -eu

[ $# -ge 1 ] || { echo "usage: $0 DEST [WWCLIENT]" >&2; exit 2; }
source=$(dirname "$(realpath "$0")")
destination=$1
client=${2:-}

umask 022
mkdir -p "$destination"
cd "$source"
for overlay in */rootfs; do
    overlay=${overlay%/rootfs}
    rm -rf "${destination:?}/$overlay"
    mkdir "$destination/$overlay"
    cp -RP "$overlay/rootfs" "$overlay/README.md" "$destination/$overlay/"
done

if [ -n "$client" ]; then
    cp "$client" "$destination/wwclient/rootfs/warewulf/wwclient"
fi

cd "$destination"
find . -type d -exec chmod 0755 {} +
find . -type f -exec chmod 0644 {} +
while read -r mode path; do
    case "$mode" in
        '#'* | '') ;;
        *) chmod "$mode" "$path" ;;
    esac
done < "$source/modes"

# Copies under other names: one per architecture for clusters that mix them, and an old name.
if [ -n "$client" ]; then
    chmod 0755 wwclient/rootfs/warewulf/wwclient
    rm -rf "wwclient.$(uname -m)"
    cp -RP wwclient "wwclient.$(uname -m)"
fi
if [ -d ifupdown ]; then
    rm -rf debian.interfaces
    cp -RP ifupdown debian.interfaces
fi
