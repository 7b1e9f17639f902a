// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace ww::fields {

/// A URL without what lets its reader in: "https://********@host/path?********". Anything else as
/// it is.
std::string without_credentials(std::string_view word);

}  // namespace ww::fields
