// SPDX-License-Identifier: BSD-3-Clause
#include "render/ignition.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>
#include <vector>

#include "base/json_text.h"

namespace ww::render {

namespace {

// An object under construction; members that are unset are left out.
class JsonObject {
   public:
    void text(const char* key, const std::string& value) {
        if (!value.empty()) raw(key, json_quote(value));
    }
    void flag(const char* key, const std::optional<bool>& value) {
        if (value) raw(key, *value ? "true" : "false");
    }
    void number(const char* key, const std::optional<int64_t>& value) {
        if (value) raw(key, std::to_string(*value));
    }
    void list(const char* key, const std::vector<std::string>& items) {
        if (!items.empty()) raw(key, fmt::format("[{}]", joined(items)));
    }
    void raw(const char* key, const std::string& json) {
        members_ += fmt::format("{}\"{}\":{}", members_.empty() ? "" : ",", key, json);
    }
    std::string str() const { return "{" + members_ + "}"; }

   private:
    static std::string joined(const std::vector<std::string>& items) {
        std::string out;
        for (const std::string& item : items) out += (out.empty() ? "" : ",") + item;
        return out;
    }

    std::string members_;
};

Result<std::optional<int64_t>> number(const std::string& text, const std::string& what) {
    if (text.empty()) return std::optional<int64_t>();
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is not a number: \"{}\"", what, text));
    return std::optional<int64_t>(value);
}

struct SizedPartition {
    int64_t number = 0;
    std::optional<int64_t> size;
    std::string json;

    // Numbered order; of equal numbers (unnumbered ones have 0) those with a size come first.
    auto key() const { return std::tuple(number, !size.has_value(), size.value_or(0)); }
};

Result<SizedPartition> partition_json(const std::string& disk,
                                      const std::string& label,
                                      const nodes::Partition& partition) {
    const auto what = [&](const char* field) {
        return fmt::format("{} of partition \"{}\" on disk {}", field, label, disk);
    };
    WW_TRY(const auto index, number(partition.number, what("number")));
    WW_TRY(const auto size, number(partition.size_mib, what("size_mib")));
    WW_TRY(const auto start, number(partition.start_mib, what("start_mib")));
    JsonObject object;
    object.text("guid", partition.guid);
    object.text("label", label);
    object.number("number", index);
    object.flag("resize", partition.resize);
    object.flag("shouldExist", partition.should_exist);
    object.number("sizeMiB", size);
    object.number("startMiB", start);
    object.text("typeGuid", partition.type_guid);
    object.flag("wipePartitionEntry", partition.wipe_partition_entry);
    return SizedPartition{index.value_or(0), size, object.str()};
}

Result<std::string> disk_json(const std::string& device, const nodes::Disk& disk) {
    std::vector<SizedPartition> partitions;
    for (const auto& [label, partition] : disk.partitions) {
        WW_TRY(SizedPartition made, partition_json(device, label, partition));
        partitions.push_back(std::move(made));
    }
    std::stable_sort(partitions.begin(), partitions.end(), [](const auto& a, const auto& b) {
        return a.key() < b.key();
    });
    std::vector<std::string> items;
    for (SizedPartition& partition : partitions) items.push_back(std::move(partition.json));
    JsonObject object;
    object.text("device", device);
    object.list("partitions", items);
    object.flag("wipeTable", disk.wipe_table);
    return object.str();
}

std::vector<std::string> quoted(const std::vector<std::string>& texts) {
    std::vector<std::string> out;
    for (const std::string& text : texts) out.push_back(json_quote(text));
    return out;
}

std::vector<std::string> split_at_commas(const std::string& text) {
    std::vector<std::string> out;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find(',', start), text.size());
        if (end > start) out.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return out;
}

std::string filesystem_json(const std::string& device, const nodes::FileSystem& filesystem) {
    JsonObject object;
    object.text("device", device);
    object.text("format", filesystem.format);
    object.text("label", filesystem.label);
    object.list("mountOptions", quoted(split_at_commas(filesystem.mount_options)));
    object.list("options", quoted(filesystem.options));
    object.raw("path", json_quote(filesystem.path));
    object.text("uuid", filesystem.uuid);
    object.flag("wipeFilesystem", filesystem.wipe_filesystem);
    return object.str();
}

}  // namespace

Result<std::string> ignition_json(const nodes::Node& node) {
    if (node.disks.empty() && node.filesystems.empty()) return std::string();
    std::vector<std::string> disks;
    for (const auto& [device, disk] : node.disks) {
        WW_TRY(std::string json, disk_json(device, disk));
        disks.push_back(std::move(json));
    }
    std::vector<std::string> filesystems;
    for (const auto& [device, filesystem] : node.filesystems)
        filesystems.push_back(filesystem_json(device, filesystem));
    JsonObject storage;
    storage.list("disks", disks);
    storage.list("filesystems", filesystems);
    JsonObject all;
    all.raw("ignition", R"({"version":"3.1.0"})");
    all.raw("storage", storage.str());
    return all.str();
}

}  // namespace ww::render
