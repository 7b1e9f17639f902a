// SPDX-License-Identifier: BSD-3-Clause
//
// The command that makes a node's management controller do something, from the template that its
// ipmi section names. Source: reference/cli.md §4.20.
#pragma once

#include <string>

#include "base/result.h"
#include "nodes/node.h"
#include "power/verb.h"
#include "render/render.h"

namespace ww::power {

/// For `/bin/sh -c`, with `password` in the environment variable fields::kBmcPasswordVariable.
struct Command {
    std::string text;
    std::string shown;  // the same with asterisks for the password, if a template writes it there
    std::string password;
};

/// Reads each template once. One thread.
class Commands {
   public:
    /// `datadir`: templates are in <datadir>/warewulf/bmc, unless a node names one by its path.
    explicit Commands(const std::string& datadir);

    /// Errors: FailedPrecondition (no address: a command without one would be for this machine's
    /// own controller; no template; a template that has no such command), NotFound, Io,
    /// Unprocessable (the template).
    Result<Command> make(const nodes::Node& node, const Verb& verb, bool persistent);

   private:
    Result<std::string> path_of(const std::string& name) const;

    std::string folder_;
    render::TemplateCache templates_;
};

}  // namespace ww::power
