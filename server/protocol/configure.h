// SPDX-License-Identifier: BSD-3-Clause
//
// Setting up the services of the head node, as it is asked for.
#pragma once

#include "protocol/types.h"

namespace ww::protocol {

struct ConfigureRequest {
    Names parts;           // tls, warewulfd, tftp, dhcp, nfs, ssh, hostfile; done in this order
    bool alone = false;    // one part by its name, not all of them
    bool dry_run = false;  // show, and change nothing
    Names key_types;       // ssh; empty: those of the configuration
    bool force = false;    // tls: new keys
    std::string import_dir;
    std::string export_dir;

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("parts", self.parts);
        visit("alone", self.alone);
        visit("dry_run", self.dry_run);
        visit("key_types", self.key_types);
        visit("force", self.force);
        visit("import_dir", self.import_dir);
        visit("export_dir", self.export_dir);
    }
};

struct ConfigureReply {
    bool changed = false;  // or, of a dry run, would be
    std::string shown;     // what a dry run shows

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("changed", self.changed);
        visit("shown", self.shown);
    }
};

struct ServerControlRequest {
    std::string verb;  // start, stop, restart, reload

    template <class Self, class Visit>
    static void members(Self& self, Visit&& visit) {
        visit("verb", self.verb);
    }
};

}  // namespace ww::protocol
