// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: URLs as dicts.
#include "sprig/functions.h"
#include "sprig/url_parts.h"
#include "sprig/values.h"
#include "tmpl/dict.h"

namespace ww::sprig {
namespace {

tmpl::Value url_parse(tmpl::Call& call) {
    std::string error;
    const auto url = parse_url(call.text(0), error);
    if (!url) return call.fail("unable to parse url: {}", error);
    const tmpl::Ref<tmpl::Dict> parts = tmpl::Dict::create();
    const auto set = [&](std::string_view key, std::string_view text) {
        parts->set(tmpl::Value::text(key), tmpl::Value::string(text));
    };
    set("scheme", url->scheme);
    set("host", url->host);
    set("hostname", url->hostname());
    set("path", url->path);
    set("query", url->query);
    set("opaque", url->opaque);
    set("fragment", url->fragment);
    set("userinfo", url->user ? url->user->to_string() : "");
    return tmpl::Value::dict(parts);
}

/// The text under `key`, or "". The call may have failed afterwards.
std::string part_of(tmpl::Call& call, std::string_view key) {
    const tmpl::Value part = call[0].find(key).unboxed();
    if (part.kind() == tmpl::Kind::String) return std::string(part.text());
    if (part.is_valid())
        call.fail("unable to parse {} key, must be of type string, but {} found",
                  key,
                  part.type().kind_name());
    else if (call[0].find(key).is_valid())
        fail_nil(call);
    return {};
}

tmpl::Value url_join(tmpl::Call& call) {
    UrlParts url;
    url.scheme = part_of(call, "scheme");
    url.host = part_of(call, "host");
    url.path = part_of(call, "path");
    url.query = part_of(call, "query");
    url.opaque = part_of(call, "opaque");
    url.fragment = part_of(call, "fragment");
    const std::string user = part_of(call, "userinfo");
    if (call.failed()) return {};
    if (!user.empty()) {
        std::string error;
        const auto parsed = parse_url("proto://" + user + "@host", error);
        if (!parsed) return call.fail("unable to parse userinfo in dict: {}", error);
        url.user = parsed->user;
    }
    return tmpl::Value::string(url.to_string());
}

constexpr tmpl::Function kUrlFunctions[] = {
    {"urlParse",
     "string",
     url_parse,
     "URL as a dict of scheme, host, hostname, path, query, opaque, fragment and userinfo."},
    {"urlJoin", "map[string]any", url_join, "The URL that a dict like urlParse's describes."},
};

}  // namespace

std::span<const tmpl::Function> url_functions() { return kUrlFunctions; }

}  // namespace ww::sprig
