// SPDX-License-Identifier: BSD-3-Clause
#include "image/record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>

#include "base/file.h"
#include "base/json_text.h"
#include "base/log.h"
#include "image/architecture.h"

namespace ww::image {

namespace {

namespace json = boost::json;

constexpr int64_t kRecordVersion = 1;
constexpr int64_t kMaxRecordBytes = 1 << 20;

std::string text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->get_string().data(), value->get_string().size());
}

int64_t number_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

Result<Record> parse_record(std::string_view text, const std::string& path) {
    boost::system::error_code failed;
    const json::value value = json::parse(text, failed);
    if (failed || !value.is_object())
        return Error(ErrorCode::Unprocessable, path + " is no JSON object");
    const json::object& object = value.get_object();
    if (number_member(object, "version") != kRecordVersion)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is of a version this wwd does not know", path));
    Record record;
    record.architecture = architecture_from(text_member(object, "architecture"));
    record.source = text_member(object, "source");
    record.digest = text_member(object, "digest");
    record.platform = text_member(object, "platform");
    record.created = text_member(object, "created");
    record.imported = number_member(object, "imported");
    record.files = static_cast<uint64_t>(number_member(object, "files"));
    record.bytes = static_cast<uint64_t>(number_member(object, "bytes"));
    record.compression =
        compression_from(text_member(object, "compression")).value_or(Compression::Default);
    if (const json::value* blobs = object.if_contains("blobs"); blobs != nullptr)
        if (blobs->is_array())
            for (const json::value& blob : blobs->get_array()) {
                const auto digest = content::Digest::parse(
                    blob.is_string() ? std::string_view(blob.get_string()) : std::string_view());
                if (!digest)
                    return Error(ErrorCode::Unprocessable, path + " names a blob by no digest");
                record.blobs.push_back(*digest);
            }
    return record;
}

/// NotFound where there is none.
Result<Record> load_record(const Images& images, const Variant& tree) {
    const std::string path = record_path(images, tree);
    WW_TRY(const std::string text, read_file(path, kMaxRecordBytes));
    return parse_record(text, path);
}

}  // namespace

std::string record_path(const Images& images, const Variant& tree) {
    return images.rootfs(tree) + ".json";
}

std::optional<Record> read_record(const Images& images, const Variant& tree) {
    if (!images.exists(tree)) return std::nullopt;
    auto record = load_record(images, tree);
    if (record) return *record;
    if (record.error().code() != ErrorCode::NotFound)
        log::warn("image.record {}", record.error().message());
    return std::nullopt;
}

std::string record_text(const Record& record) {
    const auto member = [](std::string_view name, std::string_view text) {
        return text.empty() ? std::string() : fmt::format(",\n \"{}\": {}", name, json_quote(text));
    };
    std::string out = fmt::format("{{\"version\": {}", kRecordVersion);
    out += member("architecture", record.architecture ? to_string(*record.architecture) : "");
    out += member("source", record.source);
    out += member("digest", record.digest);
    out += member("platform", record.platform);
    out += member("created", record.created);
    out += fmt::format(",\n \"imported\": {},\n \"files\": {},\n \"bytes\": {}",
                       record.imported,
                       record.files,
                       record.bytes);
    if (record.compression != Compression::Default)
        out += member("compression", to_string(record.compression));
    if (!record.blobs.empty()) {
        out += ",\n \"blobs\": [";
        for (size_t i = 0; i < record.blobs.size(); ++i)
            out += fmt::format("{}\n  \"{}\"", i == 0 ? "" : ",", record.blobs[i].text());
        out += "]";
    }
    return out + "}\n";
}

Result<void> write_record(const std::string& path, const Record& record) {
    return replace_file(path, record_text(record), 0644);
}

Result<void> set_compression(const Images& images, const Variant& tree, Compression compression) {
    Record record;
    auto before = load_record(images, tree);
    if (before)
        record = std::move(*before);
    else if (before.error().code() != ErrorCode::NotFound)
        return before.error();
    if (record.compression == compression) return {};
    record.compression = compression;
    const std::string folder = images.source(tree.name);
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) return Error::from_errno(errno, "stat " + folder);
    WW_TRY_VOID(write_record(record_path(images, tree), record));
    const std::array<timespec, 2> times{status.st_atim, status.st_mtim};
    if (::utimensat(AT_FDCWD, folder.c_str(), times.data(), 0) != 0)
        return Error::from_errno(errno, "set the time of " + folder);
    return {};
}

std::optional<Architecture> architecture_of(const Images& images, const Variant& tree) {
    if (const auto record = read_record(images, tree); record && record->architecture)
        return record->architecture;
    const auto rootfs = images.open(tree);
    return rootfs ? architecture_of_tree(*rootfs) : std::nullopt;
}

std::optional<Variant> variant_for(const Images& images,
                                   std::string_view name,
                                   Architecture architecture) {
    std::optional<Variant> unknown;
    for (const Variant& tree : images.variants(name)) {
        const auto found = architecture_of(images, tree);
        if (found && runs(architecture, *found)) return tree;
        if (!found && !unknown) unknown = tree;
    }
    return unknown;
}

Result<std::vector<content::Digest>> recorded_blobs(const Images& images) {
    std::vector<content::Digest> blobs;
    WW_TRY(const std::vector<std::string> names, images.list());
    for (const std::string& name : names)
        for (const Variant& tree : images.variants(name)) {
            const auto record = load_record(images, tree);
            if (record)
                blobs.insert(blobs.end(), record->blobs.begin(), record->blobs.end());
            else if (record.error().code() != ErrorCode::NotFound)
                return record.error();
        }
    return blobs;
}

}  // namespace ww::image
