# Partitions and formats the disks with Ignition before the root is filled, where the image (or the
# initramfs of a two stage boot) has it. A node that could not leaves it to ww-ignition.service.

PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
config=${PREFIX:-}/warewulf/ignition.json

[ -e "$config" ] || exit 0
command -v ignition > /dev/null || exit 0

echo "10-ignition: preparing the disks"
if ignition --config-cache="$config" --platform=metal --stage=disks; then
    mkdir -p "${PREFIX:-}/warewulf/run"
    : > "${PREFIX:-}/warewulf/run/.ignition-done"
else
    echo "10-ignition: preparing the disks failed" >&2
    exit 1
fi
