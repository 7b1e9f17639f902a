// SPDX-License-Identifier: BSD-3-Clause
#include "client/identity.h"

#include <fmt/format.h>

#include "base/file.h"

namespace ww::client {

namespace {

constexpr int64_t kMaxBytes = 64 << 10;  // of a file in /proc or /sys
constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return "";
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Empty if the file cannot be read: not every board has it.
std::string read_word(const std::string& path) {
    Result<std::string> text = read_file(path, kMaxBytes);
    return text ? std::string(trimmed(*text)) : "";
}

}  // namespace

std::string_view kernel_argument(std::string_view command_line, std::string_view name) {
    while (!command_line.empty()) {
        size_t end = std::min(command_line.find_first_of(kSpace), command_line.size());
        std::string_view word = command_line.substr(0, end);
        command_line.remove_prefix(std::min(end + 1, command_line.size()));
        if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
            return word.substr(name.size() + 1);
        }
    }
    return "";
}

Result<Identity> identify(const std::string& root) {
    WW_TRY(std::string command_line,
           read_file(root + "/proc/cmdline", kMaxBytes),
           "finding out who this node is");
    Identity identity;
    identity.wwid = kernel_argument(command_line, "wwid");
    if (identity.wwid.empty()) {
        return Error(ErrorCode::FailedPrecondition,
                     "there is no wwid= on the kernel's command line")
            .with_hint(
                "the boot scripts of Warewulf add it; boot loaders that know no address take "
                "wwid=[eth0]");
    }
    if (identity.wwid.starts_with('[') && identity.wwid.ends_with(']')) {
        std::string device = identity.wwid.substr(1, identity.wwid.size() - 2);
        if (device.find('/') == std::string::npos) {
            identity.wwid = read_word(fmt::format("{}/sys/class/net/{}/address", root, device));
        }
        if (identity.wwid.empty() || identity.wwid.starts_with('[')) {
            return Error(ErrorCode::FailedPrecondition,
                         fmt::format("wwid=[{}]: there is no such network device", device));
        }
    }
    identity.uuid = read_word(root + "/sys/class/dmi/id/product_uuid");
    identity.asset_key = read_word(root + "/sys/class/dmi/id/chassis_asset_tag");
    return identity;
}

}  // namespace ww::client
