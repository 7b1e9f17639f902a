// SPDX-License-Identifier: BSD-3-Clause
#include "image/image.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "archive/tree.h"
#include "base/file.h"
#include "base/log.h"
#include "base/path.h"

namespace ww::image {

bool valid_name(std::string_view name) {
    if (name.empty() || name == "." || name == "..") return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.' || c == ':';
    });
}

std::string name_from_source(std::string_view source) {
    if (source.find_first_not_of('/') == std::string_view::npos) return {};  // no name at all
    return std::string(base_name(source));
}

std::string Images::source(std::string_view name) const {
    return fmt::format("{}/{}", chroots_, name);
}
std::string Images::rootfs(const Variant& tree) const {
    return fmt::format("{}/{}/{}", chroots_, tree.name, tree.folder());
}
std::string Images::built_folder() const { return provision_ + "/images"; }
std::string Images::built(const Variant& tree) const {
    return fmt::format("{}/images/{}.img", provision_, tree.text());
}
std::string Images::compressed(const Variant& tree) const { return built(tree) + ".gz"; }
std::string Images::zstd(const Variant& tree) const { return built(tree) + ".zst"; }

bool Images::exists(const Variant& tree) const {
    return valid_name(tree.name) && is_directory(rootfs(tree.name)) &&
           (!tree.beside || is_directory(rootfs(tree)));
}

std::vector<Variant> Images::variants(std::string_view name) const {
    if (!exists(name)) return {};
    std::vector<Variant> trees{name};
    const auto folder = ConfinedDir::open(source(name));
    if (!folder) return trees;
    for (const std::string& entry : folder->list("."))
        if (const auto architecture = architecture_of_folder(entry))
            if (const Variant tree(name, architecture); exists(tree)) trees.push_back(tree);
    return trees;
}

bool Images::readonly(std::string_view name) const {
    struct stat status{};
    return valid_name(name) && ::stat((source(name) + "/readonly").c_str(), &status) == 0 &&
           !S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> Images::list() const {
    if (!is_directory(chroots_)) WW_TRY_VOID(make_directories(chroots_));
    WW_TRY(const ConfinedDir folder, ConfinedDir::open(chroots_));
    std::vector<std::string> names = folder.list(".");
    std::erase_if(names, [this](const std::string& name) { return !exists(name); });
    return names;
}

Result<ConfinedDir> Images::open(const Variant& tree) const {
    if (!exists(tree))
        return Error(ErrorCode::NotFound, fmt::format("image does not exist: {}", tree.text()));
    return ConfinedDir::open(rootfs(tree));
}

ImageFacts image_facts(const Images& images, const Variant& tree) {
    ImageFacts facts;
    struct stat status{};
    if (::stat(images.source(tree.name).c_str(), &status) == 0)
        facts.created = status.st_mtim.tv_sec;
    if (::stat(images.built(tree).c_str(), &status) == 0) {
        facts.built = status.st_mtim.tv_sec;
        facts.size = static_cast<uint64_t>(status.st_size);
    }
    if (::stat(images.compressed(tree).c_str(), &status) == 0)
        facts.compressed_size = static_cast<uint64_t>(status.st_size);
    if (const auto fd = open_zstd(images, tree); fd && ::fstat(fd->get(), &status) == 0)
        facts.zstd_size = static_cast<uint64_t>(status.st_size);
    facts.writable = !images.readonly(tree.name);
    return facts;
}

Result<UniqueFd> open_zstd(const Images& images, const Variant& tree) {
    const std::string path = images.zstd(tree);
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat copy{};
    struct stat archive{};
    if (::fstat(fd.get(), &copy) != 0 || ::stat(images.built(tree).c_str(), &archive) != 0 ||
        !S_ISREG(copy.st_mode) || copy.st_mtim.tv_sec != archive.st_mtim.tv_sec ||
        copy.st_mtim.tv_nsec != archive.st_mtim.tv_nsec)
        return Error(ErrorCode::NotFound, path + " is of an earlier build");
    return fd;
}

uint64_t source_size(const Images& images, std::string_view name) {
    uint64_t size = 0;
    const UniqueFd top(::open(images.source(name).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top.valid()) return 0;
    const auto walked = archive::walk_tree(
        top.get(), [&](const archive::TreeEntry& entry) -> Result<archive::Walk> {
            if (!S_ISDIR(entry.status.st_mode)) size += static_cast<uint64_t>(entry.status.st_size);
            return archive::Walk::Enter;
        });
    if (!walked)
        log::warn("image.size sizes below {} are incomplete: {}",
                  images.source(name),
                  walked.error().message());
    return size;
}

}  // namespace ww::image
