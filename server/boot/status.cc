// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status.h"

#include <algorithm>

#include "boot/request.h"

namespace ww::boot {

void StatusBoard::record(const Record& record, int64_t unix_seconds) {
    seen_.with([&](auto& all) {
        all.insert_or_assign(record.node,
                             Seen{record.stage, record.sent, record.peer_address, unix_seconds});
    });
}

LastSent StatusBoard::row(const std::string& node, const Seen& seen) {
    return {
        node, std::string(to_string(seen.stage)), seen.sent, seen.peer_address, seen.unix_seconds};
}

void StatusBoard::retain(const store::Snapshot& snapshot, bool forget_unknown) {
    seen_.with([&](auto& all) {
        erase_if(all, [&](const auto& row) {
            return row.first.empty() ? forget_unknown : snapshot.find(row.first) == nullptr;
        });
    });
}

std::vector<LastSent> StatusBoard::list(const store::Snapshot& snapshot) const {
    std::vector<LastSent> rows;
    seen_.with([&](const auto& all) {
        for (const store::Node& node : snapshot.nodes()) {
            const auto found = all.find(node.id);
            rows.push_back(found == all.end() ? LastSent{.node = node.id}
                                              : row(node.id, found->second));
        }
        if (const auto unknown = all.find(""); unknown != all.end())
            rows.push_back(row("", unknown->second));
    });
    std::sort(rows.begin(), rows.end(), [](const LastSent& a, const LastSent& b) {
        return a.node < b.node;
    });
    return rows;
}

std::string StatusBoard::to_json(const store::Snapshot& snapshot) const {
    std::string out = "{\n  \"nodes\": {";
    bool first = true;
    for (const LastSent& is : list(snapshot)) {
        const std::string quoted = store::json_quote(is.node);
        out += fmt::format(
            "{}\n    {}: {{\n      \"node name\": {},\n      \"stage\": {},\n      \"sent\": {},\n"
            "      \"ipaddr\": {},\n      \"last seen\": {}\n    }}",
            first ? "" : ",",
            quoted,
            quoted,
            store::json_quote(is.stage),
            store::json_quote(is.sent),
            store::json_quote(is.peer_address),
            is.unix_seconds);
        first = false;
    }
    return out + (first ? "}\n}" : "\n  }\n}");
}

}  // namespace ww::boot
