// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status.h"

#include <vector>

#include "boot/request.h"

namespace ww::boot {

void StatusBoard::record(const Record& record, int64_t unix_seconds) {
    Seen seen{std::string(to_string(record.stage)), record.sent, record.peer_address, unix_seconds};
    seen_.with([&](auto& all) { all.insert_or_assign(record.node, std::move(seen)); });
}

void StatusBoard::retain(const store::Snapshot& snapshot) {
    seen_.with([&](auto& all) {
        std::erase_if(all, [&](const auto& row) { return snapshot.find(row.first) == nullptr; });
    });
}

std::string StatusBoard::to_json(const store::Snapshot& snapshot) const {
    const auto seen = seen_.with([](const auto& all) { return all; });
    std::map<std::string_view, const Seen*> rows;
    for (const store::Node& node : snapshot.nodes()) {
        const auto found = seen.find(node.id);
        rows[node.id] = found == seen.end() ? nullptr : &found->second;
    }
    if (const auto unknown = seen.find(""); unknown != seen.end()) rows[""] = &unknown->second;

    static const Seen kNever;
    std::string out = "{\n  \"nodes\": {";
    bool first = true;
    for (const auto& [name, row] : rows) {
        const Seen& is = row == nullptr ? kNever : *row;
        const std::string quoted = store::json_quote(name);
        out += fmt::format(
            "{}\n    {}: {{\n      \"node name\": {},\n      \"stage\": {},\n      \"sent\": {},\n"
            "      \"ipaddr\": {},\n      \"last seen\": {}\n    }}",
            first ? "" : ",", quoted, quoted, store::json_quote(is.stage), store::json_quote(is.sent),
            store::json_quote(is.peer_address), is.last_seen);
        first = false;
    }
    return out + (first ? "}\n}" : "\n  }\n}");
}

}  // namespace ww::boot
