// SPDX-License-Identifier: BSD-3-Clause
//
// The data templates see: Go types with fields and methods, as views of the store's values; nothing
// is copied. Node data comes in two views, as upstream's does: the live one (.ThisNode, .AllNodes),
// and a copy that lost names, "primary" and false booleans (the root's own fields). Source:
// reference/templates.md §12, §13.
#pragma once

#include <map>
#include <string>

#include "config/config.h"
#include "nodes/node.h"
#include "nodes/snapshot.h"
#include "tmpl/value.h"

namespace ww::render {

/// What the root of an overlay template is made of. Must outlive the run, with all it points to.
struct RootData {
    const config::WarewulfConf* conf = nullptr;
    const nodes::Snapshot* snapshot = nullptr;
    nodes::Node node;  // merged; its kernel version filled in where it was detected
    std::string build_host;
    std::string build_time;       // "MM-DD-YYYY HH:MM:SS ZONE"
    std::string build_time_unix;  // seconds
    std::string build_source;     // absolute path of the template
    std::string overlay;
    std::string arch;  // of the node's machine, as uname -m has it; empty: nobody knows
    // Filled by derive(), so that templates only view them.
    nodes::NodeList all_nodes;
    std::string ip_cidr, network_cidr, ip_cidr6, network6, network_cidr6;

    void derive();
};

/// The root of overlay templates (upstream's TemplateStruct, by value), and its type.
tmpl::Type root_type();
tmpl::Value root_value(const RootData& root);

/// The root of iPXE and GRUB templates. Source: templates.md §13.2.
struct ScriptData {
    std::string id;
    std::string cluster;
    std::string image_name;
    std::string ipxe;
    std::string root;
    std::string hwaddr;
    std::string ipaddr;
    std::string ipaddr6;
    std::string port;
    std::string authority;
    std::string kernel_args;
    std::string kernel_version;
    std::string arch;            // as RootData's
    std::string image_compress;  // what to ask the image with: "gz", or "zstd"
    std::string empty;           // .Message and .WaitTime, which upstream never sets
    bool tls = false;
    const nodes::StringMap* tags = nullptr;
    const std::map<std::string, nodes::NetDev>* network_devices = nullptr;
};
tmpl::Value script_value(const ScriptData& script);

}  // namespace ww::render
