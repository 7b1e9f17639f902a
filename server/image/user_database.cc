// SPDX-License-Identifier: BSD-3-Clause
#include "image/user_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/quote.h"

namespace ww::image {

namespace {

std::string_view take_until(std::string_view& rest, char end) {
    const size_t at = std::min(rest.find(end), rest.size());
    const std::string_view part = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return part;
}

UserLine read_user_line(std::string_view text, std::vector<std::string>& warnings) {
    UserLine line{.text = text};
    const auto colons = std::ranges::count(text, ':');
    if (colons != 6 && colons != 3) return line;
    std::string_view rest = text;
    const std::string_view name = take_until(rest, ':');
    take_until(rest, ':');
    const std::string_view number = take_until(rest, ':');
    // Others by NIS: "+name" is no user of this file.
    if (name.empty() || name[0] == '+' || name[0] == '-') return line;
    const auto [end, failed] =
        std::from_chars(number.data(), number.data() + number.size(), line.id);
    if (failed != std::errc() || end != number.data() + number.size()) {
        warnings.push_back(fmt::format(
            "{} has no number, but {}", quote(std::string(name)), quote(std::string(number))));
        return line;
    }
    line.name = name;
    return line;
}

using Numbers = std::map<std::string_view, uint32_t>;

Numbers numbers_of(const std::vector<UserLine>& lines,
                   std::string_view whose,
                   std::vector<std::string>& warnings) {
    Numbers numbers;
    for (const UserLine& line : lines) {
        if (line.name.empty()) continue;
        const auto [first, is_new] = numbers.try_emplace(line.name, line.id);
        if (!is_new && first->second != line.id)
            warnings.push_back(fmt::format("Ignoring {} id({}) for {}: it has {} already",
                                           whose,
                                           line.id,
                                           line.name,
                                           first->second));
    }
    return numbers;
}

}  // namespace

std::vector<UserLine> read_user_lines(std::string_view content,
                                      std::vector<std::string>& warnings) {
    std::vector<UserLine> lines;
    while (!content.empty()) lines.push_back(read_user_line(take_until(content, '\n'), warnings));
    return lines;
}

Result<UserDifference> compare_users(std::string_view host,
                                     std::string_view image,
                                     std::vector<std::string>& warnings) {
    const auto host_lines = read_user_lines(host, warnings);
    const auto image_lines = read_user_lines(image, warnings);
    const Numbers here = numbers_of(host_lines, "host", warnings);
    const Numbers there = numbers_of(image_lines, "image", warnings);
    std::map<uint32_t, std::string_view> owners;
    for (const UserLine& line : host_lines)
        if (!line.name.empty()) owners.try_emplace(line.id, line.name);

    UserDifference difference;
    for (const auto& [name, id] : there) {
        const auto known = here.find(name);
        if (known != here.end()) continue;
        if (const auto owner = owners.find(id); owner != owners.end())
            return Error(
                       ErrorCode::FailedPrecondition,
                       fmt::format("id({}) collision: host({}) image({})", id, owner->second, name))
                .with_hint(fmt::format(
                    "add {} to this machine with a number of its own, then again", name));
    }
    for (const auto& [name, id] : here)
        if (!there.contains(name)) difference.differs = true;
    // In the order of the file: of two names with one number the first decides.
    for (const UserLine& line : image_lines) {
        const auto known = here.find(line.name);
        if (line.name.empty() || known == here.end() || there.at(line.name) != line.id ||
            known->second == line.id)
            continue;
        difference.differs = true;
        if (difference.targets.try_emplace(line.id, known->second).second)
            difference.moves.push_back({std::string(line.name), line.id, known->second});
    }
    std::set<std::string_view> texts{""};
    for (const UserLine& line : host_lines) {
        difference.merged += fmt::format("{}\n", line.text);
        texts.insert(line.text);
    }
    for (const UserLine& line : image_lines)
        if (line.name.empty() ? !texts.contains(line.text) : !here.contains(line.name))
            difference.merged += fmt::format("{}\n", line.text);
    return difference;
}

}  // namespace ww::image
