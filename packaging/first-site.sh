# SPDX-License-Identifier: BSD-3-Clause
# Users and folders, and the first nodes.conf of a site that has none. From then on it is the site's: no upgrade, removal or
# purge touches it.
systemd-sysusers wwd.conf
systemd-tmpfiles --create wwd.conf || true
if [ ! -e /etc/warewulf/nodes.conf ] && [ ! -L /etc/warewulf/nodes.conf ]; then
    install -m 0640 -o root -g warewulf /usr/share/warewulf/nodes.conf /etc/warewulf/.nodes.conf.new
    sync /etc/warewulf/.nodes.conf.new
    mv -f /etc/warewulf/.nodes.conf.new /etc/warewulf/nodes.conf
fi
