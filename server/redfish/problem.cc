// SPDX-License-Identifier: BSD-3-Clause
#include "redfish/problem.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/quote.h"
#include "redfish/document.h"

namespace ww::redfish {

namespace {

constexpr size_t kMostMessages = 3;
constexpr size_t kMostText = 400;  // of a message: it is shown in a line
constexpr std::string_view kExtended = "@Message.ExtendedInfo";

ErrorCode code_of(int status) {
    switch (status) {
        case 401:
            return ErrorCode::Unauthenticated;
        case 403:
            return ErrorCode::PermissionDenied;
        case 404:
            return ErrorCode::NotFound;
        case 409:
        case 412:
            return ErrorCode::Conflict;
        case 503:
            return ErrorCode::Unavailable;
        default:
            return ErrorCode::Unprocessable;
    }
}

std::string shown(const std::string& text) { return quote(text.substr(0, kMostText)); }

}  // namespace

Error problem_of(int status, std::string_view body) {
    std::vector<std::string> messages;
    std::string hint;
    if (const auto document = Document::parse(body)) {
        for (const Document& one : document->items({"error", kExtended})) {
            if (messages.size() == kMostMessages) break;
            if (const std::string text = one.text({"Message"}); !text.empty())
                messages.push_back(shown(text));
            if (hint.empty()) hint = one.text({"Resolution"});
        }
        if (const std::string text = document->text({"error", "message"});
            messages.empty() && !text.empty())
            messages.push_back(shown(text));
    }
    const bool is_login = status == 401;
    const Error error(code_of(status),
                      fmt::format("the BMC {} ({}){}{}",
                                  is_login ? "refuses user or password" : "refuses",
                                  status,
                                  messages.empty() ? "" : ": ",
                                  fmt::join(messages, ", ")));
    if (is_login) return error.with_hint("set --ipmiuser and --ipmipass");
    return hint.empty() ? error : error.with_hint("it says " + shown(hint));
}

bool is_session_limit(int status, std::string_view body) {
    if (status == 503) return true;
    const auto document = Document::parse(body);
    if (!document) return false;
    for (const Document& one : document->items({"error", kExtended}))
        if (one.text({"MessageId"}).ends_with(".SessionLimitExceeded")) return true;
    return false;
}

}  // namespace ww::redfish
