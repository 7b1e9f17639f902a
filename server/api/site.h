// SPDX-License-Identifier: BSD-3-Clause
//
// What the handlers of the API work on: one site and its services, owned by whoever serves.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

namespace ww::config {
struct WarewulfConf;
}  // namespace ww::config

namespace ww::access {
class TokenFile;
}  // namespace ww::access

namespace ww::store {
class Database;
}  // namespace ww::store

namespace ww::overlay {
class Builder;
}  // namespace ww::overlay

namespace ww::jobs {
class Outside;
class Registry;
}  // namespace ww::jobs

namespace ww::boot {
class Service;
}  // namespace ww::boot

namespace ww::api {

class StatusTicker;

/// References; any thread may use what they refer to.
struct Site {
    std::string config;  // canonical path of warewulf.conf
    const config::WarewulfConf& conf;
    store::Database& database;
    overlay::Builder& overlays;
    jobs::Registry& jobs;
    /// Who has the work of jobs done; nullptr: this process does it itself.
    jobs::Outside* outside = nullptr;
    access::TokenFile& tokens;
    /// What nodes were sent; nullptr in a private wwd, which serves no nodes.
    const boot::Service* boot = nullptr;
    /// The same as it changes; nullptr likewise.
    StatusTicker* ticker = nullptr;
    int64_t started = std::time(nullptr);  // Unix seconds
};

}  // namespace ww::api
