// SPDX-License-Identifier: BSD-3-Clause
//
// Memory: outcomes by template, by what they read, and by what was there; the least recently used
// go when there is no more room. Not for several threads: its owner has the lock.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "overlay/renders/limits.h"
#include "overlay/renders/outcome.h"

namespace ww::overlay {

class Memory {
   public:
    class Book;
    using BookPointer = std::shared_ptr<Book>;

    explicit Memory(const RenderLimits& limits) : limits_(limits) {}

    /// The outcomes of one template; those of a file it was before are dropped.
    BookPointer book(const std::string& path, const FileIdentity& identity);

    /// The sets of places that the template's outcomes read, the most useful first.
    static std::vector<ReadsPointer> shapes(const Book& book);
    /// Null if there is none. `key`: of what is there now.
    OutcomePointer find(Book& book, const ReadsPointer& reads, const Name& key);
    /// Takes its place among the others, which may be that of one that is not right any more;
    /// shares what is the same with them. Not if the template is another one than `identity`
    /// meanwhile.
    OutcomePointer insert(Book& book,
                          const FileIdentity& identity,
                          const Name& key,
                          Outcome outcome);

    /// Calls visit(book, key, outcome) for those used last that have so many bytes together, the
    /// least recently used of them first.
    template <class Visit>
    void for_each(size_t most_bytes, Visit&& visit) const;

    size_t files() const { return used_.size(); }
    size_t bytes() const { return bytes_; }
    uint64_t evicted() const { return evicted_; }

   private:
    struct Shape;
    struct Kept {
        OutcomePointer outcome;
        Book* book;
        Shape* shape;
        Name key;
    };
    using Used = std::list<Kept>;  // the most recently used first
    struct Shape {
        ReadsPointer reads;
        std::unordered_map<Name, Used::iterator, Name::Hash> outcomes;
    };
    struct Content {
        std::shared_ptr<const Made> made;
        size_t outcomes = 0;
    };

    Shape& shape_for(Book& book, ReadsPointer& reads);
    void share(Outcome& outcome, const Shape& shape);
    void drop(Used::iterator kept);
    void drop_all(Shape& shape);
    static size_t bytes_of(const Made& made);
    /// Of those used last: behind the first so many bytes.
    Used::const_iterator end_of(size_t most_bytes) const;

    const RenderLimits& limits_;
    std::map<std::string, BookPointer> books_;
    Used used_;
    std::unordered_map<Name, Content, Name::Hash> contents_;
    size_t bytes_ = 0;
    uint64_t evicted_ = 0;
};

class Memory::Book {
   public:
    Book(std::string path, const FileIdentity& identity)
        : path_(std::move(path)), identity_(identity) {}

    const std::string& path() const { return path_; }
    const FileIdentity& identity() const { return identity_; }

    /// For who renders it: one at a time, where the outcome is likely the same for all.
    std::mutex rendering;

   private:
    friend Memory;
    const std::string path_;
    FileIdentity identity_;
    std::vector<std::unique_ptr<Shape>> shapes_;
};

template <class Visit>
void Memory::for_each(size_t most_bytes, Visit&& visit) const {
    for (auto kept = end_of(most_bytes); kept != used_.begin();) {
        --kept;
        visit(*kept->book, kept->key, *kept->outcome);
    }
}

}  // namespace ww::overlay
