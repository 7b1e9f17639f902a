// SPDX-License-Identifier: BSD-3-Clause
//
// Replies as Warewulf's interface gives them, with what we add: entity tags. Source:
// reference/http.md §5.2. Internal to this layer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json_text.h"
#include "base/result.h"
#include "http/message.h"
#include "rest/call.h"

namespace ww::rest {

/// Go's, as upstream sets it up here.
inline constexpr JsonQuoting kQuoting{.escape_html = false};
std::string quoted(std::string_view text);
/// JSON that was written for lists, where `<`, `>` and `&` are escaped, without that.
std::string plain(std::string json);

/// 200 with a line of JSON.
http::Reply json_reply(std::string json);

/// "tag", made of what an object is.
std::string tag_of(std::string_view content);
/// The reply with an ETag; 304 without a body if the client has just that.
http::Reply tagged_reply(const Call& call, std::string json, const std::string& tag);

/// What If-Match says of an object, whose tag is nothing if there is none.
bool is_expected(const Head& head, const std::optional<std::string>& tag);
/// "*" is the only value that upstream knows, and the only one that makes sense with a change.
bool only_if_new(const Head& head);

/// 412 as application/problem+json: upstream knows no If-Match.
http::Reply precondition_failed();

/// The reply for an error of a handler, in the route's dialect.
http::Reply error_reply(const Route& route, const Error& error);
/// What is wrong with a part of the request: kBody, "query:path". Its reply tells it apart from
/// the message, as upstream's does.
inline constexpr const char* kBody = "body";
Error invalid_part(std::string where, std::string why);

/// A flag of the query; `fallback` where there is none. Errors: InvalidArgument, naming it.
Result<bool> query_flag(const Head& head, std::string_view name, bool fallback);

}  // namespace ww::rest
