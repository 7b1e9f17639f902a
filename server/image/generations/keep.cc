// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/keep.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "content/incoming.h"
#include "image/boot_files.h"

namespace ww::image {

namespace {

/// A copy: who changes the image in place must not change what is kept.
Result<content::Digest> keep_file(const content::Store& store,
                                  const ConfinedDir& rootfs,
                                  const std::string& path,
                                  const std::stop_token& stop) {
    WW_TRY(const UniqueFd fd, open_boot_file(rootfs, path));
    WW_TRY(content::Incoming incoming, content::Incoming::create(store, std::nullopt, stop));
    std::string buffer(256 << 10, '\0');
    for (;;) {
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, fmt::format("read {}", path));
        if (got == 0) return incoming.commit();
        WW_TRY_VOID(incoming.write({buffer.data(), static_cast<size_t>(got)}));
    }
}

/// Those that are regular files; a link that leads nowhere boots nobody.
Result<std::vector<KeptFile>> keep_files(const content::Store& store,
                                         const ConfinedDir& rootfs,
                                         const std::vector<std::string>& paths,
                                         const std::stop_token& stop) {
    std::vector<KeptFile> kept;
    for (const std::string& path : paths) {
        const auto digest = keep_file(store, rootfs, path, stop);
        if (digest)
            kept.push_back({path, *digest});
        else if (digest.error().code() != ErrorCode::NotFound)
            return digest.error();
    }
    return kept;
}

std::vector<std::string> paths_of(const std::vector<Kernel>& kernels) {
    std::vector<std::string> paths;
    for (const Kernel& kernel : kernels) paths.push_back(kernel.path);
    return paths;
}

}  // namespace

Result<uint64_t> keep_generation(const Images& images,
                                 const Variant& tree,
                                 const Unpublished& build,
                                 const BuildOptions& options) {
    WW_TRY(const Histories histories, Histories::open(images.content()));
    const content::Store& store = histories.store();
    WW_TRY(const content::Hold hold, store.hold(options.stop));
    WW_TRY(const ConfinedDir rootfs, images.open(tree));
    WW_TRY(content::Digest digest, content::Digest::from_hex(build.result.compressed_sha256));
    WW_TRY(History history, histories.read_or_begin(tree));

    const auto same = std::ranges::find(history.generations, digest, &Generation::digest);
    Generation generation{.digest = digest};
    if (same != history.generations.end()) {
        generation = *same;
        history.generations.erase(same);
    } else {
        generation.number = history.next++;
        generation.built = std::time(nullptr);
        generation.author = options.origin.author;
        generation.reason = options.origin.reason;
    }
    generation.size = build.result.size;
    generation.compressed_size = build.result.compressed_size;
    generation.tree_ns = build.result.created_ns;
    const BootFiles files = BootFiles::find(rootfs);
    const Kernel* kernel = default_kernel(files.kernels);
    generation.kernel = kernel == nullptr ? "" : kernel->version_text();
    WW_TRY(generation.kernels, keep_files(store, rootfs, paths_of(files.kernels), options.stop));
    WW_TRY(generation.initramfs, keep_files(store, rootfs, files.initramfs, options.stop));
    WW_TRY_VOID(store.adopt(build.compressed, digest, options.stop));

    const uint64_t number = generation.number;
    const auto place =
        std::ranges::upper_bound(history.generations, number, {}, &Generation::number);
    history.generations.insert(place, std::move(generation));
    WW_TRY_VOID(histories.write(tree, history));
    return number;
}

}  // namespace ww::image
