// SPDX-License-Identifier: BSD-3-Clause
#include "nodes/node.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "base/ascii.h"
#include "fields/words.h"

namespace ww::nodes {

namespace {

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// Compat: a mask with holes is shown in hex after the slash, "10.0.0.1/ff00ff00".
std::string mask_text(const IpAddress& mask) {
    if (const auto length = mask_length(mask)) return std::to_string(*length);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (size_t i = mask.is_v4() ? 12 : 0; i < mask.bytes().size(); ++i) {
        out += kDigits[mask.bytes()[i] >> 4];
        out += kDigits[mask.bytes()[i] & 15];
    }
    return out;
}

}  // namespace

bool WWbool::value() const { return is_one_of_ignoring_case(text, fields::kYesWords); }

bool WWbool::default_true() const {
    return !is_one_of_ignoring_case(text, fields::kNoWords) &&
           !is_one_of_ignoring_case(text, fields::kNothingWords);
}

std::string NetDev::ip_cidr() const {
    if (!ipaddr || !netmask || ipaddr->is_unspecified() || netmask->is_unspecified()) return "";
    return ipaddr->to_string() + "/" + mask_text(*netmask);
}

std::string NetDev::ip_cidr6() const {
    if (!ipaddr6 || ipaddr6->is_v4() || ipaddr6->is_unspecified()) return "";
    const auto length = whole_number(prefixlen6);
    if (!length || *length < 0 || *length > 128) return "";
    return ipaddr6->to_string() + "/" + std::to_string(*length);
}

std::vector<const std::pair<const std::string, Partition>*> ordered_partitions(const Disk& disk) {
    std::vector<const std::pair<const std::string, Partition>*> out;
    for (const auto& entry : disk.partitions) out.push_back(&entry);
    std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
        const auto left = whole_number(a->second.number);
        const auto right = whole_number(b->second.number);
        if (left && right) return *left < *right;
        return left.has_value() && !right.has_value();
    });
    return out;
}

Profile::Profile() = default;
Profile::Profile(const Profile& other) = default;
Profile::Profile(Profile&& other) noexcept = default;
Profile& Profile::operator=(const Profile& other) = default;
Profile& Profile::operator=(Profile&& other) noexcept = default;
Profile::~Profile() = default;
bool Profile::operator==(const Profile&) const = default;

Node::Node() = default;
Node::Node(const Node& other) = default;
Node::Node(Node&& other) noexcept = default;
Node& Node::operator=(const Node& other) = default;
Node& Node::operator=(Node&& other) noexcept = default;
Node::~Node() = default;
bool Node::operator==(const Node&) const = default;

}  // namespace ww::nodes
