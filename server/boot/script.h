// SPDX-License-Identifier: BSD-3-Clause
//
// iPXE and GRUB scripts: which template, and the data it sees. Source: reference/http.md §2.7, §3.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "boot/ask.h"
#include "boot/images.h"
#include "config/config.h"
#include "nodes/node.h"
#include "render/render.h"

namespace ww::boot {

/// A rendered script and the base name of its template.
struct Script {
    std::string name;
    std::string text;
};

/// Any thread. What it is given must outlive it.
class Scripts {
   public:
    Scripts(const config::WarewulfConf& conf, const NodeImages& images);

    /// Errors: NotFound (no such template file), Unprocessable (it does not parse or run), Io.
    Result<Script> ipxe(const nodes::Node& node, const Ask& ask);
    Result<Script> grub(const nodes::Node& node, const Ask& ask);
    /// For a node nobody knows: only its address is given.
    Result<Script> unconfigured(const Ask& ask);

   private:
    Result<Script> render(const std::string& folder,
                          const std::string& name,
                          const render::ScriptData& data);
    render::ScriptData data_for(const nodes::Node& node, const Ask& ask) const;

    const config::WarewulfConf& conf_;
    const NodeImages& images_;
    render::TemplateCache templates_;
};

/// "10.0.0.1:9873", or "[fd00::1]:9873" for somebody who came by IPv6 if the server has such an
/// address.
std::string authority(const config::WarewulfConf& conf, std::string_view peer_address);

}  // namespace ww::boot
