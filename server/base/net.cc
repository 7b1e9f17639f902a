// SPDX-License-Identifier: BSD-3-Clause
#include "base/net.h"

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "base/unicode.h"

namespace ww {

namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<int> small_number(std::string_view text, int max) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > max)
        return std::nullopt;
    return value;
}

// inet_pton accepts what Go accepts for IPv6; for IPv4 both refuse leading zeros.
std::optional<std::array<uint8_t, 16>> bytes_of(std::string_view text) {
    std::array<uint8_t, 16> out{};
    const std::string copy(text);
    if (text.find(':') != std::string_view::npos) {
        if (::inet_pton(AF_INET6, copy.c_str(), out.data()) != 1) return std::nullopt;
        return out;
    }
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), out.begin());
    size_t start = 0;
    for (int part = 0; part < 4; ++part) {
        const size_t dot = part == 3 ? text.size() : text.find('.', start);
        if (dot == std::string_view::npos) return std::nullopt;
        const auto value = small_number(text.substr(start, dot - start), 255);
        if (!value) return std::nullopt;
        out[12 + static_cast<size_t>(part)] = static_cast<uint8_t>(*value);
        start = dot + 1;
    }
    return out;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const auto bytes = bytes_of(text);
    if (!bytes) return std::nullopt;
    IpAddress out;
    out.bytes_ = *bytes;
    return out;
}

std::optional<IpAddress> IpAddress::from_bytes(std::string_view bytes) {
    IpAddress out;
    if (bytes.size() == 4) {
        std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), out.bytes_.begin());
        std::copy(bytes.begin(), bytes.end(), out.bytes_.begin() + 12);
        return out;
    }
    if (bytes.size() != 16) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
    return out;
}

bool IpAddress::is_v4() const {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes_.begin());
}

bool IpAddress::is_unspecified() const {
    const auto zero = [](uint8_t byte) { return byte == 0; };
    return is_v4() ? v4() == 0 : std::all_of(bytes_.begin(), bytes_.end(), zero);
}

uint32_t IpAddress::v4() const {
    return uint32_t{bytes_[12]} << 24 | uint32_t{bytes_[13]} << 16 | uint32_t{bytes_[14]} << 8 |
           bytes_[15];
}

IpAddress IpAddress::from_v4(uint32_t host_order) {
    IpAddress out;
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), out.bytes_.begin());
    for (size_t i = 0; i < 4; ++i)
        out.bytes_[12 + i] = static_cast<uint8_t>(host_order >> (24 - 8 * i));
    return out;
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
        return text;
    }
    // glibc prints ::a.b.c.d for IPv4-compatible addresses; RFC 5952 and Go print hex groups.
    const bool compatible =
        std::all_of(bytes_.begin(), bytes_.begin() + 12, [](uint8_t b) { return b == 0; }) &&
        (bytes_[12] != 0 || bytes_[13] != 0);
    if (compatible) {
        const unsigned high = bytes_[12] * 256U + bytes_[13];
        const unsigned low = bytes_[14] * 256U + bytes_[15];
        char* end = text;
        *end++ = ':';
        *end++ = ':';
        end = std::to_chars(end, text + sizeof text, high, 16).ptr;
        *end++ = ':';
        end = std::to_chars(end, text + sizeof text, low, 16).ptr;
        return {text, end};
    }
    ::inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
    return text;
}

std::optional<int> mask_length(const IpAddress& mask) {
    if (!mask.is_v4()) return std::nullopt;
    const uint32_t bits = mask.v4();
    const int length = std::countl_one(bits);
    if (mask_of(length).v4() != bits) return std::nullopt;
    return length;
}

IpAddress mask_of(int prefix_length) {
    return IpAddress::from_v4(
        prefix_length <= 0 ? 0 : ~uint32_t{0} << (32 - std::min(prefix_length, 32)));
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
    const size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    const bool short_form = text.substr(0, slash).find(':') == std::string_view::npos;
    const auto length = small_number(text.substr(slash + 1), short_form ? 32 : 128);
    if (!length) return std::nullopt;
    return Cidr{*address, *length};
}

IpAddress Cidr::network() const {
    if (address.is_v4()) return IpAddress::from_v4(address.v4() & mask_of(prefix_length).v4());
    std::string masked(address.bytes().begin(), address.bytes().end());
    for (int bit = prefix_length; bit < 128; ++bit) {
        char& byte = masked[static_cast<size_t>(bit / 8)];
        byte = static_cast<char>(byte & ~(0x80 >> (bit % 8)));
    }
    return *IpAddress::from_bytes(masked);
}

bool Cidr::contains(const IpAddress& other) const {
    return address.is_v4() == other.is_v4() && Cidr{other, prefix_length}.network() == network();
}

std::string normal_hwaddr(std::string_view text) {
    std::string out = lower_case(text);
    std::replace(out.begin(), out.end(), '-', ':');
    return out;
}

bool is_hwaddr(std::string_view text) {
    size_t pairs = 0;
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    };
    while (true) {
        if (text.size() < 2 || !is_hex(text[0]) || !is_hex(text[1])) return false;
        ++pairs;
        text.remove_prefix(2);
        if (text.empty()) return pairs == 6 || pairs == 8 || pairs == 20;
        if (text[0] != ':' && text[0] != '-') return false;
        text.remove_prefix(1);
    }
}

}  // namespace ww
