#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The first stage of a two stage boot. Order, arguments of the programs and names of files are those of
# Warewulf's module for dracut, which images bring along.

PATH=/bin
export PATH
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
exec < /dev/console > /dev/console 2>&1
echo 1 > /proc/sys/kernel/printk

say() { echo "STAGE $*"; }

# argument NAME: the value of NAME=VALUE of the kernel's command line.
argument() {
    for word in $(cat /proc/cmdline); do
        case "$word" in
            "$1="*) echo "${word#*=}"; return 0 ;;
        esac
    done
    return 1
}

while read -r module; do insmod "/lib/modules/$module.ko"; done < /lib/modules/order

# ip=ADDRESS::GATEWAY:MASK::DEVICE:none
IFS=: read -r address _ gateway mask _ device _ << ARGUMENT
$(argument ip)
ARGUMENT
tries=0
until [ -e "/sys/class/net/$device" ] || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    usleep 50000
done
ifconfig "$device" "$address" netmask "$mask" up || say "no network"
[ -z "$gateway" ] || route add default gw "$gateway"

# fetch STAGE FOLDER [OPTION...]; programs by their paths, since this shell has its own of these names.
fetch() {
    stage=$1 folder=$2
    shift 2
    say "fetching $stage"
    /bin/curl --location --silent --get --retry 60 --retry-connrefused --retry-delay 1 \
        --data-urlencode "assetkey=" --data-urlencode "uuid=" --data-urlencode "compress=gz" "$@" \
        "$(argument wwinit.server)/$stage/$(argument wwid)" | /bin/gzip -d | /bin/cpio -ium --quiet --directory="$folder"
}

mkdir -p /tmp/wwinit
fetch system /tmp/wwinit || say "no system overlay"
PREFIX=/tmp/wwinit /tmp/wwinit/warewulf/run-wwinit.d
case "$(argument root)" in
    wwinit:tmpfs) mount -t tmpfs -o mpol=interleave,mode=0755 tmpfs /newroot || say "no root" ;;
    *) say "root is $(argument root)" ;;
esac
fetch image /newroot || say "the image did not arrive whole"
fetch system /newroot || say "no system overlay"
. /newroot/warewulf/config
fetch runtime /newroot --local-port 1-1023 || say "no runtime overlay"
[ ! -d /tmp/wwinit/warewulf/run ] || cp -a /tmp/wwinit/warewulf/run /newroot/warewulf/
say "switching"
init=$(argument init)
for where in proc sys dev run; do
    mkdir -p "/newroot/$where"
    mount -o move "/$where" "/newroot/$where"
done
exec switch_root /newroot "$init"
