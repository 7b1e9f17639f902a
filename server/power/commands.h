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

/// Whose templates count: who may name any file as one has its commands run by whoever runs them.
enum class Templates { Anywhere, Installed };

/// Reads each template once. One thread.
class Commands {
   public:
    /// `datadir`: templates are installed in <datadir>/warewulf/bmc; a node may name another by its
    /// path, which counts where it may be anywhere.
    explicit Commands(const std::string& datadir, Templates from = Templates::Anywhere);

    /// Errors: FailedPrecondition (no address: a command without one would be for this machine's
    /// own controller; no template; a template that has no such command), NotFound,
    /// PermissionDenied (it is not installed), Io, Unprocessable (the template).
    Result<Command> make(const nodes::Node& node, const Verb& verb, bool persistent);

   private:
    Result<std::string> path_of(const std::string& name) const;

    std::string folder_;
    Templates from_;
    render::TemplateCache templates_;
};

}  // namespace ww::power
