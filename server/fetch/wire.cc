// SPDX-License-Identifier: BSD-3-Clause
#include "fetch/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ww::fetch {

namespace {

constexpr size_t kReadBytes = 64 << 10;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

Error cut_short() { return {ErrorCode::Unavailable, "the connection was closed too early"}; }
Error not_http(std::string_view what) {
    return {ErrorCode::InvalidArgument, fmt::format("not an HTTP/1.1 message: {}", what)};
}

}  // namespace

const std::string* Head::find(std::string_view name) const {
    for (const auto& [key, value] : fields)
        if (key == name) return &value;
    return nullptr;
}

Result<size_t> Wire::parse_size(std::string_view text, int base) const {
    size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return not_http("bad length");
    if (size > limits_.body_bytes) return Error(ErrorCode::TooLarge, "the message is too large");
    return size;
}

Result<bool> Wire::fill() {
    const size_t old_size = buffer_.size();
    buffer_.resize(old_size + kReadBytes);
    const Result<size_t> got = stream_.read_some(buffer_.data() + old_size, kReadBytes);
    buffer_.resize(old_size + got.value_or(size_t{0}));
    if (!got) return got.error();
    return *got > 0;
}

Result<std::string> Wire::read_line() {
    size_t searched = 0;
    while (true) {
        if (const size_t end = buffer_.find('\n', searched); end != std::string::npos) {
            std::string line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r') line.pop_back();
            return line;
        }
        searched = buffer_.size();
        if (searched > limits_.head_bytes)
            return Error(ErrorCode::TooLarge, "the header is too large");
        WW_TRY(const bool more, fill());
        if (!more) return cut_short();
    }
}

Result<std::optional<Head>> Wire::read_head() {
    if (buffer_.empty()) {
        WW_TRY(const bool more, fill());
        if (!more) return std::optional<Head>();
    }
    Head head;
    WW_TRY(head.start_line, read_line());
    size_t total = head.start_line.size();
    while (true) {
        WW_TRY(const std::string line, read_line());
        if (line.empty()) return std::optional<Head>(std::move(head));
        total += line.size();
        if (total > limits_.head_bytes)
            return Error(ErrorCode::TooLarge, "the header is too large");
        const size_t colon = line.find(':');
        if (colon == std::string::npos) return not_http("header without a colon");
        const std::string_view text = line;
        head.fields.emplace_back(lower(text.substr(0, colon)), trim(text.substr(colon + 1)));
    }
}

Result<void> Wire::pass(size_t bytes, const Sink& sink) {
    while (bytes > 0) {
        if (buffer_.empty()) {
            WW_TRY(const bool more, fill());
            if (!more) return cut_short();
        }
        const size_t piece = std::min(bytes, buffer_.size());
        WW_TRY_VOID(sink(std::string_view(buffer_).substr(0, piece)));
        buffer_.erase(0, piece);
        bytes -= piece;
    }
    return {};
}

Result<void> Wire::read_body(const Head& head, const Sink& sink) {
    if (const std::string* length = head.find("content-length")) {
        WW_TRY(const size_t size, parse_size(*length, 10));
        return pass(size, sink);
    }
    const std::string* encoding = head.find("transfer-encoding");
    if (encoding == nullptr) return {};
    if (lower(*encoding) != "chunked") return not_http("unknown transfer encoding");
    while (true) {
        WW_TRY(const std::string line, read_line());
        const std::string_view length(line.data(), std::min(line.find(';'), line.size()));
        WW_TRY(const size_t size, parse_size(length, 16));
        WW_TRY_VOID(pass(size, sink));
        WW_TRY(const std::string end, read_line());
        if (!end.empty()) return not_http("chunk without an end");
        if (size == 0) return {};
    }
}

Result<std::string> Wire::read_body(const Head& head) {
    std::string body;
    WW_TRY_VOID(read_body(head, [&](std::string_view piece) -> Result<void> {
        if (body.size() + piece.size() > limits_.body_bytes)
            return Error(ErrorCode::TooLarge, "the message is too large");
        body += piece;
        return {};
    }));
    return body;
}

Result<std::string> Wire::read_rest() {
    while (true) {
        if (buffer_.size() > limits_.body_bytes)
            return Error(ErrorCode::TooLarge, "the message is too large");
        WW_TRY(const bool more, fill());
        if (!more) return std::exchange(buffer_, {});
    }
}

std::string chunk(std::string_view bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace ww::fetch
