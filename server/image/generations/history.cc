// SPDX-License-Identifier: BSD-3-Clause
#include "image/generations/history.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "image/generations/history_file.h"
#include "image/image.h"

namespace ww::image {

namespace {

constexpr const char* kHistoryFolder = "generations";
constexpr std::string_view kHistorySuffix = ".json";

}  // namespace

const Generation* History::find(uint64_t number) const {
    const auto at = std::ranges::find(generations, number, &Generation::number);
    return at == generations.end() ? nullptr : &*at;
}

const Generation* History::latest() const {
    const auto at = std::ranges::max_element(generations, {}, &Generation::tree_ns);
    return at == generations.end() ? nullptr : &*at;
}

const Generation* History::with(int64_t tree_ns, uint64_t compressed_size) const {
    const auto at = std::ranges::find_if(generations, [&](const Generation& each) {
        return each.tree_ns == tree_ns && each.compressed_size == compressed_size;
    });
    return at == generations.end() ? nullptr : &*at;
}

Result<Histories> Histories::open(const std::string& folder) {
    WW_TRY(content::Store store, content::Store::open(folder));
    const std::string histories = fmt::format("{}/{}", folder, kHistoryFolder);
    if (::mkdir(histories.c_str(), 0700) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "mkdir " + histories);
    return Histories(std::move(store));
}

std::string history_path(const std::string& content, const Variant& tree) {
    return fmt::format("{}/{}/{}{}", content, kHistoryFolder, tree.text(), kHistorySuffix);
}

Result<History> read_history(const std::string& content, const Variant& tree) {
    const std::string path = history_path(content, tree);
    const Result<std::string> text = read_file(path);
    if (!text && text.error().code() == ErrorCode::NotFound) return History();
    if (!text) return text.error();
    WW_TRY(History history, parse_history(*text), "reading {}", path);
    return history;
}

Result<History> Histories::read_or_begin(const Variant& tree) const {
    Result<History> history = read(tree);
    if (history || history.error().code() != ErrorCode::Unprocessable) return history;
    const std::string aside = file(tree) + ".set-aside";
    if (::rename(file(tree).c_str(), aside.c_str()) != 0) return history;
    log::warn("image.history {}; it is now {}", history.error().message(), aside);
    return History();
}

Result<void> Histories::write(const Variant& tree, const History& history) const {
    return replace_file(file(tree), history_text(history), 0600);
}

Result<void> Histories::remove(const Variant& tree) const {
    if (::unlink(file(tree).c_str()) != 0 && errno != ENOENT)
        return Error::from_errno(errno, "remove " + file(tree));
    return {};
}

Result<void> Histories::rename(const Variant& from, const Variant& to) const {
    if (::rename(file(from).c_str(), file(to).c_str()) == 0) return {};
    // What has no history gets none, also if there was one under its new name.
    if (errno == ENOENT) return remove(to);
    return Error::from_errno(errno, fmt::format("rename {} to {}", file(from), file(to)));
}

std::vector<Variant> Histories::list() const {
    std::vector<Variant> trees;
    const auto folder = ConfinedDir::open(store_.folder());
    if (!folder) return trees;
    for (std::string name : folder->list(kHistoryFolder)) {
        if (!name.ends_with(kHistorySuffix) || name.starts_with('.')) continue;
        name.resize(name.size() - kHistorySuffix.size());
        if (auto tree = Variant::from(name)) trees.push_back(std::move(*tree));
    }
    return trees;
}

Result<content::Roots> Histories::roots() const {
    content::Roots roots;
    for (const Variant& tree : list()) {
        WW_TRY(const History history, read(tree));
        add_roots(history, roots);
    }
    return roots;
}

void add_roots(const History& history, content::Roots& roots) {
    for (const Generation& generation : history.generations) {
        roots.insert(generation.digest);
        for (const KeptFile& kernel : generation.kernels) roots.insert(kernel.digest);
        for (const KeptFile& initramfs : generation.initramfs) roots.insert(initramfs.digest);
    }
}

const Generation* served(const Images& images, const Variant& tree, const History& history) {
    struct stat status{};
    if (::stat(images.compressed(tree).c_str(), &status) != 0) return nullptr;
    return history.with(status.st_mtim.tv_sec * int64_t{1'000'000'000} + status.st_mtim.tv_nsec,
                        static_cast<uint64_t>(status.st_size));
}

namespace {

/// Does something with the history of each tree of an image.
template <class Action>
void for_histories_of(const Images& images, std::string_view name, Action act) {
    if (images.content().empty()) return;
    const Result<Histories> histories = Histories::open(images.content());
    if (!histories) {
        log::warn("image.history {}", histories.error().describe());
        return;
    }
    for (const Variant& tree : histories->list())
        if (tree.name == name)
            if (const Result<void> done = act(*histories, tree); !done)
                log::warn("image.history {}", done.error().describe());
}

}  // namespace

void rename_histories(const Images& images, std::string_view from, std::string_view to) {
    remove_histories(images, to);
    for_histories_of(images, from, [to](const Histories& histories, const Variant& tree) {
        return histories.rename(tree, Variant(to, tree.beside));
    });
}

void remove_histories(const Images& images, std::string_view name) {
    for_histories_of(images, name, [](const Histories& histories, const Variant& tree) {
        return histories.remove(tree);
    });
}

}  // namespace ww::image
