// SPDX-License-Identifier: BSD-3-Clause
#include "http/reply_head.h"

#include <fmt/format.h>

#include <iterator>

#include "http/date.h"

namespace ww::http {

namespace {

void add(std::string& out, std::string_view name, std::string_view value) {
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return;
    out.append(name).append(": ").append(value).append("\r\n");
}

// Content-Type describes a body; 304 has none, and 412 and 416 don't send the file.
bool describes_file(std::string_view name, int status) {
    return (status == 304 || status == 412 || status == 416) && name == "Content-Type";
}

void add_validators(std::string& out, const FileBody& file, const BodyPlan& plan) {
    if (plan.status != 304 && !is_weak(file.etag))
        add(out, "Accept-Ranges", "bytes");  // RFC 9110 §15.4.5: only what a cache needs
    if (plan.status == 206) {
        fmt::format_to(std::back_inserter(out),
                       "Content-Range: bytes {}-{}/{}\r\n",
                       plan.first,
                       plan.first + plan.announced - 1,
                       file.size);
    }
    if (plan.status == 416)
        fmt::format_to(std::back_inserter(out), "Content-Range: bytes */{}\r\n", file.size);
    if (file.mtime != 0) add(out, "Last-Modified", format_date(file.mtime));
    if (!file.etag.empty()) add(out, "ETag", file.etag);
}

}  // namespace

BodyPlan plan_body(const Request& request, const Reply& reply) {
    BodyPlan plan;
    plan.status = reply.status;
    if (const auto* text = std::get_if<std::string>(&reply.body)) {
        plan.length = static_cast<int64_t>(text->size());
    } else if (std::holds_alternative<std::unique_ptr<BodySource>>(reply.body)) {
        plan.has_length = false;
        plan.chunked = request.method != "HEAD";
        return plan;
    } else {
        const FileBody& file = *std::get_if<FileBody>(&reply.body);
        plan.length = file.size;
        if (file.is_resource && reply.status == 200) {
            const FilePlan chosen = plan_file(request, {file.size, file.mtime, file.etag});
            plan.status = chosen.status;
            plan.first = chosen.first;
            plan.length = chosen.length;
        }
    }
    plan.announced = plan.length;
    plan.has_length = plan.status != 304 && plan.status != 204 && plan.status >= 200;
    // Compat: the answer to HEAD does not speak of an empty text.
    if (request.method == "HEAD" && plan.length == 0 &&
        std::get_if<FileBody>(&reply.body) == nullptr)
        plan.has_length = false;
    if (request.method == "HEAD" || !plan.has_length) plan.length = 0;
    return plan;
}

void write_head(
    const Reply& reply, const BodyPlan& plan, bool keep_alive, bool http_1_0, std::string& out) {
    out.clear();
    fmt::format_to(
        std::back_inserter(out), "HTTP/1.1 {} {}\r\n", plan.status, reason_phrase(plan.status));
    for (const auto& [name, value] : reply.headers) {
        if (!describes_file(name, plan.status)) add(out, name, value);
    }
    if (const auto* file = std::get_if<FileBody>(&reply.body); file != nullptr && file->is_resource)
        add_validators(out, *file, plan);
    add(out, "Date", current_date());
    if (plan.has_length)
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", plan.announced);
    if (plan.chunked && !http_1_0) add(out, "Transfer-Encoding", "chunked");
    // The default of HTTP/1.1 is to keep the connection, that of 1.0 to close it.
    if (!keep_alive) add(out, "Connection", "close");
    if (keep_alive && http_1_0) add(out, "Connection", "keep-alive");
    out.append("\r\n");
}

}  // namespace ww::http
