// SPDX-License-Identifier: BSD-3-Clause
#include "client/fetch.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/ascii.h"

namespace ww::client {

namespace {

constexpr uint16_t kUsualSourcePort = 987;

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kPlain = "-._~";
    std::string out;
    for (char c : text) {
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     kPlain.find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string authority(const Endpoint& endpoint) {
    std::string address = endpoint.address.to_string();
    return fmt::format(
        fmt::runtime(endpoint.address.is_v4() ? "{}:{}" : "[{}]:{}"), address, endpoint.port);
}

Error cut_short() { return Error(ErrorCode::Unprocessable, "the server's answer was cut short"); }

}  // namespace

Result<Endpoint> endpoint_of(const config::WarewulfConf& conf, std::string_view address) {
    std::string_view text = address;
    if (text.empty()) text = conf.ipaddr6.empty() ? conf.ipaddr : conf.ipaddr6;
    text = text.substr(0, text.find('/'));
    std::optional<IpAddress> parsed = IpAddress::parse(text);
    if (!parsed) {
        return Error(ErrorCode::FailedPrecondition,
                     text.empty() ? "the server's address is not known"
                                  : fmt::format("'{}' is not an IP address", text))
            .with_hint("it is ipaddr in warewulf.conf, or WW_IPADDR in /etc/default/wwclient");
    }
    Endpoint endpoint;
    endpoint.address = *parsed;
    endpoint.tls = conf.warewulf.tls();
    endpoint.port =
        static_cast<uint16_t>(endpoint.tls ? conf.warewulf.tls_port : conf.warewulf.port);
    endpoint.authority_file = conf.paths.wwclientdir + "/tls/warewulf.crt";
    if (conf.wwclient.port) {
        endpoint.source_port = static_cast<uint16_t>(*conf.wwclient.port);
    } else if (conf.warewulf.secure()) {
        endpoint.source_port = kUsualSourcePort;
        endpoint.any_privileged_port = true;
    }
    return endpoint;
}

std::string runtime_target(const Identity& identity) {
    return fmt::format("/runtime/{}?assetkey={}&uuid={}&compress=gz",
                       percent_encoded(identity.wwid),
                       percent_encoded(identity.asset_key),
                       percent_encoded(identity.uuid));
}

Result<Answer> parse_answer(std::string_view bytes) {
    size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string_view::npos) return cut_short();
    std::string_view head = bytes.substr(0, head_end);
    std::string_view body = bytes.substr(head_end + 4);

    Answer answer;
    if (!head.starts_with("HTTP/1.") || head.size() < 12 ||
        std::from_chars(head.data() + 9, head.data() + 12, answer.status).ec != std::errc()) {
        return Error(ErrorCode::Unprocessable, "the server's answer is not HTTP");
    }
    std::optional<uint64_t> length;
    for (size_t line_end = head.find("\r\n"); line_end != std::string_view::npos;) {
        size_t start = line_end + 2;
        line_end = head.find("\r\n", start);
        std::string_view line =
            head.substr(start, line_end == std::string_view::npos ? line_end : line_end - start);
        size_t colon = std::min(line.find(':'), line.size());
        std::string_view name = line.substr(0, colon);
        std::string_view value = line.substr(std::min(colon + 1, line.size()));
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        if (same_ignoring_case(name, "etag")) answer.etag = value;
        if (same_ignoring_case(name, "content-length")) {
            uint64_t number = 0;
            if (std::from_chars(value.data(), value.data() + value.size(), number).ec !=
                std::errc()) {
                return Error(ErrorCode::Unprocessable,
                             "the server's answer has a bad Content-Length");
            }
            length = number;
        }
    }
    bool without_body = answer.status == 304 || answer.status == 204;
    if (length && !without_body) {
        if (body.size() < *length) return cut_short();
        body = body.substr(0, *length);
    }
    answer.body = body;
    return answer;
}

Result<Answer> fetch(const Endpoint& endpoint,
                     std::string_view target,
                     std::string_view etag,
                     Clock::time_point deadline) {
    std::string where =
        fmt::format("{}://{}", endpoint.tls ? "https" : "http", authority(endpoint));
    WW_TRY(
        std::unique_ptr<Stream> stream, connect_to(endpoint, deadline), "connecting to {}", where);

    // HTTP/1.0: no chunks, and the server closes, so the waiting after a close is on its side.
    std::string request = fmt::format(
        "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: wwclient\r\n", target, authority(endpoint));
    if (!etag.empty()) request += fmt::format("If-None-Match: {}\r\n", etag);
    request += "\r\n";
    WW_TRY_VOID(stream->write(request), "asking {}", where);

    std::string bytes;
    while (true) {
        WW_TRY(bool more, stream->read(bytes), "reading the answer of {}", where);
        if (!more) break;
        if (bytes.size() > kMaxAnswerBytes) {
            return Error(ErrorCode::TooLarge,
                         fmt::format("the runtime overlay is over {} bytes", kMaxAnswerBytes));
        }
    }
    WW_TRY(Answer answer, parse_answer(bytes), "reading the answer of {}", where);
    return answer;
}

}  // namespace ww::client
