#!/bin/sh
# Runs the scripts of $PREFIX/warewulf/wwinit.d in the order of their names: what must happen before
# the root file system is filled, such as partitioning and formatting. PREFIX is where the system
# overlay lies: empty in a single stage boot, a temporary folder in the initramfs of a two stage one.

PREFIX=${PREFIX:-}
export PREFIX

for script in "$PREFIX"/warewulf/wwinit.d/*; do
    [ -f "$script" ] || continue
    echo "wwinit: running ${script##*/}"
    sh "$script" || echo "wwinit: warning: ${script##*/} ended with status $?" >&2
done
exit 0
