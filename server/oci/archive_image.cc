// SPDX-License-Identifier: BSD-3-Clause
#include "oci/archive_image.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <map>
#include <vector>

#include "base/path.h"
#include "base/quote.h"
#include "content/incoming.h"
#include "oci/decompress.h"
#include "oci/layout.h"
#include "oci/tar_reader.h"

namespace ww::oci {

namespace {

constexpr std::string_view kOciIndex = "index.json";
constexpr std::string_view kOciMarker = "oci-layout";
constexpr std::string_view kDockerManifest = "manifest.json";
constexpr int kMaxLinks = 10;  // one to another

class ArchiveReader {
   public:
    ArchiveReader(const content::Store& store, const ArchiveOptions& options)
        : store_(store), options_(options) {}

    Result<void> read(ByteSource& packed) {
        Decompress plain(packed);
        ReadAhead ahead(plain);
        TarReader tar(ahead);
        TarEntry entry;
        for (uint64_t entries = 0;; ++entries) {
            WW_TRY(const bool more, tar.next(entry));
            if (!more) return {};
            if (entries == kMaxArchiveEntries)
                return Error(ErrorCode::TooLarge,
                             fmt::format("the archive has more than {} entries", entries));
            WW_TRY_VOID(add(tar, entry));
        }
    }

    Result<ImageDigest> image(std::string_view name) const {
        if (documents_.contains(kOciIndex) && documents_.contains(kOciMarker)) {
            WW_TRY(const Layout layout,
                   Layout::of(documents_.find(kOciMarker)->second,
                              documents_.find(kOciIndex)->second,
                              store_.folder()));
            return layout.find(name, options_.wanted);
        }
        const auto manifest = documents_.find(kDockerManifest);
        if (manifest == documents_.end())
            return Error(ErrorCode::Unprocessable,
                         "the archive has neither manifest.json nor an OCI layout's index.json");
        return docker_image(manifest->second, name);
    }

   private:
    struct Blob {
        Digest digest;
        uint64_t size = 0;
    };

    Result<void> add(TarReader& tar, const TarEntry& entry) {
        const std::string name = rooted_path(entry.path).substr(1);
        if (!entry.hard_link.empty()) {
            links_[name] = rooted_path(entry.hard_link).substr(1);
        } else if (S_ISLNK(entry.mode)) {
            // From the folder it is in: old releases saved a layer that came twice like that.
            links_[name] = rooted_path(fmt::format("{}/{}", parent_of(name), entry.link)).substr(1);
        } else if (S_ISREG(entry.mode)) {
            if (name == kOciIndex || name == kOciMarker || name == kDockerManifest) {
                WW_TRY(documents_[name], document(tar, entry));
            } else {
                WW_TRY_VOID(put(tar, entry, name), "reading {}", quote(name));
            }
        }
        return {};
    }

    static Result<std::string> document(TarReader& tar, const TarEntry& entry) {
        if (entry.size > static_cast<uint64_t>(kMaxDocumentBytes))
            return Error(
                ErrorCode::TooLarge,
                fmt::format("{} is larger than {} bytes", quote(entry.path), kMaxDocumentBytes));
        std::string text;
        for (;;) {
            WW_TRY(const TarPiece piece, tar.piece());
            if (piece.bytes.empty()) return text;
            text += piece.bytes;
        }
    }

    /// Under the digest that it has; one that its name says is nothing to rely on.
    Result<void> put(TarReader& tar, const TarEntry& entry, const std::string& name) {
        if (entry.size > options_.max_bytes - bytes_)
            return Error(ErrorCode::TooLarge,
                         fmt::format("the archive has more than {} bytes", options_.max_bytes));
        WW_TRY(content::Incoming incoming,
               content::Incoming::create(store_, std::nullopt, options_.stop));
        for (;;) {
            if (options_.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
            WW_TRY(const TarPiece piece, tar.piece());
            if (piece.bytes.empty()) break;
            // A hole in a blob is zeros like others; nobody writes such.
            if (piece.offset != incoming.size())
                return Error(ErrorCode::Unprocessable, "a blob has holes");
            WW_TRY_VOID(incoming.write(piece.bytes));
            bytes_ += piece.bytes.size();
            if (options_.progress)
                options_.progress({.phase = "reading the archive", .bytes = bytes_});
        }
        const uint64_t size = incoming.size();
        if (size != entry.size) return Error(ErrorCode::Unprocessable, "a blob has holes");
        WW_TRY(const Digest digest, incoming.commit());
        blobs_.insert_or_assign(name, Blob{digest, size});
        return {};
    }

    Result<Descriptor> member(std::string name, std::string_view media_type) const {
        name = rooted_path(name).substr(1);
        for (int i = 0; i < kMaxLinks; ++i) {
            if (const auto blob = blobs_.find(name); blob != blobs_.end())
                return Descriptor{.media_type = std::string(media_type),
                                  .digest = blob->second.digest,
                                  .size = blob->second.size,
                                  .platform = {},
                                  .ref_name = {}};
            const auto link = links_.find(name);
            if (link == links_.end()) break;
            name = link->second;
        }
        return Error(
            ErrorCode::Unprocessable,
            fmt::format("the archive's manifest.json names {}, which is not in it", quote(name)));
    }

    Result<ImageDigest> docker_image(std::string_view text, std::string_view name) const {
        WW_TRY(const DockerImage found, choose_docker_image(text, name));
        WW_TRY(Descriptor config, member(found.config, kOciConfigType));
        Manifest manifest{std::move(config), {}};
        for (const std::string& layer : found.layers) {
            WW_TRY(Descriptor blob, member(layer, kOciLayerType));
            manifest.layers.push_back(std::move(blob));
        }
        WW_TRY(const UniqueFd fd, store_.open_blob(manifest.config.digest));
        WW_TRY(const std::string config_text, read_fd(fd.get(), found.config, kMaxDocumentBytes));
        WW_TRY(const ImageConfig parsed, parse_config(config_text, quote(found.config)));
        // Docker's archives have no manifest with a digest; this one is what the image goes by.
        const std::string document = manifest_text(manifest);
        const Descriptor self{.media_type = {},
                              .digest = Digest::of(document),
                              .size = document.size(),
                              .platform = {},
                              .ref_name = {}};
        WW_TRY(content::Incoming incoming,
               content::Incoming::create(
                   store_, content::Expected{self.digest, self.size}, options_.stop));
        WW_TRY_VOID(incoming.write(document));
        WW_TRY(const Digest stored, incoming.commit());
        return describe_image(self, manifest, parsed, options_.wanted);
    }

    const content::Store& store_;
    const ArchiveOptions& options_;
    std::map<std::string, std::string, std::less<>> documents_;
    std::map<std::string, Blob> blobs_;  // by name in the archive
    std::map<std::string, std::string> links_;
    uint64_t bytes_ = 0;
};

}  // namespace

Result<ImageDigest> read_archive(ByteSource& packed,
                                 const content::Store& store,
                                 std::string_view name,
                                 const ArchiveOptions& options) {
    ArchiveReader reader(store, options);
    WW_TRY_VOID(reader.read(packed));
    return reader.image(name);
}

}  // namespace ww::oci
