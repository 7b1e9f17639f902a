// SPDX-License-Identifier: BSD-3-Clause
#include "oci/layout.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/quote.h"
#include "oci/byte_source.h"

namespace ww::oci {

namespace {

// An index may name an index; nobody nests them deeper than that.
constexpr int kMaxIndexDepth = 4;

Result<void> check_marker(std::string_view marker, const std::string& name) {
    if (marker.find("\"imageLayoutVersion\"") == std::string_view::npos ||
        marker.find("\"1.") == std::string_view::npos)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is an OCI layout of a version we do not know", name));
    return {};
}

}  // namespace

Result<Layout> Layout::open(const std::string& folder, const std::string& blobs) {
    WW_TRY(const ConfinedDir top, ConfinedDir::open(folder));
    const auto marker = top.read("oci-layout", kMaxDocumentBytes);
    if (!marker)
        return marker.error().code() == ErrorCode::NotFound
                   ? Error(ErrorCode::NotFound, fmt::format("{} has no file oci-layout", folder))
                         .with_hint("an OCI layout has oci-layout, index.json and blobs/")
                   : marker.error();
    WW_TRY_VOID(check_marker(*marker, folder));
    WW_TRY(std::string index, top.read("index.json", kMaxDocumentBytes));
    WW_TRY(ConfinedDir content, ConfinedDir::open(blobs.empty() ? folder + "/blobs" : blobs));
    return Layout(folder, std::move(index), std::move(content));
}

Result<Layout> Layout::of(std::string_view marker, std::string index, const std::string& blobs) {
    const std::string name = "the archive";
    WW_TRY_VOID(check_marker(marker, name));
    WW_TRY(ConfinedDir content, ConfinedDir::open(blobs));
    return Layout(name, std::move(index), std::move(content));
}

Result<UniqueFd> Layout::blob(const Descriptor& what) const {
    WW_TRY(UniqueFd fd,
           blobs_.open_file("sha256/" + what.digest.hex(), O_RDONLY),
           "looking for {}",
           what.digest.text());
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, "stat " + what.digest.text());
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::Unprocessable, what.digest.text() + " is not a file");
    if (static_cast<uint64_t>(status.st_size) != what.size)
        return Error(
            ErrorCode::Unprocessable,
            fmt::format("{} has {} bytes, not {}", what.digest.text(), status.st_size, what.size));
    return fd;
}

Result<std::string> Layout::document(const Descriptor& what) const {
    if (what.size > static_cast<uint64_t>(kMaxDocumentBytes))
        return Error(
            ErrorCode::TooLarge,
            fmt::format("{} is larger than {} bytes", what.digest.text(), kMaxDocumentBytes));
    WW_TRY(const UniqueFd fd, blob(what));
    WW_TRY(std::string text, read_fd(fd.get(), what.digest.text(), kMaxDocumentBytes));
    if (Digest::of(text) != what.digest)
        return Error(
            ErrorCode::Unprocessable,
            fmt::format(
                "{} is damaged: its content is {}", what.digest.text(), Digest::of(text).text()));
    return text;
}

Result<ImageDigest> Layout::find(std::string_view ref,
                                 const std::optional<Platform>& wanted) const {
    WW_TRY(Index index, parse_index(index_, name_ + ": index.json"));
    if (!ref.empty()) {
        std::erase_if(index.manifests, [&](const Descriptor& one) { return one.ref_name != ref; });
        if (index.manifests.empty())
            return Error(ErrorCode::NotFound,
                         fmt::format("{} has no image named {}", name_, quote(ref)));
    } else {
        std::set<std::string> names;
        for (const Descriptor& one : index.manifests) names.insert(one.ref_name);
        if (names.size() > 1)
            return Error(ErrorCode::InvalidArgument, fmt::format("{} has several images", name_))
                .with_hint(fmt::format("add one of these names after a colon: {}",
                                       fmt::join(names, ", ")));
    }
    WW_TRY(Descriptor found, choose(index, wanted));
    for (int depth = 0; is_index(found.media_type); ++depth) {
        if (depth == kMaxIndexDepth)
            return Error(ErrorCode::Unprocessable,
                         "indexes are nested too deep at " + found.digest.text());
        WW_TRY(const std::string inner, document(found));
        WW_TRY(index, parse_index(inner, found.digest.text()));
        WW_TRY(found, choose(index, wanted));
    }
    if (!is_manifest(found.media_type))
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} is no image but {}",
                                 found.digest.text(),
                                 quote(found.media_type.substr(0, 200))));
    WW_TRY(const std::string manifest_text, document(found));
    WW_TRY(const Manifest manifest, parse_manifest(manifest_text, found.digest.text()));
    WW_TRY(const std::string config_text, document(manifest.config));
    WW_TRY(const ImageConfig config, parse_config(config_text, manifest.config.digest.text()));
    return describe_image(found, manifest, config, wanted);
}

Result<void> verify_blob(int fd, const Descriptor& what, const std::stop_token& stop) {
    if (::lseek(fd, 0, SEEK_SET) != 0)
        return Error::from_errno(errno, "seek " + what.digest.text());
    FileSource file(fd, what.digest.text());
    DigestSource counted(file);
    for (;;) {
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        WW_TRY(const std::string_view piece, counted.next());
        if (piece.empty()) break;
        if (counted.bytes() > what.size) break;
    }
    const uint64_t size = counted.bytes();
    const std::string hex = counted.finish();
    if (size != what.size || hex != what.digest.hex())
        return Error(
            ErrorCode::Unprocessable,
            fmt::format("{} is damaged: its content is sha256:{}", what.digest.text(), hex));
    if (::lseek(fd, 0, SEEK_SET) != 0)
        return Error::from_errno(errno, "seek " + what.digest.text());
    return {};
}

}  // namespace ww::oci
