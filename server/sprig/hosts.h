// SPDX-License-Identifier: BSD-3-Clause
//
// Addresses of hosts by name, for getHostByName.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ww::sprig {

/// As this machine's name service has them, each once; none: it knows no such host. Blocking.
std::vector<std::string> addresses_of_host(const std::string& name);

/// Who is asked instead, by a process that has no network. Before there is a second thread.
void set_host_lookup(std::function<std::vector<std::string>(const std::string&)> lookup);

}  // namespace ww::sprig
