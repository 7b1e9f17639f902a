// SPDX-License-Identifier: BSD-3-Clause
#include "protocol/schema.h"

#include <fmt/format.h>

#include "base/json_text.h"
#include "protocol/described.h"
#include "protocol/json.h"
#include "protocol/routes.h"

namespace ww::protocol {

namespace {

enum class Missing { Allowed, Refused };

template <class T>
struct SchemaOf;

template <>
struct SchemaOf<std::string> {
    static std::string make(Missing) { return R"({"type":"string"})"; }
};
template <>
struct SchemaOf<bool> {
    static std::string make(Missing) { return R"({"type":"boolean"})"; }
};
template <>
struct SchemaOf<int64_t> {
    static std::string make(Missing) { return R"({"type":"integer","format":"int64"})"; }
};
template <class T>
struct SchemaOf<std::vector<T>> {
    static std::string make(Missing missing) {
        return fmt::format(R"({{"type":"array","items":{}}})", SchemaOf<T>::make(missing));
    }
};
template <class T>
struct SchemaOf<std::map<std::string, T>> {
    static std::string make(Missing missing) {
        return fmt::format(R"({{"type":"object","additionalProperties":{}}})",
                           SchemaOf<T>::make(missing));
    }
};
template <class T>
struct SchemaOf<std::optional<T>> : SchemaOf<T> {};

template <Described T>
struct SchemaOf<T> {
    static std::string make(Missing missing) {
        std::string properties;
        std::string required;
        T nothing{};
        T::members(nothing, [&]<class Member>(std::string_view name, Member&) {
            properties += fmt::format("{}{}:{}",
                                      properties.empty() ? "" : ",",
                                      json_quote(name),
                                      SchemaOf<Member>::make(missing));
            if (missing == Missing::Allowed || IsOptional<Member>::value) return;
            required += (required.empty() ? "" : ",") + json_quote(name);
        });
        return fmt::format(
            R"({{"type":"object","properties":{{{}}},"required":[{}],"additionalProperties":false}})",
            properties,
            required);
    }
};

}  // namespace

std::string request_schema(std::string_view route_path) {
#define WW_REQUEST_SCHEMA(name, ...)     \
    if (route_path == route::name::path) \
        return SchemaOf<route::name::Request>::make(Missing::Allowed);
    WW_ROUTES(WW_REQUEST_SCHEMA)
#undef WW_REQUEST_SCHEMA
    return "";
}

std::string reply_line_schema(std::string_view route_path) {
#define WW_REPLY_SCHEMA(name, ...)       \
    if (route_path == route::name::path) \
        return SchemaOf<ReplyLine<route::name::Reply>>::make(Missing::Refused);
    WW_ROUTES(WW_REPLY_SCHEMA)
#undef WW_REPLY_SCHEMA
    return "";
}

std::string problem_schema() { return SchemaOf<Problem>::make(Missing::Refused); }

}  // namespace ww::protocol
