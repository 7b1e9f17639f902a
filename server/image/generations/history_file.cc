// SPDX-License-Identifier: BSD-3-Clause
//
// The only file of this layer that uses Boost.JSON.
#include "image/generations/history_file.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace ww::image {

namespace {

namespace json = boost::json;

constexpr int64_t kHistoryFormat = 1;

json::array files_value(const std::vector<KeptFile>& files) {
    json::array array;
    for (const KeptFile& file : files)
        array.push_back(json::object{{"path", file.path}, {"digest", file.digest.text()}});
    return array;
}

json::object value_of(const Generation& generation) {
    return {{"number", generation.number},
            {"digest", generation.digest.text()},
            {"size", generation.size},
            {"compressed_size", generation.compressed_size},
            {"tree_ns", generation.tree_ns},
            {"built", generation.built},
            {"author", generation.author},
            {"reason", generation.reason},
            {"kernel", generation.kernel},
            {"kernels", files_value(generation.kernels)},
            {"initramfs", files_value(generation.initramfs)}};
}

Error wrong_member(std::string_view member) {
    return {ErrorCode::Unprocessable,
            fmt::format("{} of a history of images is not what it should be", member)};
}

/// Members of one object; each that is missing or of another kind is an error.
class Members {
   public:
    explicit Members(const json::value& value) : object_(value.if_object()) {}

    template <class Number>
    Result<void> read(const char* name, Number& into) const {
        const json::value* value = find(name);
        // Boost reads what fits an int64_t as such.
        if (value == nullptr || !value->is_int64()) return wrong_member(name);
        if (std::is_unsigned_v<Number> && value->get_int64() < 0) return wrong_member(name);
        into = static_cast<Number>(value->get_int64());
        return {};
    }
    Result<std::string> text(const char* name) const {
        const json::value* value = find(name);
        if (value == nullptr || !value->is_string()) return wrong_member(name);
        return std::string(value->get_string().data(), value->get_string().size());
    }
    Result<content::Digest> digest(const char* name) const {
        WW_TRY(const std::string digest, text(name));
        const auto parsed = content::Digest::parse(digest);
        return parsed ? parsed : wrong_member(name);
    }
    Result<const json::array*> array(const char* name) const {
        const json::value* value = find(name);
        if (value == nullptr || !value->is_array()) return wrong_member(name);
        return &value->get_array();
    }

   private:
    const json::value* find(const char* name) const {
        return object_ == nullptr ? nullptr : object_->if_contains(name);
    }
    const json::object* object_;
};

Result<std::vector<KeptFile>> read_files(const Members& members, const char* name) {
    WW_TRY(const json::array* array, members.array(name));
    std::vector<KeptFile> files;
    for (const json::value& value : *array) {
        const Members file(value);
        WW_TRY(std::string path, file.text("path"));
        WW_TRY(content::Digest digest, file.digest("digest"));
        files.push_back({std::move(path), std::move(digest)});
    }
    return files;
}

Result<Generation> read_generation(const json::value& value) {
    const Members members(value);
    WW_TRY(content::Digest digest, members.digest("digest"));
    Generation generation{.digest = std::move(digest)};
    WW_TRY_VOID(members.read("number", generation.number));
    WW_TRY_VOID(members.read("size", generation.size));
    WW_TRY_VOID(members.read("compressed_size", generation.compressed_size));
    WW_TRY_VOID(members.read("tree_ns", generation.tree_ns));
    WW_TRY_VOID(members.read("built", generation.built));
    WW_TRY(generation.author, members.text("author"));
    WW_TRY(generation.reason, members.text("reason"));
    WW_TRY(generation.kernel, members.text("kernel"));
    WW_TRY(generation.kernels, read_files(members, "kernels"));
    WW_TRY(generation.initramfs, read_files(members, "initramfs"));
    return generation;
}

}  // namespace

std::string history_text(const History& history) {
    json::array generations;
    for (const Generation& generation : history.generations)
        generations.push_back(value_of(generation));
    return json::serialize(json::object{{"format", kHistoryFormat},
                                        {"next", history.next},
                                        {"generations", std::move(generations)}}) +
           "\n";
}

Result<History> parse_history(std::string_view text) {
    boost::system::error_code failed;
    const json::value value = json::parse({text.data(), text.size()}, failed);
    if (failed)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("a history of images is no JSON: {}", failed.message()));
    const Members members(value);
    int64_t format = 0;
    WW_TRY_VOID(members.read("format", format));
    if (format != kHistoryFormat)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("a history of images has the format {}, which this wwd does not "
                                 "know",
                                 format));
    History history;
    WW_TRY_VOID(members.read("next", history.next));
    WW_TRY(const json::array* generations, members.array("generations"));
    for (const json::value& each : *generations) {
        WW_TRY(Generation generation, read_generation(each));
        if (generation.number >= history.next ||
            (!history.generations.empty() &&
             generation.number <= history.generations.back().number))
            return wrong_member("number");
        history.generations.push_back(std::move(generation));
    }
    return history;
}

}  // namespace ww::image
