// SPDX-License-Identifier: BSD-3-Clause
//
// Any bytes as a connection: the requests in it are the same however they arrive, none is over a
// limit, and what is planned of a file lies within it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "http/conditional.h"
#include "http/request_parser.h"

namespace {

using State = ww::http::RequestParser::State;

// Not of the head: at its very limit, one that comes in pieces is refused a byte earlier.
const ww::http::Limits& small_limits() {
    static const ww::http::Limits limits = [] {
        ww::http::Limits some;
        some.target_bytes = 64;
        some.body_bytes = 128;
        return some;
    }();
    return limits;
}

std::string noted(const ww::http::Request& request, size_t body_bytes) {
    const ww::http::Limits& limits = small_limits();
    WW_CHECK(request.target.size() <= limits.target_bytes, "a target over its limit");
    WW_CHECK(request.body.size() <= body_bytes, "a body over its limit");
    std::string note = request.method + ' ' + request.target + '\n';
    size_t head = 0;
    for (const auto& [name, value] : request.headers) {
        head += name.size() + value.size();
        note += name + ": " + value + '\n';
    }
    WW_CHECK(head <= limits.head_bytes, "a head over its limit");
    for (const int64_t size : {int64_t{0}, int64_t{1}, int64_t{1000}, INT64_MAX}) {
        const ww::http::FilePlan plan =
            plan_file(request, {.size = size, .mtime = 784111777, .etag = "\"a\""});
        WW_CHECK(plan.first >= 0 && plan.length >= 0 && plan.first <= size &&
                     plan.length <= size - plan.first,
                 "a range outside of its file");
    }
    return note + request.body;
}

// As a connection reads: what was not used comes again, with more behind it. What is refused, and
// when, may differ: something not whole, or both malformed and too long.
std::vector<std::string> read(std::string_view bytes, size_t piece) {
    const ww::http::Limits& limits = small_limits();
    ww::http::RequestParser parser(limits, true);
    std::vector<std::string> seen;
    std::string pending;
    while (true) {
        const size_t used = parser.put(pending);
        WW_CHECK(used <= pending.size(), "more was read than there is");
        pending.erase(0, used);
        if (parser.state() == State::Failed) {
            WW_CHECK(parser.failure() >= 400, "refused without a status");
            return seen;
        }
        if (parser.state() == State::Done) {
            seen.push_back(noted(parser.request(), limits.body_bytes));
            if (!parser.keep_alive()) return seen;
            parser.next();
            continue;
        }
        if (used > 0 && !pending.empty()) continue;
        if (bytes.empty()) return seen;
        WW_CHECK(pending.size() <= limits.head_bytes + limits.body_bytes, "input is heaped up");
        pending += bytes.substr(0, piece);
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto by_one = read(bytes, 1);
    WW_CHECK(read(bytes, 7) == by_one, "pieces of 7 bytes read otherwise than single ones");
    WW_CHECK(read(bytes, 128) == by_one, "pieces of 128 bytes read otherwise than single ones");
    return 0;
}
