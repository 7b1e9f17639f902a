// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/static_contents.h"

namespace ww::overlay {

namespace {

Result<FileTree::Data> read_content(const std::string& path) {
    WW_TRY(std::string text, read_file(path));
    return FileTree::Data(std::make_shared<const std::string>(std::move(text)));
}

}  // namespace

Result<FileTree::Data> StaticContents::get(const StaticFile& file) {
    if (static_cast<uint64_t>(file.identity.size) >= kLargeContent) return FileTree::Data();
    const auto known = kept_.with([&](Kept& kept) -> FileTree::Data {
        const Content* const content = kept.find(file.path);
        return content != nullptr && content->identity == file.identity ? content->data : nullptr;
    });
    if (known) return known;
    WW_TRY(FileTree::Data data, read_content(file.path));
    kept_.with([&](Kept& kept) { kept.put(file.path, {file.identity, data}, data->size()); });
    return data;
}

Result<FileTree::Data> content_of(const Entry& entry) {
    if (entry.data || !entry.origin.file) return entry.data;
    return read_content(entry.origin.file->path);
}

}  // namespace ww::overlay
