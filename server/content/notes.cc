// SPDX-License-Identifier: BSD-3-Clause
#include "content/notes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ww::content {

namespace {

constexpr const char* kNotesFolder = "notes";

std::string note_path(std::string_view name) { return fmt::format("{}/{}", kNotesFolder, name); }

Result<Note> parse_note(const Store& store, std::string_view name) {
    WW_TRY(const ConfinedDir folder, ConfinedDir::open(store.folder()));
    WW_TRY(const std::string text, folder.read(note_path(name), 2 * kMaxNoteBytes));
    const size_t line = text.find('\n');
    auto digest = Digest::parse(std::string_view(text).substr(0, line));
    if (!digest || line == std::string::npos)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{}/{} is no note", store.folder(), note_path(name)));
    return Note{std::move(*digest), text.substr(line + 1)};
}

/// Of all notes there are; those that cannot be read have none.
template <class Visit>
void each_note(const Store& store, Visit visit) {
    const auto folder = ConfinedDir::open(store.folder());
    if (!folder) return;
    for (const std::string& name : folder->list(kNotesFolder))
        if (!name.starts_with('.')) visit(name, parse_note(store, name));
}

}  // namespace

Result<void> write_note(const Store& store, const Digest& name, const Note& note) {
    if (note.text.size() > static_cast<size_t>(kMaxNoteBytes))
        return Error(
            ErrorCode::TooLarge,
            fmt::format("a note of {} bytes, of at most {}", note.text.size(), kMaxNoteBytes));
    const std::string folder = fmt::format("{}/{}", store.folder(), kNotesFolder);
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return Error::from_errno(errno, "mkdir " + folder);
    return replace_file(fmt::format("{}/{}", folder, name.hex()),
                        fmt::format("{}\n{}", note.digest.text(), note.text),
                        0600);
}

Result<Note> read_note(const Store& store, const Digest& name) {
    return parse_note(store, name.hex());
}

void drop_notes(const Store& store, const std::function<bool(const Note&)>& stays) {
    each_note(store, [&](const std::string& name, const Result<Note>& note) {
        if (!note || !stays(*note))
            ::unlink(fmt::format("{}/{}", store.folder(), note_path(name)).c_str());
    });
}

Roots noted(const Store& store) {
    Roots all;
    each_note(store, [&](const std::string&, const Result<Note>& note) {
        if (note) all.insert(note->digest);
    });
    return all;
}

}  // namespace ww::content
