// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status.h"

#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>

#include "base/json_text.h"
#include "base/prefetch.h"
#include "boot/by_node.h"
#include "boot/request.h"

namespace ww::boot {

namespace {

// What LastSent says, without the node and short.
struct Seen {
    Stage stage;
    std::string sent;
    std::string peer_address;
    int64_t unix_seconds;

    LastSent of(const std::string& node) const {
        return {.node = node,
                .stage = std::string(to_string(stage)),
                .sent = sent,
                .peer_address = peer_address,
                .unix_seconds = unix_seconds};
    }
};

}  // namespace

// Written once per answer, in a boot storm for another node each time: a flat table costs the
// fewest cache lines.
struct StatusBoard::State {
    ByNode<boost::unordered_flat_map<std::string, Seen>> seen;

    LastSent of(const std::string& node) const {
        return seen.with(node, [&](const auto& part) {
            const auto found = part.find(node);
            return found == part.end() ? LastSent{.node = node} : found->second.of(node);
        });
    }
    std::atomic<uint64_t> changes = 0;  // counted when they are made
};

StatusBoard::StatusBoard() : state_(std::make_unique<State>()) {}
StatusBoard::~StatusBoard() = default;

void StatusBoard::read_ahead(std::span<const nodes::Node* const> nodes) const {
    for (const nodes::Node* node : nodes) {
        if (node == nullptr) continue;
        state_->seen.with(node->id, [&](const auto& part) {
            if (const auto found = part.find(node->id); found != part.end()) {
                prefetch(&found->second);
                prefetch(&found->second.unix_seconds);
            }
        });
    }
}

void StatusBoard::record(const Record& record, int64_t unix_seconds) {
    state_->seen.with(record.node, [&](auto& part) {
        part.insert_or_assign(record.node,
                              Seen{record.stage, record.sent, record.peer_address, unix_seconds});
    });
    ++state_->changes;
}

void StatusBoard::retain(const nodes::Snapshot& snapshot, bool forget_unknown) {
    state_->seen.with_each([&](auto& part) {
        erase_if(part, [&](const auto& row) {
            return row.first.empty() ? forget_unknown : snapshot.find(row.first) == nullptr;
        });
    });
    ++state_->changes;
}

uint64_t StatusBoard::changes() const { return state_->changes; }

std::vector<LastSent> StatusBoard::list(const nodes::Snapshot& snapshot) const {
    std::vector<LastSent> rows;
    rows.reserve(snapshot.nodes().size() + 1);
    for (const nodes::Node& node : snapshot.nodes()) rows.push_back(state_->of(node.id));
    if (LastSent unknown = state_->of(""); !unknown.stage.empty())
        rows.push_back(std::move(unknown));
    std::sort(rows.begin(), rows.end(), [](const LastSent& a, const LastSent& b) {
        return a.node < b.node;
    });
    return rows;
}

std::string StatusBoard::to_json(const nodes::Snapshot& snapshot) const {
    std::string out = "{\n  \"nodes\": {";
    bool first = true;
    for (const LastSent& is : list(snapshot)) {
        const std::string quoted = json_quote(is.node);
        out += fmt::format(
            "{}\n    {}: {{\n      \"node name\": {},\n      \"stage\": {},\n      \"sent\": {},\n"
            "      \"ipaddr\": {},\n      \"last seen\": {}\n    }}",
            first ? "" : ",",
            quoted,
            quoted,
            json_quote(is.stage),
            json_quote(is.sent),
            json_quote(is.peer_address),
            is.unix_seconds);
        first = false;
    }
    return out + (first ? "}\n}" : "\n  }\n}");
}

}  // namespace ww::boot
