// SPDX-License-Identifier: BSD-3-Clause
//
// The generations of an image: what was built of each of its trees, when, by whom and why, kept in
// the site's content store. A generation is the compressed archive as nodes download it, and the
// kernels and initramfs files that belong to it, since modules in the archive fit no other kernel.
// Which one is served is not written down: it is the one whose time and size the served file has.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "content/collect.h"
#include "content/store.h"
#include "image/variant.h"

namespace ww::image {

class Images;

/// A file beside the archive, by its path in the image ("/boot/vmlinuz-6.1.0-18-amd64").
struct KeptFile {
    std::string path;
    content::Digest digest;
};

struct Generation {
    uint64_t number = 0;     // from 1, never given twice
    content::Digest digest;  // of the compressed archive
    uint64_t size = 0;       // of the archive, bytes
    uint64_t compressed_size = 0;
    int64_t tree_ns = 0;  // when the tree was read, Unix nanoseconds: the time of served files
    int64_t built = 0;    // when it first was, Unix seconds
    std::string author;   // user
    std::string reason;   // command
    std::string kernel;   // version of the default one, or empty
    std::vector<KeptFile> kernels;  // as find_kernels() has them
    std::vector<KeptFile> initramfs;
};

struct History {
    uint64_t next = 1;
    std::vector<Generation> generations;  // oldest first

    const Generation* find(uint64_t number) const;
    /// The one whose tree was read last. None if there are no generations.
    const Generation* latest() const;
    /// The one these are the marks of. None if there is none such.
    const Generation* with(int64_t tree_ns, uint64_t compressed_size) const;
};

/// Where the history of a tree is in the folder of the content store.
std::string history_path(const std::string& content, const Variant& tree);
/// An empty one if nothing is known of the tree. Errors: Unprocessable (the file is damaged, or of
/// a newer format), Io.
Result<History> read_history(const std::string& content, const Variant& tree);

/// Any thread. A history is changed by the holder of its image's SourceLock only.
class Histories {
   public:
    /// `folder` is that of the content store. Errors: as content::Store::open.
    static Result<Histories> open(const std::string& folder);

    const content::Store& store() const { return store_; }

    /// As read_history().
    Result<History> read(const Variant& tree) const { return read_history(store_.folder(), tree); }
    /// As read(), but what cannot be read is moved aside with a word in the log.
    Result<History> read_or_begin(const Variant& tree) const;
    /// Durable. Errors: Io.
    Result<void> write(const Variant& tree, const History& history) const;
    Result<void> remove(const Variant& tree) const;
    Result<void> rename(const Variant& from, const Variant& to) const;

    /// Trees with a history, whether or not they are still there.
    std::vector<Variant> list() const;
    /// Of the store's garbage collection: all that any history names. Errors: as read().
    Result<content::Roots> roots() const;

   private:
    std::string file(const Variant& tree) const { return history_path(store_.folder(), tree); }
    explicit Histories(content::Store store) : store_(std::move(store)) {}
    content::Store store_;
};

/// All that a history names in the content store.
void add_roots(const History& history, content::Roots& roots);

/// The generation that nodes without a pin get; none if that is something else, or nothing.
const Generation* served(const Images& images, const Variant& tree, const History& history);

/// The histories of all trees of an image follow its name, or go with it. What fails is a word in
/// the log: the image itself is what counts.
void rename_histories(const Images& images, std::string_view from, std::string_view to);
void remove_histories(const Images& images, std::string_view name);

}  // namespace ww::image
