// SPDX-License-Identifier: BSD-3-Clause
//
// An overlay that cannot be made, as an administrator meets it: a word for `node status`, a line on
// the node's console. The whole of it is in the log and in `wwctl overlay build NODE`.
#pragma once

#include <string>
#include <string_view>

namespace ww::boot {

/// "FAILED t.ww:1:2", or "FAILED" where the error has no place in a template.
std::string failed_word(std::string_view headline);

/// A boot script of the node that says so first. `headline`: of the error.
std::string tell_failure_ipxe(std::string script, std::string_view headline);
std::string tell_failure_grub(std::string script, std::string_view headline);

}  // namespace ww::boot
