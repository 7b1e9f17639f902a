// SPDX-License-Identifier: BSD-3-Clause
//
// The files of the overlay `host`, rendered for this server, and which part of `configure` writes
// which. Source: reference/overlays.md §7, §9.5.
#pragma once

#include <functional>
#include <string_view>

#include "configure/plan.h"

namespace ww::configure {

enum class Owner { Dhcp, Nfs, Ssh, Hostfile, Tftp, Everybody };

/// Whose a path of the overlay (without a leading slash) is.
Owner owner_of(std::string_view path, const config::WarewulfConf& conf);

/// Adds to the plan what the overlay makes and `wants` accepts, and the notes of rendering.
Result<void> add_host_files(const Situation& situation,
                            Plan& plan,
                            const std::function<bool(std::string_view path, Owner)>& wants);

}  // namespace ww::configure
