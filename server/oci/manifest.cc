// SPDX-License-Identifier: BSD-3-Clause
//
// The only file of this layer that uses Boost.JSON.
#include "oci/manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_text.h"
#include "base/quote.h"

namespace ww::oci {

namespace {

namespace json = boost::json;

// Real documents have six.
constexpr size_t kMaxJsonDepth = 32;

/// Numbers of documents are whole, and small enough for a size.
std::optional<int64_t> whole_number(const json::value& value) {
    return value.is_int64() ? std::optional(value.get_int64()) : std::nullopt;
}

/// One object of a document, and what to call it in messages.
class Part {
   public:
    Part(const json::object& object, std::string where)
        : object_(object), where_(std::move(where)) {}

    Error wrong(std::string_view member, std::string_view what) const {
        return {ErrorCode::Unprocessable, fmt::format("{}: {} {}", where_, member, what)};
    }

    const json::value* find(std::string_view member) const {
        const json::value* value = object_.if_contains(member);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    /// "" where there is none.
    Result<std::string> text(std::string_view member) const {
        const json::value* value = find(member);
        if (value == nullptr) return std::string();
        if (!value->is_string()) return wrong(member, "is no string");
        return std::string(value->get_string().data(), value->get_string().size());
    }

    Result<uint64_t> size(std::string_view member) const {
        const json::value* value = find(member);
        if (value == nullptr) return wrong(member, "is missing");
        const auto number = whole_number(*value);
        if (!number || *number < 0) return wrong(member, "is no size");
        return static_cast<uint64_t>(*number);
    }

    Result<Digest> digest(std::string_view member) const {
        WW_TRY(const std::string word, text(member));
        auto digest = Digest::parse(word);
        if (!digest)
            return wrong(member,
                         fmt::format("is no SHA-256 digest: {}", quote(word.substr(0, 200))));
        return digest;
    }

    Result<Part> part(std::string_view member) const {
        const json::value* value = find(member);
        if (value == nullptr) return wrong(member, "is missing");
        if (!value->is_object()) return wrong(member, "is no object");
        return Part(value->get_object(), below(member));
    }

    /// The items of an array; none where there is no array.
    Result<const json::array*> list(std::string_view member, size_t most) const {
        static const json::array none;
        const json::value* value = find(member);
        if (value == nullptr) return &none;
        if (!value->is_array()) return wrong(member, "is no list");
        if (value->get_array().size() > most)
            return wrong(member, fmt::format("has more than {} items", most))
                .with_code(ErrorCode::TooLarge);
        return &value->get_array();
    }

    Result<std::vector<std::string>> texts(std::string_view member, size_t most) const {
        WW_TRY(const json::array* items, list(member, most));
        std::vector<std::string> found;
        for (const json::value& item : *items) {
            if (!item.is_string()) return wrong(member, "has an item that is no string");
            found.emplace_back(item.get_string().data(), item.get_string().size());
        }
        return found;
    }

    std::string below(std::string_view member) const {
        return fmt::format("{}: {}", where_, member);
    }

   private:
    const json::object& object_;
    std::string where_;
};

/// A document: keeps the values its parts refer to.
struct Document {
    json::value value;
    std::string name;

    Part top() const { return {value.get_object(), name}; }
};

Result<Document> read_document(std::string_view text, std::string_view name) {
    if (text.size() > static_cast<size_t>(kMaxDocumentBytes))
        return Error(ErrorCode::TooLarge,
                     fmt::format("{} is larger than {} bytes", name, kMaxDocumentBytes));
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    json::value value = json::parse(text, failed, {}, options);
    if (failed || !value.is_object())
        return Error(ErrorCode::Unprocessable, fmt::format("{} is no JSON object", name));
    return Document{std::move(value), std::string(name)};
}

Result<Platform> platform_of(const Part& part) {
    Platform platform;
    WW_TRY(platform.os, part.text("os"));
    WW_TRY(platform.architecture, part.text("architecture"));
    WW_TRY(platform.variant, part.text("variant"));
    return platform;
}

Result<Descriptor> descriptor_of(const Part& part) {
    WW_TRY(const Digest digest, part.digest("digest"));
    Descriptor descriptor{
        .media_type = {}, .digest = digest, .size = 0, .platform = {}, .ref_name = {}};
    WW_TRY(descriptor.media_type, part.text("mediaType"));
    WW_TRY(descriptor.size, part.size("size"));
    if (part.find("platform") != nullptr) {
        WW_TRY(const Part platform, part.part("platform"));
        WW_TRY(descriptor.platform, platform_of(platform));
    }
    if (part.find("annotations") != nullptr) {
        WW_TRY(const Part annotations, part.part("annotations"));
        WW_TRY(descriptor.ref_name, annotations.text("org.opencontainers.image.ref.name"));
    }
    return descriptor;
}

Result<std::vector<Descriptor>> descriptors(const Part& part,
                                            std::string_view member,
                                            size_t most) {
    WW_TRY(const json::array* items, part.list(member, most));
    std::vector<Descriptor> found;
    for (size_t i = 0; i < items->size(); ++i) {
        const std::string where = fmt::format("{}[{}]", part.below(member), i);
        const json::value& item = (*items)[i];
        if (!item.is_object())
            return Error(ErrorCode::Unprocessable, fmt::format("{} is no object", where));
        WW_TRY(Descriptor descriptor, descriptor_of(Part(item.get_object(), where)));
        found.push_back(std::move(descriptor));
    }
    return found;
}

Result<void> check_version(const Part& part) {
    const json::value* value = part.find("schemaVersion");
    if (value == nullptr) return part.wrong("schemaVersion", "is missing");
    const auto number = whole_number(*value);
    if (!number || *number != 2) return part.wrong("schemaVersion", "is not 2");
    return {};
}

constexpr std::string_view kOci = "application/vnd.oci.image.";
constexpr std::string_view kDocker = "application/vnd.docker.";

}  // namespace

Result<Index> parse_index(std::string_view text, std::string_view name) {
    WW_TRY(const Document document, read_document(text, name));
    const Part top = document.top();
    WW_TRY_VOID(check_version(top));
    if (top.find("manifests") == nullptr) return top.wrong("manifests", "is missing");
    Index index;
    WW_TRY(index.manifests, descriptors(top, "manifests", kMaxManifests));
    return index;
}

Result<Manifest> parse_manifest(std::string_view text, std::string_view name) {
    WW_TRY(const Document document, read_document(text, name));
    const Part top = document.top();
    WW_TRY_VOID(check_version(top));
    WW_TRY(const Part config, top.part("config"));
    WW_TRY(Descriptor descriptor, descriptor_of(config));
    Manifest manifest{std::move(descriptor), {}};
    WW_TRY(manifest.layers, descriptors(top, "layers", kMaxLayers));
    for (size_t i = 0; i < manifest.layers.size(); ++i)
        if (const std::string& type = manifest.layers[i].media_type; !is_layer(type))
            return top.wrong(fmt::format("layers[{}]", i),
                             fmt::format("is no layer of a root file system but {}",
                                         quote(type.substr(0, 200))));
    return manifest;
}

Result<ImageConfig> parse_config(std::string_view text, std::string_view name) {
    WW_TRY(const Document document, read_document(text, name));
    const Part top = document.top();
    ImageConfig config;
    WW_TRY(config.platform, platform_of(top));
    WW_TRY(config.created, top.text("created"));
    WW_TRY(const Part rootfs, top.part("rootfs"));
    WW_TRY(const json::array* items, rootfs.list("diff_ids", kMaxLayers));
    for (const json::value& item : *items) {
        const auto digest = Digest::parse(item.is_string() ? std::string_view(item.get_string())
                                                           : std::string_view());
        if (!digest) return rootfs.wrong("diff_ids", "has an item that is no SHA-256 digest");
        config.diff_ids.push_back(*digest);
    }
    return config;
}

Result<DockerImage> choose_docker_image(std::string_view text, std::string_view tag) {
    const std::string name = "the archive's manifest.json";
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = kMaxJsonDepth;
    const json::value value = json::parse(text, failed, {}, options);
    if (failed || !value.is_array() || value.get_array().size() > kMaxManifests)
        return Error(ErrorCode::Unprocessable, name + " is no list of images");
    std::vector<DockerImage> images;
    std::vector<std::string> tags;
    for (const json::value& item : value.get_array()) {
        if (!item.is_object())
            return Error(ErrorCode::Unprocessable, name + " has an item that is no object");
        const Part part(item.get_object(), name);
        DockerImage image;
        WW_TRY(image.config, part.text("Config"));
        if (image.config.empty()) return part.wrong("Config", "is missing");
        WW_TRY(image.layers, part.texts("Layers", kMaxLayers));
        WW_TRY(const std::vector<std::string> own, part.texts("RepoTags", kMaxManifests));
        tags.insert(tags.end(), own.begin(), own.end());
        if (tag.empty() || std::ranges::find(own, tag) != own.end())
            images.push_back(std::move(image));
    }
    if (images.size() == 1) return std::move(images[0]);
    const std::string have =
        tags.empty() ? std::string("none has a name") : fmt::format("{}", fmt::join(tags, ", "));
    if (images.empty() && !tag.empty())
        return Error(ErrorCode::NotFound,
                     fmt::format("the archive has no image named {}", quote(tag)))
            .with_hint("it has: " + have);
    if (images.empty()) return Error(ErrorCode::Unprocessable, "the archive has no image");
    return Error(ErrorCode::InvalidArgument,
                 fmt::format("the archive has {} images", images.size()))
        .with_hint("add one of these names after docker-archive:FILE and a colon: " + have);
}

std::string manifest_text(const Manifest& manifest) {
    const auto descriptor = [](const Descriptor& one) {
        return fmt::format(R"({{"mediaType":{},"digest":"{}","size":{}}})",
                           json_quote(one.media_type),
                           one.digest.text(),
                           one.size);
    };
    std::string layers;
    for (const Descriptor& layer : manifest.layers)
        layers += (layers.empty() ? "" : ",") + descriptor(layer);
    return fmt::format(
        R"({{"schemaVersion":2,"config":{},"layers":[{}]}})", descriptor(manifest.config), layers);
}

bool is_index(std::string_view type) {
    return type == "application/vnd.oci.image.index.v1+json" ||
           type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

bool is_manifest(std::string_view type) {
    return type == "application/vnd.oci.image.manifest.v1+json" ||
           type == "application/vnd.docker.distribution.manifest.v2+json";
}

bool is_layer(std::string_view type) {
    for (const std::string_view kind : {"layer.v1.tar", "layer.nondistributable.v1.tar"}) {
        const std::string start = fmt::format("{}{}", kOci, kind);
        if (type == start || type == start + "+gzip" || type == start + "+zstd") return true;
    }
    for (const std::string_view kind : {"image.rootfs.diff.tar", "image.rootfs.foreign.diff.tar"}) {
        const std::string start = fmt::format("{}{}", kDocker, kind);
        if (type == start || type == start + ".gzip" || type == start + ".zstd") return true;
    }
    return false;
}

}  // namespace ww::oci
