// SPDX-License-Identifier: BSD-3-Clause
#include "rest/openapi.h"

#include <fmt/format.h>

#include <map>

#include "base/ascii.h"
#include "base/json_text.h"
#include "protocol/schema.h"
#include "rest/route.h"

namespace ww::rest {

namespace {

constexpr std::string_view kAbove = "/api";  // what stands before paths of protocol/routes.h
constexpr std::string_view kProblemSchema = R"({"$ref":"#/components/schemas/Problem"})";
constexpr std::string_view kErrorSchema = R"({"$ref":"#/components/schemas/ErrorReply"})";

std::string reference_to(std::string_view name) {
    return fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", name);
}

std::string content_of(std::string_view type, std::string_view schema) {
    return fmt::format(R"("content":{{"{}":{{"schema":{}}}}})", type, schema);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    return out;
}

/// "node", of "/api/nodes/{id}"; "wwctl image", of "/api/wwd/v1/image/list".
std::string tag_of_path(std::string_view path) {
    constexpr std::string_view kOwn = "/api/wwd/v1/";
    const bool is_own = path.starts_with(kOwn);
    std::string_view rest = path.substr(is_own ? kOwn.size() : kAbove.size() + 1);
    rest = rest.substr(0, rest.find('/'));
    return (is_own ? "wwctl " : "") + std::string(rest);
}

std::string parameters_of(const Route& route) {
    std::string out;
    const auto add = [&](std::string_view where,
                         std::string_view name,
                         std::string_view type,
                         std::string_view doc,
                         bool required) {
        out += fmt::format(
            R"({}{{"name":{},"in":"{}","required":{},"description":{},"schema":{{"type":"{}"}}}})",
            out.empty() ? "" : ",",
            json_quote(name),
            where,
            required,
            json_quote(doc),
            type);
    };
    for (size_t at = route.path.find('{'); at != std::string_view::npos;
         at = route.path.find('{', at + 1)) {
        const size_t end = route.path.find('}', at);
        add("path", route.path.substr(at + 1, end - at - 1), "string", "its name", true);
    }
    for (const Parameter& one : route.query)
        add("query", one.name, one.type, one.doc, one.required);
    return out;
}

std::string request_body_of(const Route& route) {
    if (route.request.empty()) return "";
    const bool is_own = route.dialect == Dialect::Problem;
    const std::string schema = is_own ? protocol::request_schema(route.path.substr(kAbove.size()))
                                      : reference_to(route.request);
    return fmt::format(R"("requestBody":{{"required":true,{}}},)",
                       content_of("application/json", schema));
}

std::string responses_of(const Route& route) {
    const bool is_own = route.dialect == Dialect::Problem;
    const std::string line =
        is_own ? protocol::reply_line_schema(route.path.substr(kAbove.size())) : "";
    const std::string success = !is_own ? content_of("application/json", reference_to(route.reply))
                                : line.empty()
                                    ? content_of("text/event-stream", R"({"type":"string"})")
                                    : content_of("application/x-ndjson", line);
    // Who is not let in gets a line of text, as from upstream.
    return fmt::format(
        R"("{}":{{"description":{},{}}},)"
        R"("401":{{"description":"who are you",{}}},"403":{{"description":"you may not","content":{{"text/plain":{{"schema":{{"type":"string"}}}},"{}":{{"schema":{}}}}}}},)"
        R"("default":{{"description":"it cannot be done",{}}})",
        route.status,
        json_quote(line.empty() ? "done"
                                : "lines of JSON: notes, progress, at last the reply or a problem"),
        success,
        content_of("text/plain", R"({"type":"string"})"),
        is_own ? "application/problem+json" : "application/json",
        is_own ? kProblemSchema : kErrorSchema,
        is_own ? content_of("application/problem+json", kProblemSchema)
               : content_of("application/json", kErrorSchema));
}

std::string id_of(const Route& route) {
    return (route.dialect == Dialect::Warewulf ? "warewulfd/api." : "") + std::string(route.name);
}

std::string operation_of(const Route& route) {
    return fmt::format(
        R"("{}":{{"operationId":{},"summary":{},"tags":[{}],"x-role":"{}","parameters":[{}],{}"responses":{{{}}}}})",
        lower(to_string(route.method)),
        json_quote(id_of(route)),
        json_quote(route.doc),
        json_quote(tag_of_path(route.path)),
        access::to_string(route.role),
        parameters_of(route),
        request_body_of(route),
        responses_of(route));
}

std::string made_document() {
    std::map<std::string_view, std::string> paths;
    for (const Route& route : routes()) {
        std::string& operations = paths[route.path];
        operations += (operations.empty() ? "" : ",") + operation_of(route);
    }
    std::string all;
    for (const auto& [path, operations] : paths)
        all += fmt::format("{}{}:{{{}}}", all.empty() ? "" : ",", json_quote(path), operations);
    return fmt::format(
        R"({{"openapi":"3.1.0","info":{{"title":"Warewulf v4 API","version":"{}","description":"wwd: Warewulf's REST interface, and all that wwctl asks"}},)"
        R"("servers":[{{"url":"/"}}],"security":[{{"basic":[]}},{{"token":[]}}],"paths":{{{}}},)"
        R"("components":{{"securitySchemes":{{"basic":{{"type":"http","scheme":"basic"}},"token":{{"type":"http","scheme":"bearer"}}}},"schemas":{{{},"Problem":{}}}}}}})",
        WW_VERSION,
        all,
        warewulf_schemas(),
        protocol::problem_schema());
}

http::Reply open_page(std::string_view type, std::string body) {
    http::Reply reply;
    reply.status = 200;
    reply.headers = {{"Content-Type", std::string(type)},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Content-Security-Policy",
                      "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; "
                      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                      "frame-ancestors 'none'"}};
    reply.body = std::move(body);
    return reply;
}

}  // namespace

const std::string& openapi_document() {
    static const std::string kDocument = made_document();
    return kDocument;
}

std::optional<http::Reply> open_reply(const Head& head) {
    const std::string path = head.path_text();
    const bool is_page = path == "/api/docs" || path == "/api/docs/";
    if (!is_page && path != "/api/docs/openapi.json" && path != "/api/openapi.json")
        return std::nullopt;
    if (head.method != Method::Get) return http::Reply{405, {{"Allow", "GET"}}, {}, {}};
    return is_page ? open_page("text/html", std::string(docs_page()))
                   : open_page("application/json", openapi_document());
}

}  // namespace ww::rest
