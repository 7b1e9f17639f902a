// SPDX-License-Identifier: BSD-3-Clause
//
// The data of templates that make commands for management controllers (BMCs): the fields of the
// node's ipmi section, and what is wanted. Source: reference/cli.md §4.20.
#pragma once

#include <string>

#include "nodes/node.h"
#include "tmpl/value.h"

namespace ww::render {

struct BmcData : nodes::Ipmi {
    std::string command;      // .Cmd: "PowerOn"
    bool persistent = false;  // .Persistent: beyond the next boot
};

/// A view: `data` must outlive the run.
tmpl::Value bmc_value(const BmcData& data);

}  // namespace ww::render
