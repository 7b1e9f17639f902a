// SPDX-License-Identifier: BSD-3-Clause
#include "boot/machine_scripts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ww::boot {

namespace {

constexpr int kSeconds = 60;

/// Nothing a script could take for more than a word.
std::string plain_word(std::string_view text) {
    std::string out(text.substr(0, 200));
    std::ranges::replace_if(
        out,
        [](unsigned char c) {
            return std::isalnum(c) == 0 &&
                   std::string_view("-._:@/").find(static_cast<char>(c)) == std::string_view::npos;
        },
        '?');
    return out;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const unsigned char c : text)
        if (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_')
            out += static_cast<char>(c);
        else
            out += fmt::format("%{:02X}", c);
    return out;
}

std::string query_of(const Ask& ask) {
    return fmt::format(
        "{}?assetkey={}", percent_encode(ask.identity), percent_encode(ask.asset_key));
}

std::string first_line(const WrongMachine& wrong) {
    return fmt::format("This machine, node {}, is {}; its image {} is for {}",
                       plain_word(wrong.node),
                       wrong.machine,
                       plain_word(wrong.image),
                       wrong.architectures);
}
std::string second_line(const WrongMachine& wrong) {
    return fmt::format("On the server: wwctl image import --platform {} SOURCE {}",
                       wrong.machine,
                       plain_word(wrong.image));
}

}  // namespace

std::string ask_machine_ipxe(std::string_view authority, const Ask& ask) {
    return fmt::format(
        "#!ipxe\n"
        "# The server wants to know what machine this is.\n"
        "chain http://{}/ipxe/{}&uuid=${{uuid}}&arch=${{buildarch}} ||\n"
        "echo The boot script could not be loaded. Restarting in 15 seconds\n"
        "sleep 15\n"
        "reboot\n",
        authority,
        query_of(ask));
}

std::string ask_machine_grub(std::string_view authority, const Ask& ask) {
    return fmt::format(
        "# The server wants to know what machine this is.\n"
        "configfile \"(http,{})/grub/{}&arch=${{grub_cpu}}\"\n",
        authority,
        query_of(ask));
}

std::string refuse_machine_ipxe(const WrongMachine& wrong) {
    return fmt::format(
        "#!ipxe\n"
        "echo\n"
        "echo {}.\n"
        "echo {}\n"
        "echo Restarting in {} seconds\n"
        "sleep {}\n"
        "reboot\n",
        first_line(wrong),
        second_line(wrong),
        kSeconds,
        kSeconds);
}

std::string refuse_machine_grub(const WrongMachine& wrong) {
    return fmt::format(
        "echo \"{}.\"\n"
        "echo \"{}\"\n"
        "echo \"Restarting in {} seconds\"\n"
        "sleep {}\n"
        "reboot\n",
        first_line(wrong),
        second_line(wrong),
        kSeconds,
        kSeconds);
}

std::string describe(const WrongMachine& wrong) { return first_line(wrong); }

}  // namespace ww::boot
