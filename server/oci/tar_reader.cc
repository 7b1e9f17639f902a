// SPDX-License-Identifier: BSD-3-Clause
#include "oci/tar_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>

#include <optional>

#include "oci/archive_stream.h"

namespace ww::oci {

namespace {

/// libarchive turns the names of pax headers from UTF-8 into the charset of the locale, and gives
/// up on those that have no place in it. In this one every name stays as it is.
class Utf8Here {
   public:
    Utf8Here() : before_(::uselocale(utf8())) {}
    Utf8Here(const Utf8Here&) = delete;
    Utf8Here& operator=(const Utf8Here&) = delete;
    ~Utf8Here() { ::uselocale(before_); }

   private:
    static locale_t utf8() {
        // For the life of the program. 0 where there is no such locale: then nothing changes.
        static const locale_t locale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }
    locale_t before_;
};

std::string text_of(const char* text) { return text != nullptr ? text : ""; }

void fill(TarEntry& entry, archive_entry* from) {
    entry.path = text_of(archive_entry_pathname(from));
    entry.hard_link = text_of(archive_entry_hardlink(from));
    entry.link = text_of(archive_entry_symlink(from));
    entry.mode = archive_entry_mode(from);
    entry.uid = static_cast<uid_t>(archive_entry_uid(from));
    entry.gid = static_cast<gid_t>(archive_entry_gid(from));
    entry.size = static_cast<uint64_t>(archive_entry_size(from));
    entry.device = archive_entry_rdev(from);
    entry.mtime = {archive_entry_mtime(from), archive_entry_mtime_nsec(from)};
    entry.atime = entry.mtime;
    if (archive_entry_atime_is_set(from))
        entry.atime = {archive_entry_atime(from), archive_entry_atime_nsec(from)};
    entry.attributes.clear();
    archive_entry_xattr_reset(from);
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    while (archive_entry_xattr_next(from, &name, &value, &size) == ARCHIVE_OK && name != nullptr)
        entry.attributes.emplace_back(name, std::string(static_cast<const char*>(value), size));
}

}  // namespace

struct TarReader::State {
    explicit State(ByteSource& plain) : from(plain) {}

    ByteSource& from;
    std::unique_ptr<ArchiveStream> archive;
};

TarReader::TarReader(ByteSource& plain) : state_(std::make_unique<State>(plain)) {}
TarReader::~TarReader() = default;

Result<bool> TarReader::next(TarEntry& entry) {
    const Utf8Here utf8;
    if (!state_->archive) {
        WW_TRY(state_->archive, ArchiveStream::open(state_->from, ArchiveStream::Form::Tar));
    }
    archive_entry* found = nullptr;
    switch (archive_read_next_header(state_->archive->get(), &found)) {
        case ARCHIVE_OK:
        case ARCHIVE_WARN:  // a name that is not UTF-8, an attribute it cannot read
            break;
        case ARCHIVE_EOF:
            return false;
        default:
            return state_->archive->failure("read");
    }
    if (archive_entry_size(found) < 0 || archive_entry_uid(found) < 0 ||
        archive_entry_gid(found) < 0 || archive_entry_uid(found) > UINT32_MAX - 1 ||
        archive_entry_gid(found) > UINT32_MAX - 1)
        return Error(ErrorCode::Unprocessable,
                     "the archive is damaged: a size or an owner is out of range");
    fill(entry, found);
    if (entry.path.empty())
        return Error(ErrorCode::Unprocessable, "the archive is damaged: an entry without a name");
    return true;
}

Result<TarPiece> TarReader::piece() {
    const void* bytes = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    for (;;) {
        switch (archive_read_data_block(state_->archive->get(), &bytes, &size, &offset)) {
            case ARCHIVE_OK:
            case ARCHIVE_WARN:
                // An empty block at the end of a sparse file tells its size, which is known.
                if (size == 0) continue;
                return TarPiece{static_cast<uint64_t>(offset),
                                std::string_view(static_cast<const char*>(bytes), size)};
            case ARCHIVE_EOF:
                return TarPiece{};
            default:
                return state_->archive->failure("read");
        }
    }
}

}  // namespace ww::oci
