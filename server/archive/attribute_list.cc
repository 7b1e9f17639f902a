// SPDX-License-Identifier: BSD-3-Clause
#include "archive/attribute_list.h"

#include <fmt/format.h>
#include <limits.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iterator>
#include <optional>

#include "base/digest.h"
#include "base/file.h"

namespace ww::archive {

namespace {

constexpr std::string_view kFileLine = "# file: ";

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
    for (const char c : text)
        if (c == '\\' || c == '\n' || c == '\r' || special.find(c) != std::string_view::npos)
            fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned char>(c));
        else
            out += c;
}

std::optional<std::string> unescape_octal(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        unsigned char code = 0;
        const char* first = text.data() + i + 1;
        if (i + 3 >= text.size() || std::from_chars(first, first + 3, code, 8).ptr != first + 3)
            return std::nullopt;
        out += static_cast<char>(code);
        i += 3;
    }
    return out;
}

std::optional<std::string> value_of(std::string_view hex) {
    if (!hex.starts_with("0x") || hex.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (const char* at = hex.data() + 2; at != hex.data() + hex.size(); at += 2) {
        unsigned char byte = 0;
        if (std::from_chars(at, at + 2, byte, 16).ptr != at + 2) return std::nullopt;
        out += static_cast<char>(byte);
    }
    return out;
}

std::optional<Attribute> attribute_of(std::string_view line) {
    const size_t equals = line.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
    std::optional<std::string> name = unescape_octal(line.substr(0, equals));
    std::optional<std::string> value = value_of(line.substr(equals + 1));
    if (!name || !value || name->find('\0') != std::string::npos) return std::nullopt;
    return Attribute{std::move(*name), std::move(*value)};
}

/// The kernel's list of names, each with a NUL. By path, since a name may be a link or a device,
/// which cannot be opened.
Result<std::string> names_at(const std::string& place, std::string_view path) {
    std::string names(1024, '\0');
    ssize_t length = ::llistxattr(place.c_str(), names.data(), names.size());
    if (length < 0 && errno == ERANGE) {
        names.resize(XATTR_LIST_MAX);
        length = ::llistxattr(place.c_str(), names.data(), names.size());
    }
    // What vanished meanwhile has none.
    if (length < 0 && (errno == ENOTSUP || errno == ENOENT)) return std::string();
    if (length < 0) return Error::from_errno(errno, fmt::format("read the attributes of {}", path));
    names.resize(static_cast<size_t>(length));
    return names;
}

}  // namespace

AttributeFilter portable_attributes() {
    return portable_attributes(exists("/sys/fs/selinux/enforce"));
}

AttributeFilter portable_attributes(bool labels_are_ours) {
    return [labels_are_ours](std::string_view name) {
        if (name == "security.selinux") return !labels_are_ours;
        return name == "security.capability" || name == "security.ima" ||
               name == "system.posix_acl_access" || name == "system.posix_acl_default" ||
               name.starts_with("user.");
    };
}

Result<std::vector<Attribute>> read_attributes(int folder,
                                               const char* name,
                                               std::string_view path,
                                               const AttributeFilter& wanted) {
    const std::string place = fmt::format("/proc/self/fd/{}/{}", folder, name);
    WW_TRY(const std::string names, names_at(place, path));
    std::vector<Attribute> found;
    for (const char* at = names.data(); at < names.data() + names.size();
         at += std::string_view(at).size() + 1) {
        if (!wanted(at)) continue;
        std::string value(XATTR_SIZE_MAX, '\0');
        const ssize_t size = ::lgetxattr(place.c_str(), at, value.data(), value.size());
        if (size < 0 && (errno == ENODATA || errno == ENOENT)) continue;
        if (size < 0)
            return Error::from_errno(errno, fmt::format("read the attribute {} of {}", at, path));
        value.resize(static_cast<size_t>(size));
        found.push_back({at, std::move(value)});
    }
    std::ranges::sort(found, {}, &Attribute::name);
    return found;
}

void append_attributes(std::string& list, const FileAttributes& file) {
    if (file.attributes.empty()) return;
    list += kFileLine;
    append_escaped(list, file.path, "");
    list += '\n';
    for (const Attribute& attribute : file.attributes) {
        append_escaped(list, attribute.name, "=");
        list += "=0x" + to_hex(attribute.value) + '\n';
    }
    list += '\n';
}

Result<std::vector<FileAttributes>> parse_attribute_list(std::string_view list) {
    std::vector<FileAttributes> files;
    bool in_file = false;
    for (int number = 1; !list.empty(); ++number) {
        const auto wrong = [number](const char* why) {
            return Error(ErrorCode::Unprocessable,
                         fmt::format("line {} of the list of attributes {}", number, why));
        };
        const size_t end = list.find('\n');
        const std::string_view line = list.substr(0, end);
        if (end == std::string_view::npos) return wrong("is cut off");
        list.remove_prefix(end + 1);
        if (line.empty()) {
            in_file = false;
        } else if (line.starts_with(kFileLine)) {
            std::optional<std::string> path = unescape_octal(line.substr(kFileLine.size()));
            if (!path || path->empty() || path->find('\0') != std::string::npos)
                return wrong("has no path in it");
            files.push_back({std::move(*path), {}});
            in_file = true;
        } else if (line.front() != '#') {
            std::optional<Attribute> attribute = attribute_of(line);
            if (!in_file || !attribute) return wrong("is no attribute of a file");
            files.back().attributes.push_back(std::move(*attribute));
        }
    }
    return files;
}

}  // namespace ww::archive
