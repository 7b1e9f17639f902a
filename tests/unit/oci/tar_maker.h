// SPDX-License-Identifier: BSD-3-Clause
//
// Tars for tests, header by header, so that they can hold what no tar program would write.
// Source: POSIX ustar and pax.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ww::test {

/// One member; what is not told is a plain file of root's.
struct Member {
    std::string path;
    char type = '0';  // 1 hard link, 2 link, 3 and 4 devices, 5 folder, 6 FIFO
    std::string data = {};
    std::string link = {};
    unsigned mode = 0644;
    unsigned uid = 0;
    unsigned gid = 0;
    unsigned mtime = 1'700'000'000;
    unsigned major = 0;
    unsigned minor = 0;
    std::vector<std::pair<std::string, std::string>> pax = {};  // records of a header before it
    int64_t told_size = -1;  // another than the data's; -2: one below nothing
};

inline std::string padded(std::string text) {
    text.resize((text.size() + 511) / 512 * 512);
    return text;
}

inline std::string header(const Member& member, size_t size) {
    std::string block(512, '\0');
    const auto put = [&](size_t at, std::string_view text) {
        block.replace(at, text.size(), text);
    };
    put(0, std::string_view(member.path).substr(0, 100));
    put(100, fmt::format("{:07o}", member.mode));
    put(108, fmt::format("{:07o}", member.uid));
    put(116, fmt::format("{:07o}", member.gid));
    if (member.told_size == -2)
        put(124, std::string(12, '\xff'));  // base 256
    else
        put(124, fmt::format("{:011o}", size));
    put(136, fmt::format("{:011o}", member.mtime));
    put(148, "        ");
    put(156, std::string(1, member.type));
    put(157, std::string_view(member.link).substr(0, 100));
    put(257, std::string_view("ustar\00000", 8));
    put(329, fmt::format("{:07o}", member.major));
    put(337, fmt::format("{:07o}", member.minor));
    unsigned sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum));
    block[154] = '\0';
    return block;
}

/// "LENGTH KEY=VALUE\n", where the length counts itself.
inline std::string pax_record(const std::string& key, const std::string& value) {
    const std::string rest = " " + key + "=" + value + "\n";
    size_t length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) ++length;
    return std::to_string(length) + rest;
}

inline std::string member_bytes(const Member& member) {
    std::string out;
    if (!member.pax.empty()) {
        std::string records;
        for (const auto& [key, value] : member.pax) records += pax_record(key, value);
        out += header({.path = "pax", .type = 'x'}, records.size()) + padded(records);
    }
    const size_t size =
        member.told_size < 0 ? member.data.size() : static_cast<size_t>(member.told_size);
    return out + header(member, size) + padded(member.data);
}

inline std::string tar(const std::vector<Member>& members) {
    std::string out;
    for (const Member& member : members) out += member_bytes(member);
    return out + std::string(1024, '\0');
}

inline Member folder(std::string path, unsigned mode = 0755) {
    return {.path = std::move(path), .type = '5', .mode = mode};
}
inline Member file(std::string path, std::string data = "x") {
    return {.path = std::move(path), .data = std::move(data)};
}
inline Member link_to(std::string path, std::string target) {
    return {.path = std::move(path), .type = '2', .link = std::move(target), .mode = 0777};
}
inline Member hard_link(std::string path, std::string other) {
    return {.path = std::move(path), .type = '1', .link = std::move(other)};
}

}  // namespace ww::test
