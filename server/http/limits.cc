// SPDX-License-Identifier: BSD-3-Clause
#include "http/limits.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace ww::http {

namespace {

struct DurationRow {
    std::string_view name;
    Limits::Duration Limits::* member;
};
constexpr std::array kDurations = {
    DurationRow{"head", &Limits::head},
    DurationRow{"idle", &Limits::idle},
    DurationRow{"body_read", &Limits::body_read},
    DurationRow{"body_stall", &Limits::body_stall},
    DurationRow{"answer", &Limits::answer},
    DurationRow{"call_answer", &Limits::call_answer},
    DurationRow{"tls_handshake", &Limits::tls_handshake},
    DurationRow{"linger", &Limits::linger},
    DurationRow{"drain", &Limits::drain},
    DurationRow{"job_end", &Limits::job_end},
};

struct SizeRow {
    std::string_view name;
    size_t Limits::* member;
};
constexpr std::array kSizes = {
    SizeRow{"target_bytes", &Limits::target_bytes},
    SizeRow{"head_bytes", &Limits::head_bytes},
    SizeRow{"body_bytes", &Limits::body_bytes},
    SizeRow{"call_bytes", &Limits::call_bytes},
    SizeRow{"connections", &Limits::connections},
    SizeRow{"per_peer", &Limits::per_peer},
    SizeRow{"slowest", &Limits::slowest},
    SizeRow{"slice_bytes", &Limits::slice_bytes},
    SizeRow{"copy_bytes", &Limits::copy_bytes},
};

// A positive number and what follows it.
struct Amount {
    int64_t number = 0;
    std::string_view unit;
};
std::optional<Amount> parse_amount(std::string_view text) {
    Amount amount;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, amount.number);
    if (error != std::errc() || amount.number <= 0 || amount.number > 1'000'000'000)
        return std::nullopt;
    amount.unit = std::string_view(rest, static_cast<size_t>(end - rest));
    return amount;
}

}  // namespace

Result<void> set_limit(Limits& limits, std::string_view assignment) {
    const size_t equals = assignment.find('=');
    const std::string_view name = assignment.substr(0, equals);
    const auto amount = equals == std::string_view::npos
                            ? std::nullopt
                            : parse_amount(assignment.substr(equals + 1));
    for (const DurationRow& row : kDurations) {
        if (row.name != name) continue;
        if (amount && (amount->unit == "s" || amount->unit == "ms")) {
            limits.*row.member =
                Limits::Duration(amount->number * (amount->unit == "s" ? 1000 : 1));
            return {};
        }
        return Error(ErrorCode::InvalidArgument,
                     fmt::format("limit {}: not a time like 5s or 250ms", assignment));
    }
    for (const SizeRow& row : kSizes) {
        if (row.name != name) continue;
        if (amount && amount->unit.empty()) {
            limits.*row.member = static_cast<size_t>(amount->number);
            return {};
        }
        return Error(ErrorCode::InvalidArgument, fmt::format("limit {}: not a number", assignment));
    }
    return Error(ErrorCode::InvalidArgument, fmt::format("no limit is called \"{}\"", name));
}

}  // namespace ww::http
