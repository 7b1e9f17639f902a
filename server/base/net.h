// SPDX-License-Identifier: BSD-3-Clause
//
// Network values: IP addresses with Go's parsing and printing rules (the files we read were written
// by and for them), prefixes, and the normal form of a hardware address as nodes are found by it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ww {

/// An IPv4 or IPv6 address. IPv4-mapped IPv6 is IPv4. Source: reference/store.md §2.2 "IP".
class IpAddress {
   public:
    /// Dotted quad without leading zeros, or IPv6 without zone; anything else is nothing.
    static std::optional<IpAddress> parse(std::string_view text);
    /// 4 or 16 bytes in network order.
    static std::optional<IpAddress> from_bytes(std::string_view bytes);

    bool is_v4() const;
    bool is_unspecified() const;
    /// Canonical text: dotted quad, or RFC 5952.
    std::string to_string() const;
    /// 16 bytes; IPv4 as ::ffff:a.b.c.d.
    const std::array<uint8_t, 16>& bytes() const { return bytes_; }
    /// Host order; only for IPv4.
    uint32_t v4() const;
    static IpAddress from_v4(uint32_t host_order);

    auto operator<=>(const IpAddress&) const = default;

   private:
    std::array<uint8_t, 16> bytes_{};
};

/// Length of a contiguous IPv4 mask such as 255.255.255.0; nothing for another.
std::optional<int> mask_length(const IpAddress& mask);
/// The dotted mask of a prefix length 0..32.
IpAddress mask_of(int prefix_length);

struct Cidr {
    IpAddress address;  // as written, host bits kept
    int prefix_length = 0;

    /// "10.0.0.1/24", "fd00::1/64". Nothing if the text is not one.
    static std::optional<Cidr> parse(std::string_view text);
    IpAddress network() const;
    bool contains(const IpAddress& other) const;
};

/// The key nodes are looked up by: "-" becomes ":", letters lower case, those beyond ASCII, too, as
/// Go's strings.ToLower has it. No syntax check: any text is an identity (reference/http.md §2.3).
std::string normal_hwaddr(std::string_view text);

/// Six, eight or twenty pairs of hexadecimal digits, with ":" or "-" between them: Ethernet,
/// EUI-64, InfiniBand.
bool is_hwaddr(std::string_view text);

}  // namespace ww
