// SPDX-License-Identifier: BSD-3-Clause
#include "store/wording.h"

#include <map>
#include <utility>

namespace ww::store {

std::string with_wording(const SourceFile& file, const std::vector<EntryChange>& wanted) {
    const std::string_view text = file.text();
    const EntryTexts here(file);
    std::map<size_t, std::pair<size_t, std::string_view>> edits;  // begin -> length, wording
    const auto depth = [](std::string_view block) { return block.find_first_not_of(' '); };
    for (const EntryChange& entry : wanted) {
        const EntryTexts::Row* row = here.find(entry.id);
        if (row == nullptr || !entry.after) continue;
        const bool in_file =
            row->text.data() >= text.data() && row->text.data() < text.data() + text.size();
        if (!in_file || depth(row->text) != depth(*entry.after)) continue;
        edits[static_cast<size_t>(row->text.data() - text.data())] = {row->text.size(),
                                                                      *entry.after};
    }
    std::string out;
    size_t done = 0;
    for (const auto& [begin, edit] : edits) {
        out += text.substr(done, begin - done);
        out += edit.second;
        done = begin + edit.first;
    }
    return out + std::string(text.substr(done));
}

std::shared_ptr<const SourceFile> reworded(std::shared_ptr<const SourceFile> edited,
                                           const SourceFile& before,
                                           const std::vector<EntryChange>& wording) {
    if (wording.empty()) return edited;
    const EntryTexts here(before);
    std::vector<EntryChange> wanted;
    for (const EntryChange& entry : wording) {
        const EntryTexts::Row* row = here.find(entry.id);
        if (entry.before ? row != nullptr && row->text == *entry.before : row == nullptr)
            wanted.push_back(entry);
    }
    std::string text = with_wording(*edited, wanted);
    if (text == edited->text()) return edited;
    auto file = SourceFile::read(std::move(text), edited->name(), edited.get());
    if (!file || !((*file)->registry() == edited->registry())) return edited;
    return *std::move(file);
}

}  // namespace ww::store
