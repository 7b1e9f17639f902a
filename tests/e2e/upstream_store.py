# SPDX-License-Identifier: BSD-3-Clause
"""What Warewulf 4.7 makes of a nodes.conf: whether it loads it, and what its next write would lose. Facts of the format
only, and held against Warewulf's own recorded answers by test_there_and_back.py. Not the reader of wwd: that one must not be
its own witness."""

import ipaddress

import yaml

TEXT, WORD, TRUTH, ADDRESS, ANY = "text", "word", "truth", "address", "any"
TEXTS = [TEXT]


class Map:
    """Any names, each with a value of one kind."""

    def __init__(self, value):
        self.value = value


KERNEL = {"version": TEXT, "args": TEXTS}
IPMI = dict.fromkeys(("username", "password", "port", "interface", "escapechar", "template"), TEXT) | {
    **dict.fromkeys(("ipaddr", "gateway", "netmask"), ADDRESS),
    "write": WORD,
    "tags": Map(TEXT),
}
NETDEV = dict.fromkeys(("type", "device", "hwaddr", "prefixlen6", "mtu"), TEXT) | {
    **dict.fromkeys(("ipaddr", "netmask", "gateway", "ipaddr6", "gateway6"), ADDRESS),
    "onboot": WORD,
    "tags": Map(TEXT),
}
PARTITION = dict.fromkeys(("number", "size_mib", "start_mib", "type_guid", "guid"), TEXT) | dict.fromkeys(
    ("wipe_partition_entry", "should_exist", "resize"), TRUTH
)
FILESYSTEM = dict.fromkeys(("format", "path", "label", "uuid", "mount_options"), TEXT) | {
    "wipe_filesystem": TRUTH,
    "options": TEXTS,
}
PROFILE = dict.fromkeys(
    ("comment", "cluster name", "image name", "ipxe template", "init", "root", "primary network"), TEXT
) | {
    **dict.fromkeys(("profiles", "runtime overlay", "system overlay"), TEXTS),
    "kernel": KERNEL,
    "ipmi": IPMI,
    "network devices": Map(NETDEV),
    "tags": Map(TEXT),
    "disks": Map({"wipe_table": TRUTH, "partitions": Map(PARTITION)}),
    "filesystems": Map(FILESYSTEM),
    "resources": Map(ANY),
}
NODE = PROFILE | {"discoverable": WORD, "asset key": TEXT}
FILE = {"nodeprofiles": Map(PROFILE), "nodes": Map(NODE)}

TRUE_OR_FALSE = {word for base in ("true", "false") for word in (base, base.capitalize(), base.upper())}
OLD_WORDS = {word for base in ("yes", "no", "on", "off", "y", "n") for word in (base, base.capitalize(), base.upper())}
NOTHING = {"", "~", "null", "Null", "NULL"}


def is_null(node):
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in NOTHING


class Look:
    """`refusals`: why it does not load; `losses`: what it loads, but drops or breaks on. Lines of text each."""

    def __init__(self, text):
        self.refusals = []
        self.losses = []
        try:
            first = next(yaml.compose_all(text, Loader=yaml.SafeLoader), None)
        except yaml.YAMLError as error:
            self.refusals.append(f"no YAML: {error}")
            return
        if first is not None and not is_null(first):
            self.value(first, FILE, "the file")

    def value(self, node, kind, name):
        if is_null(node):
            if isinstance(kind, dict) and kind is not FILE:
                self.losses.append(f"{name}: null")
        elif kind is ANY:
            self.unique_everywhere(node, name)
        elif isinstance(kind, (dict, Map)):
            self.mapping(node, kind, name)
        elif kind is TEXTS:
            if not isinstance(node, yaml.SequenceNode):
                self.refusals.append(f"{name}: not a list")
                return
            for item in node.value:
                self.value(item, TEXT, name)
        elif not isinstance(node, yaml.ScalarNode):
            self.refusals.append(f"{name}: not a scalar")
        elif kind is TRUTH:
            plain = node.style is None and node.value in TRUE_OR_FALSE
            if not plain and node.value not in OLD_WORDS:
                self.refusals.append(f"{name}: no boolean: {node.value}")
        elif kind is ADDRESS and node.value:
            try:
                if "%" in node.value:
                    raise ValueError("a zone")
                ipaddress.ip_address(node.value)
            except ValueError as error:
                self.refusals.append(f"{name}: {error}")

    def mapping(self, node, kind, name):
        if not isinstance(node, yaml.MappingNode):
            self.refusals.append(f"{name}: not a map")
            return
        self.unique(node, name)
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    self.mapping(merged, kind, name)
            elif isinstance(kind, Map):
                self.value(value, kind.value, f"{name}: {key.value}")
            elif key.value in kind:
                self.value(value, kind[key.value], f"{name}: {key.value}")
            else:
                self.losses.append(f"{name}: unknown key {key.value}")

    def unique(self, node, name):
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    self.refusals.append(f"{name}: {key.value} twice")
                seen.add((key.tag, key.value))

    def unique_everywhere(self, node, name):
        if isinstance(node, yaml.MappingNode):
            self.unique(node, name)
            for _, value in node.value:
                self.unique_everywhere(value, name)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                self.unique_everywhere(value, name)
