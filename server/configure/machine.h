// SPDX-License-Identifier: BSD-3-Clause
//
// The machine that is configured: where its files are, whose distribution it runs, and which
// package of that brings what is missing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/net.h"

namespace ww::configure {

enum class Family { Unknown, Debian, RedHat, Suse };

/// What `configure` needs and does not bring.
enum class Software {
    DhcpServer,
    TftpServer,
    NfsServer,
    SshKeygen,
    BiosProgram,
    X64Program,
    ArmProgram,
    Shim,
    Grub,
    GrubModules
};

struct Interface {
    std::string name;  // "eth0"
    IpAddress address;
};

struct Machine {
    std::string root;  // stands before every path; empty: the machine itself
    std::string home;  // of the user who configures
    bool is_root = false;
    std::vector<Interface> interfaces;  // with an IPv4 address, once for each; not loopback

    /// This machine and the user of this process.
    static Machine this_one();

    std::string at(std::string_view path) const { return root + std::string(path); }
    /// By ID and ID_LIKE of os-release(5).
    Family family() const;
    /// "dnsmasq", or the names of every family when this one's is not known.
    std::string package_with(Software software) const;
};

}  // namespace ww::configure
