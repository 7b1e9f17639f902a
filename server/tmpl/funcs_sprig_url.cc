// SPDX-License-Identifier: BSD-3-Clause
//
// sprig: URLs as dicts.
#include "tmpl/dict.h"
#include "tmpl/funcs_sprig.h"
#include "tmpl/funcs_sprig_url_parts.h"
#include "tmpl/funcs_sprig_values.h"

namespace ww::tmpl::sprig {
namespace {

Value url_parse(Call& call) {
    std::string error;
    const auto url = parse_url(call.text(0), error);
    if (!url) return call.fail("unable to parse url: {}", error);
    const Ref<Dict> parts = Dict::create();
    const auto set = [&](std::string_view key, std::string_view text) {
        parts->set(Value::text(key), Value::string(text));
    };
    set("scheme", url->scheme);
    set("host", url->host);
    set("hostname", url->hostname());
    set("path", url->path);
    set("query", url->query);
    set("opaque", url->opaque);
    set("fragment", url->fragment);
    set("userinfo", url->user ? url->user->to_string() : "");
    return Value::dict(parts);
}

/// The text under `key`, or "". The call may have failed afterwards.
std::string part_of(Call& call, std::string_view key) {
    const Value part = call[0].find(key).unboxed();
    if (part.kind() == Kind::String) return std::string(part.text());
    if (part.is_valid())
        call.fail("unable to parse {} key, must be of type string, but {} found",
                  key,
                  part.type().kind_name());
    else if (call[0].find(key).is_valid())
        fail_nil(call);
    return {};
}

Value url_join(Call& call) {
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
    return Value::string(url.to_string());
}

constexpr Function kFunctions[] = {
    {"urlParse",
     "string",
     url_parse,
     "URL as a dict of scheme, host, hostname, path, query, opaque, fragment and userinfo."},
    {"urlJoin", "map[string]any", url_join, "The URL that a dict like urlParse's describes."},
};

}  // namespace

std::span<const Function> url_functions() { return kFunctions; }

}  // namespace ww::tmpl::sprig
