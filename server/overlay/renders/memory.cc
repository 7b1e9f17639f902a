// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/renders/memory.h"

#include <algorithm>
#include <unordered_set>

namespace ww::overlay {

namespace {

// Of the tables, for one outcome, and for one content besides its text: measured, rounded up.
constexpr size_t kBytesOfOutcome = 256;
constexpr size_t kBytesOfContent = 256;

}  // namespace

Memory::BookPointer Memory::book(const std::string& path, const FileIdentity& identity) {
    BookPointer& found = books_[path];
    if (!found) {
        found = std::make_shared<Book>(path, identity);
    } else if (found->identity_ != identity) {
        for (const auto& shape : found->shapes_) drop_all(*shape);
        found->shapes_.clear();
        found->identity_ = identity;
    }
    return found;
}

std::vector<ReadsPointer> Memory::shapes(const Book& book) {
    std::vector<ReadsPointer> all;
    all.reserve(book.shapes_.size());
    for (const auto& shape : book.shapes_) all.push_back(shape->reads);
    return all;
}

OutcomePointer Memory::find(Book& book, const ReadsPointer& reads, const Name& key) {
    auto& shapes = book.shapes_;
    const auto shape =
        std::ranges::find(shapes, reads, [](const auto& each) { return each->reads; });
    if (shape == shapes.end()) return nullptr;
    const auto found = (*shape)->outcomes.find(key);
    if (found == (*shape)->outcomes.end()) return nullptr;
    used_.splice(used_.begin(), used_, found->second);
    if (shape != shapes.begin()) std::iter_swap(shape, shape - 1);
    return used_.front().outcome;
}

OutcomePointer Memory::insert(Book& book,
                              const FileIdentity& identity,
                              const Name& key,
                              Outcome outcome) {
    if (book.identity_ != identity) return std::make_shared<const Outcome>(std::move(outcome));
    Shape& shape = shape_for(book, outcome.reads);
    if (const auto old = shape.outcomes.find(key); old != shape.outcomes.end()) drop(old->second);
    share(outcome, shape);
    bytes_ += kBytesOfOutcome;
    used_.push_front({std::make_shared<const Outcome>(std::move(outcome)), &book, &shape, key});
    shape.outcomes.emplace(key, used_.begin());
    const OutcomePointer inserted = used_.front().outcome;
    for (; bytes_ > limits_.memory_bytes && !used_.empty(); ++evicted_)
        drop(std::prev(used_.end()));
    return inserted;
}

Memory::Shape& Memory::shape_for(Book& book, ReadsPointer& reads) {
    auto& shapes = book.shapes_;
    for (const auto& shape : shapes)
        if (*shape->reads == *reads) {
            reads = shape->reads;
            return *shape;
        }
    if (shapes.size() >= std::max(limits_.shapes, size_t{1})) {
        evicted_ += shapes.back()->outcomes.size();
        drop_all(*shapes.back());
        shapes.pop_back();
    }
    shapes.push_back(std::make_unique<Shape>(Shape{reads, {}}));
    return *shapes.back();
}

void Memory::share(Outcome& outcome, const Shape& shape) {
    Content& content = contents_[outcome.made->name];
    if (content.outcomes++ == 0) {
        content.made = outcome.made;
        bytes_ += bytes_of(*content.made);
    }
    outcome.made = content.made;
    // Whatever is included is mostly the same for all nodes.
    if (shape.outcomes.empty()) return;
    const Outcome& other = *shape.outcomes.begin()->second->outcome;
    if (*other.files == *outcome.files) outcome.files = other.files;
}

void Memory::drop(Used::iterator kept) {
    const auto content = contents_.find(kept->outcome->made->name);
    if (--content->second.outcomes == 0) {
        bytes_ -= bytes_of(*content->second.made);
        contents_.erase(content);
    }
    bytes_ -= kBytesOfOutcome;
    kept->shape->outcomes.erase(kept->key);
    used_.erase(kept);
}

void Memory::drop_all(Shape& shape) {
    while (!shape.outcomes.empty()) drop(shape.outcomes.begin()->second);
}

Memory::Used::const_iterator Memory::end_of(size_t most_bytes) const {
    if (bytes_ <= most_bytes) return used_.end();
    size_t bytes = 0;
    std::unordered_set<Name, Name::Hash> counted;
    auto end = used_.begin();
    for (; end != used_.end(); ++end) {
        const Made& made = *end->outcome->made;
        bytes += kBytesOfOutcome;
        if (counted.insert(made.name).second) bytes += bytes_of(made);
        if (bytes > most_bytes) break;
    }
    return end;
}

size_t Memory::bytes_of(const Made& made) {
    size_t bytes = kBytesOfContent;
    for (const render::Output& output : made.rendered.outputs)
        bytes += sizeof output + output.name.size() + output.text.size() + output.target.size();
    for (const std::string& warning : made.rendered.warnings)
        bytes += sizeof warning + warning.size();
    return bytes;
}

}  // namespace ww::overlay
