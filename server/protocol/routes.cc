// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/routes.h"

namespace ww::protocol {

std::span<const RouteRow> routes() {
#define WW_ROUTE_ROW(name, handler, path, access, request, reply, doc) \
    {#name, path, Access::access, #request, #reply, doc},
    static constexpr RouteRow rows[] = {WW_ROUTES(WW_ROUTE_ROW)};
#undef WW_ROUTE_ROW
    return rows;
}

}  // namespace ww::protocol
