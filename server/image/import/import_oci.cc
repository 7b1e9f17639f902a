// SPDX-License-Identifier: BSD-3-Clause
#include "image/import/import_oci.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/path.h"
#include "base/process.h"
#include "base/quote.h"
#include "content/incoming.h"
#include "image/aside.h"
#include "image/place.h"
#include "oci/archive_image.h"
#include "oci/layout.h"
#include "oci/unpack_image.h"

namespace ww::image {

namespace {

/// "docker://host/name" of "docker://host:5000/name:tag@sha256:…".
std::string repository_of(std::string_view reference) {
    reference = reference.substr(0, reference.find('@'));
    const std::string_view last = base_name(reference);  // a colon before it is a port's
    if (const size_t tag = last.find(':'); tag != std::string_view::npos)
        reference.remove_suffix(last.size() - tag);
    return std::string(reference);
}

/// Brings the blobs of one image into the store, whatever way they come.
class Fetch {
   public:
    Fetch(const content::Store& store, const OciImport& import) : store_(store), import_(import) {}

    /// Of a layout that is not ours: copied, each checked on its way.
    Result<oci::ImageDigest> from_layout(const ImportSource& from) {
        WW_TRY(const oci::Layout layout, oci::Layout::open(from.path));
        WW_TRY(oci::ImageDigest image, layout.find(from.name, import_.platform));
        for (const std::vector<oci::Descriptor>& list : {image.documents, image.layers})
            for (const oci::Descriptor& blob : list) {
                if (has(blob)) continue;
                WW_TRY(const UniqueFd fd, layout.blob(blob));
                WW_TRY_VOID(put(fd.get(), blob));
            }
        tell_fetched(image);
        return image;
    }

    /// Of Docker's or OCI's archive.
    Result<oci::ImageDigest> from_archive(const ImportSource& from) {
        const UniqueFd fd(::open(from.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
        if (!fd.valid()) return Error::from_errno(errno, "open " + from.path);
        oci::FileSource packed(fd.get(), from.path);
        return oci::read_archive(packed,
                                 store_,
                                 from.name,
                                 {.wanted = import_.platform,
                                  .stop = import_.options.stop,
                                  .progress = import_.options.progress});
    }

    /// Of an engine: skopeo makes a layout of it, its blobs in the store.
    Result<oci::ImageDigest> from_engine(const ImportSource& from) {
        WW_TRY(const Aside aside, Aside::create(store_.folder()));
        WW_TRY(
            const Skopeo skopeo,
            Skopeo::create(aside.path(), from.reference, import_.transport, import_.options.stop));
        const std::string layout = aside.path() + "/layout";
        WW_TRY_VOID(skopeo.copy(
            from.reference, layout, store_.folder(), import_.platform, [&] { report(layout, 0); }));
        WW_TRY(const oci::Layout made, oci::Layout::open(layout, store_.folder()));
        return made.find("image", import_.platform);
    }

    /// Of a registry: what is there is looked at first, so that the platform is ours to choose and
    /// nothing is fetched that we have.
    Result<oci::ImageDigest> from_registry(const ImportSource& from) {
        WW_TRY(const Aside aside, Aside::create(store_.folder()));
        WW_TRY(
            const Skopeo skopeo,
            Skopeo::create(aside.path(), from.reference, import_.transport, import_.options.stop));
        tell_phase("asking the registry");
        WW_TRY(std::string text, skopeo.manifest(from.reference));
        oci::Descriptor manifest{.media_type = {},
                                 .digest = content::Digest::of(text),
                                 .size = text.size(),
                                 .platform = {},
                                 .ref_name = {}};
        const std::string repository = repository_of(from.reference);
        // A document with "manifests" is an index; it may name others.
        for (int depth = 0; depth < 4; ++depth) {
            const auto index = oci::parse_index(text, from.reference);
            if (!index) break;
            WW_TRY(manifest, oci::choose(*index, import_.platform));
            WW_TRY(text, skopeo.manifest(repository + "@" + manifest.digest.text()));
            if (content::Digest::of(text) != manifest.digest)
                return Error(ErrorCode::Unprocessable,
                             fmt::format("the registry gave something else than {}",
                                         manifest.digest.text()));
        }
        const std::string reference = repository + "@" + manifest.digest.text();
        WW_TRY(const oci::Manifest content, oci::parse_manifest(text, manifest.digest.text()));
        WW_TRY(const std::string config_text, skopeo.configuration(reference));
        if (content::Digest::of(config_text) != content.config.digest)
            return Error(ErrorCode::Unprocessable,
                         fmt::format("the registry gave something else than {}",
                                     content.config.digest.text()));
        WW_TRY(const oci::ImageConfig config,
               oci::parse_config(config_text, content.config.digest.text()));
        WW_TRY(const oci::ImageDigest image,
               oci::describe_image(manifest, content, config, import_.platform));

        WW_TRY_VOID(put_text(text, manifest));
        WW_TRY_VOID(put_text(config_text, content.config));
        for (const oci::Descriptor& layer : image.layers)
            if (!has(layer)) missing_.push_back(layer);
        if (!missing_.empty()) {
            const std::string layout = aside.path() + "/layout";
            uint64_t total = 0;
            for (const oci::Descriptor& layer : missing_) total += layer.size;
            WW_TRY_VOID(skopeo.copy(reference, layout, store_.folder(), import_.platform, [&] {
                report(layout, total);
            }));
            fetched_ = total;
        }
        tell_fetched(image);
        return image;
    }

   private:
    bool has(const oci::Descriptor& blob) const {
        const auto size = store_.size(blob.digest);
        return size && *size == blob.size;
    }

    Result<void> put_text(const std::string& text, const oci::Descriptor& what) {
        if (has(what)) return {};
        WW_TRY(content::Incoming incoming,
               content::Incoming::create(
                   store_, content::Expected{what.digest, text.size()}, import_.options.stop));
        WW_TRY_VOID(incoming.write(text));
        WW_TRY(const content::Digest digest, incoming.commit());
        return {};
    }

    Result<void> put(int fd, const oci::Descriptor& what) {
        WW_TRY(content::Incoming incoming,
               content::Incoming::create(
                   store_, content::Expected{what.digest, what.size}, import_.options.stop));
        oci::FileSource file(fd, what.digest.text());
        for (;;) {
            if (import_.options.stop.stop_requested())
                return Error(ErrorCode::Cancelled, "stopped");
            WW_TRY(const std::string_view piece, file.next());
            if (piece.empty()) break;
            WW_TRY_VOID(incoming.write(piece), "copying {}", what.digest.text());
            fetched_ += piece.size();
            if (import_.options.progress)
                import_.options.progress({.phase = "copying blobs", .bytes = fetched_});
        }
        WW_TRY(const content::Digest digest, incoming.commit(), "copying {}", what.digest.text());
        return {};
    }

    void tell_phase(const std::string& phase) const {
        if (import_.options.progress) import_.options.progress({.phase = phase});
    }

    /// How much of what is missing is here, whole or in skopeo's temporary files.
    void report(const std::string& layout, uint64_t total) const {
        if (!import_.options.progress) return;
        uint64_t bytes = 0;
        for (const oci::Descriptor& layer : missing_)
            if (has(layer)) bytes += layer.size;
        if (const auto folder = ConfinedDir::open(layout))
            for (const std::string& name : folder->list("."))
                if (const auto status = folder->link_status(name);
                    status && S_ISREG(status->st_mode))
                    bytes += static_cast<uint64_t>(status->st_size);
        import_.options.progress({.phase = "fetching", .bytes = bytes, .total_bytes = total});
    }

    void tell_fetched(const oci::ImageDigest& image) const {
        if (!import_.tell) return;
        if (fetched_ == 0)
            import_.tell(
                fmt::format("Nothing to fetch: {} is here already", image.manifest.text()));
        else
            import_.tell(fmt::format("Fetched {} bytes of {}", fetched_, image.manifest.text()));
    }

    const content::Store& store_;
    const OciImport& import_;
    std::vector<oci::Descriptor> missing_;
    uint64_t fetched_ = 0;
};

oci::ImageUnpackOptions unpack_options(const OciImport& import) {
    return {
        .limits = import.limits, .stop = import.options.stop, .progress = import.options.progress};
}

void warn_of_losses(const OciImport& import, const oci::Unpacked& done) {
    if (!done.not_kept.empty() && import.warn)
        import.warn(fmt::format(
            "attributes of kinds that images do not keep are lost, the first of them: {}",
            done.not_kept));
}

Result<Record> fill_from_image(const content::Store& store,
                               const ImportSource& from,
                               const OciImport& import,
                               const ConfinedDir& to) {
    Fetch fetch(store, import);
    const auto get = [&] {
        switch (from.kind) {
            case ImportSource::Kind::Layout:
                return fetch.from_layout(from);
            case ImportSource::Kind::Archive:
                return fetch.from_archive(from);
            case ImportSource::Kind::Registry:
                return fetch.from_registry(from);
            default:
                return fetch.from_engine(from);
        }
    };
    WW_TRY(const oci::ImageDigest image, get());
    const auto open = [&](const oci::Descriptor& blob) -> Result<UniqueFd> {
        WW_TRY(const uint64_t size, store.size(blob.digest));
        if (size != blob.size)
            return Error(
                ErrorCode::Unprocessable,
                fmt::format("{} has {} bytes, not {}", blob.digest.text(), size, blob.size));
        auto fd = store.open_verified(blob.digest, import.options.stop);
        // It has been removed.
        if (!fd && fd.error().code() == ErrorCode::Unprocessable)
            return fd.error().with_hint("import again: it will be fetched anew");
        return fd;
    };
    WW_TRY(const oci::Unpacked done, oci::unpack_image(image, open, to, unpack_options(import)));
    warn_of_losses(import, done);
    Record record;
    record.digest = image.manifest.text();
    record.platform = image.platform.text();
    record.created = image.created;
    record.files = done.entries;
    record.bytes = done.bytes;
    for (const std::vector<oci::Descriptor>& list : {image.documents, image.layers})
        for (const oci::Descriptor& blob : list) record.blobs.push_back(blob.digest);
    return record;
}

/// A tar must be a root file system: any archive could be one by its form.
Result<Record> record_of_tar(const oci::Unpacked& done,
                             const OciImport& import,
                             const ConfinedDir& to) {
    const auto shell = to.link_status("bin/sh");
    if (!shell || S_ISDIR(shell->st_mode))
        return Error(ErrorCode::Unprocessable, "the archive is no root file system: no /bin/sh");
    warn_of_losses(import, done);
    Record record;
    record.files = done.entries;
    record.bytes = done.bytes;
    return record;
}

Result<Record> fill_from_tar(const ImportSource& from,
                             const OciImport& import,
                             const ConfinedDir& to) {
    const UniqueFd fd(::open(from.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status{};
    if (!fd.valid() || ::fstat(fd.get(), &status) != 0)
        return Error::from_errno(errno, "open " + from.path);
    if (!S_ISREG(status.st_mode))
        return Error(ErrorCode::InvalidArgument, from.path + " is not a file");
    oci::FileSource packed(fd.get(), from.path);
    WW_TRY(
        const oci::Unpacked done,
        oci::unpack_tar(packed, static_cast<uint64_t>(status.st_size), to, unpack_options(import)),
        "unpacking {}",
        from.path);
    return record_of_tar(done, import, to);
}

// What curl is to fetch, as a file that it reads: a URL may hold a password, and command lines are
// everybody's to read. Source: curl(1), --config.
Result<UniqueFd> curl_config(std::string_view url) {
    std::string line = "url = \"";
    for (const char c : url) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += "\"\n";
    if (url.find_first_of("\r\n") != std::string_view::npos)
        return Error(ErrorCode::InvalidArgument, "a URL of several lines");
    return memory_file("url", line);
}

Result<Record> fill_from_url(const ImportSource& from,
                             const OciImport& import,
                             const ConfinedDir& to) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return Error::from_errno(errno, "pipe");
    WW_TRY(const UniqueFd url, curl_config(from.path));
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    auto started = Process::start(
        {.words = {"curl",
                   "--fail",
                   "--location",
                   "--silent",
                   "--show-error",
                   "--proto",
                   "=http,https",
                   "--globoff",
                   "--config",
                   "-"},
         .descriptors = {{url.get(), STDIN_FILENO}, {write_end.get(), STDOUT_FILENO}},
         .fresh_signals = true,
         .own_group = true,
         .environment = import.transport.environment});
    write_end.reset();
    if (!started && started.error().code() == ErrorCode::NotFound)
        return Error(ErrorCode::FailedPrecondition, "curl is not installed")
            .with_hint("install the package curl, or fetch the archive by hand");
    if (!started) return started.error();
    Process process = std::move(*started);
    oci::FileSource packed(read_end.get(), import.source);
    const auto done = [&] {
        // A server that says no more must not hold up who wants to stop.
        const std::stop_callback ends_it(import.options.stop, [&process] { process.kill(); });
        return oci::unpack_tar(packed, 0, to, unpack_options(import));
    }();
    if (!done) process.kill();
    const Exit exit = process.wait();
    if (import.options.stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
    // A download that was cut is damage only because of that.
    if (exit.code != 0)
        return Error(ErrorCode::Unavailable,
                     fmt::format("cannot fetch {}: curl ended with {}",
                                 quote(import.source),
                                 exit.describe()))
            .with_hint("`curl --head URL` tells more");
    if (!done) return done.error().with_frame("unpacking " + import.source);
    return record_of_tar(*done, import, to);
}

}  // namespace

Result<Record> import_oci(const Images& images,
                          const content::Store& store,
                          const ImportSource& from,
                          const Variant& tree,
                          const OciImport& import) {
    // Until the record names what was fetched.
    WW_TRY(const content::Hold hold, store.hold(import.options.stop));
    const auto fill = [&](const ConfinedDir& to) -> Result<Record> {
        const auto get = [&] {
            switch (from.kind) {
                case ImportSource::Kind::Tar:
                    return fill_from_tar(from, import, to);
                case ImportSource::Kind::TarUrl:
                    return fill_from_url(from, import, to);
                default:
                    return fill_from_image(store, from, import, to);
            }
        };
        WW_TRY(Record record, get());
        record.source = import.source;
        return record;
    };
    return place_tree(images, tree, import.options, fill);
}

}  // namespace ww::image
