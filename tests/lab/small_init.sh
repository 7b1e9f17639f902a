#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The init of the small test image: network up, a report of what the node has got, then a line for each
# change of the runtime overlay. Every line for the tests starts with "NODE ".

PATH=/sbin:/bin:/usr/sbin:/usr/bin
exec < /dev/console > /dev/console 2>&1
echo 1 > /proc/sys/kernel/printk    # the kernel would write into the middle of our lines

say() { echo "NODE $*"; }

# entry PATH: type, mode, owner, group, content (sha256, link target or -), path.
entry() {
    if [ -L "$1" ]; then
        say "entry link - $(stat -c '%u %g' "$1") $(readlink "$1") $1"
    elif [ -d "$1" ]; then
        say "entry dir $(stat -c '%a %u %g' "$1") - $1"
    else
        sum=$(sha256sum "$1")
        say "entry file $(stat -c '%a %u %g' "$1") ${sum%% *} $1"
    fi
}

say "start kernel=$(uname -r) machine=$(uname -m) hostname=$(cat /etc/hostname 2> /dev/null)"
say "cmdline $(cat /proc/cmdline)"
grep -q selinuxfs /proc/filesystems && say "security selinux"
say "root $(awk '$2 == "/" { type = $3 } END { print type }' /proc/mounts)"

while read -r module; do
    insmod "/lib/modules/$module.ko" || say "module $module failed"
done < /lib/modules/order
tries=0
until [ -e /sys/class/net/eth0 ] || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    usleep 50000
done
mkdir -p /run/network /etc/network/if-up.d /etc/network/if-pre-up.d
for file in /etc/network/interfaces.d/*; do
    grep -v '^allow-hotplug' "$file" > /run/network/interfaces    # unknown to this ifup
    ifup -i /run/network/interfaces -a || say "ifup $file failed"
done
say "address $(ip -4 -o addr show dev eth0 | awk '{ print $4 }')"

# Lists as the image's own /etc/report asks: one path per line, walked.
while read -r path; do
    find "$path" | sort | while read -r found; do entry "$found"; done
done < /etc/report
# Those tests that look closer bring the tool.
[ -x /bin/inodes ] && (cd / && inodes)
say "report-end"

: >> /var/log/wwclient.log
tail -n +1 -f /var/log/wwclient.log | while read -r line; do say "wwclient: $line"; done &

# Tells of files as the image's own /etc/watched asks, whenever one of them holds something else.
mkdir -p /run/watched
while :; do
    number=0
    while read -r path; do
        number=$((number + 1))
        last=/run/watched/$number
        if [ -e "$path" ] && ! cmp -s "$path" "$last"; then
            cp "$path" "$last"
            say "changed $path $(cat "$last")"
            entry "$path"
        fi
    done < /etc/watched
    if [ -e /etc/power-off ]; then
        say "power-off"
        poweroff -f
    fi
    usleep 100000
done
