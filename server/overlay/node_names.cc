// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/node_names.h"

#include <unistd.h>

namespace ww::overlay {

std::string server_name() {
    char name[256] = {};
    if (::gethostname(name, sizeof name - 1) != 0) return "localhost";
    return name;
}

nodes::Node server_as_node() {
    nodes::Node server;
    server.id = server.cluster_name = server_name();
    server.valid = false;
    return server;
}

Result<void> check_node_id(const std::string& id) {
    if (id.empty() || id == "." || id == ".." ||
        id.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("\"{}\" cannot be the name of a node", id));
    return {};
}

}  // namespace ww::overlay
