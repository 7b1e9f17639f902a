// SPDX-License-Identifier: BSD-3-Clause
//
// An edit of any nodes.conf that can be read by entries: the text says what was meant, and every
// byte outside of the edited entry is as it was. The first byte chooses entry and edit.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "store/splice.h"

namespace {

using ww::store::SourceFile;

void check_edit(const SourceFile& file, const SourceFile::Block& block, unsigned choice) {
    ww::nodes::Registry after = file.registry();
    const std::string id = block.entry->id();
    const bool is_node = block.entry->kind() == ww::fields::EntryKind::Node;
    const auto edit = [&](auto& entries) {
        if (choice % 4 == 0) {
            entries.erase(id);
            return;
        }
        auto entry = entries.at(id);
        if (choice % 4 == 1) entry.comment = entry.comment == "a: b" ? "" : "a: b";
        if (choice % 4 == 2) entry.tags["wwfuzz"] = "# two\nlines";
        if (choice % 4 == 3) entry.tags.clear();
        entries[id] = entry;
    };
    is_node ? edit(after.nodes) : edit(after.profiles);
    const auto now = ww::store::splice(file, after);
    if (!now) return;
    WW_CHECK((*now)->registry() == after, "the text does not say what was meant");
    const auto whole = SourceFile::read_whole((*now)->text(), "fuzz");
    WW_CHECK(whole && (*whole)->registry() == after, "read as a whole, the text says else");
    const std::string_view old = file.text();
    const std::string_view text = (*now)->text();
    WW_CHECK(text.starts_with(old.substr(0, block.at.begin)), "a byte before the entry changed");
    const std::string_view behind = old.substr(block.at.end);
    WW_CHECK(text.ends_with(behind), "a byte behind the entry changed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const auto file =
        SourceFile::read(std::string(reinterpret_cast<const char*>(data) + 1, size - 1), "fuzz");
    if (!file || (*file)->layout() == nullptr) return 0;
    const unsigned choice = data[0];
    for (const auto* section : {&(*file)->layout()->profiles, &(*file)->layout()->nodes}) {
        // The last entry of a section takes the section's key with it.
        if (section->blocks.size() < 2) continue;
        check_edit(**file, section->blocks[choice / 4 % section->blocks.size()], choice);
    }
    return 0;
}
