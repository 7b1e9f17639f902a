// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/payloads.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <mutex>

#include "base/guarded.h"
#include "base/log.h"
#include "content/incoming.h"
#include "content/notes.h"
#include "content/store.h"
#include "overlay/recent.h"

namespace ww::overlay {

namespace {

using archive::PayloadPtr;

// Of the text of a note.
constexpr int kNoteFormat = 1;

std::string note_text(const StaticFile& file) {
    const FileIdentity& id = file.identity;
    return fmt::format("overlay payload {}\n{} {} {} {} {}\n{}",
                       kNoteFormat,
                       id.device,
                       id.inode,
                       id.size,
                       id.mtime_ns,
                       id.ctime_ns,
                       file.path);
}

/// Of which file a blob was made, as it was then; nothing if note_text() did not write that.
std::optional<StaticFile> parse_note(std::string_view text) {
    const std::string head = fmt::format("overlay payload {}\n", kNoteFormat);
    if (!text.starts_with(head)) return std::nullopt;
    text.remove_prefix(head.size());
    std::array<int64_t, 5> numbers{};
    for (int64_t& number : numbers) {
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error != std::errc() || rest == end) return std::nullopt;
        text.remove_prefix(static_cast<size_t>(rest - text.data()) + 1);
    }
    return StaticFile{std::string(text),
                      {.device = static_cast<uint64_t>(numbers[0]),
                       .inode = static_cast<uint64_t>(numbers[1]),
                       .size = numbers[2],
                       .mtime_ns = numbers[3],
                       .ctime_ns = numbers[4]}};
}

bool is_still(const StaticFile& file) {
    const auto now = identity_of(file.path);
    return now && *now == file.identity;
}

class ToStore final : public archive::ByteSink {
   public:
    explicit ToStore(content::Incoming& incoming) : incoming_(incoming) {}
    Result<void> write(std::string_view bytes) override { return incoming_.write(bytes); }

   private:
    content::Incoming& incoming_;
};

/// Errors: NotFound, Io, Conflict (it is no file any more).
Result<UniqueFd> open_as_it_is(const std::string& path, FileIdentity& identity) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    if (!S_ISREG(status.st_mode)) return Error(ErrorCode::Conflict, path + " is no file any more");
    identity = identity_of(status);
    return fd;
}

/// Errors: those of open_as_it_is(); Conflict (it is not what it was).
Result<UniqueFd> open_as_it_was(const StaticFile& file) {
    FileIdentity now;
    WW_TRY(UniqueFd fd, open_as_it_is(file.path, now));
    if (now == file.identity) return fd;
    return Error(ErrorCode::Conflict, file.path + " changed while it was read");
}

/// From the store, or put there.
Result<PayloadPtr> stored(const std::string& folder, const StaticFile& file) {
    WW_TRY(const content::Store store, content::Store::open(folder));
    WW_TRY(const content::Hold hold, store.hold());
    const content::Digest name = content::Digest::of(file.path);
    const std::string text = note_text(file);
    if (const auto note = content::read_note(store, name); note && note->text == text)
        if (auto blob = store.open_verified(note->digest))
            return archive::payload_from(std::move(*blob), note->digest.hex());
    WW_TRY(const UniqueFd fd, open_as_it_was(file));
    WW_TRY(auto incoming, content::Incoming::create(store));
    ToStore out(incoming);
    WW_TRY_VOID(archive::write_payload(fd.get(), file.path, out));
    WW_TRY_VOID(open_as_it_was(file));
    WW_TRY(const content::Digest digest, incoming.commit());
    WW_TRY_VOID(content::write_note(store, name, {digest, text}));
    WW_TRY(UniqueFd blob, store.open_blob(digest));
    return archive::payload_from(std::move(blob), digest.hex());
}

Result<PayloadPtr> read_into_memory(const StaticFile& file) {
    FileIdentity unused;
    WW_TRY(const UniqueFd fd, open_as_it_is(file.path, unused));
    return archive::payload_in_memory(fd.get(), file.path);
}

/// Payloads that are in memory alone, by what they were made of. That is kept with them, so that
/// nothing else can be where it was.
class PayloadsInMemory {
   public:
    template <class Origin>
    Result<PayloadPtr> get(const std::shared_ptr<Origin>& origin,
                           const std::function<Result<PayloadPtr>()>& make) {
        const std::lock_guard lock(mutex_);
        if (const One* const known = kept_.find(origin.get())) return known->payload;
        WW_TRY(PayloadPtr payload, make());
        const archive::PayloadShape& shape = payload->shape;
        kept_.put(origin.get(), {origin, payload}, shape.size + shape.packed_size);
        return payload;
    }

   private:
    struct One {
        std::shared_ptr<const void> origin;
        PayloadPtr payload;
    };

    std::mutex mutex_;  // held while one is packed: who comes next wants the same
    Recent<const void*, One> kept_{kPayloadsInMemory};
};

}  // namespace

struct Payloads::State {
    explicit State(std::string content) : folder(std::move(content)) {}

    /// Of one path; who comes while it is made waits.
    struct Slot {
        std::mutex mutex;  // what follows
        FileIdentity identity;
        PayloadPtr payload;
    };

    std::shared_ptr<Slot> slot(const std::string& path) {
        return slots.with([&](auto& all) {
            auto& found = all[path];
            if (!found) found = std::make_shared<Slot>();
            return found;
        });
    }

    Result<PayloadPtr> of_file(const StaticFile& file) {
        const auto found = slot(file.path);
        const std::lock_guard lock(found->mutex);
        if (found->payload && found->identity == file.identity) return found->payload;
        WW_TRY(PayloadPtr payload, stored(folder, file));
        found->identity = file.identity;
        found->payload = payload;
        return payload;
    }

    void complain(const Error& why) {
        const std::string text = why.describe();
        if (complaint.with([&](std::string& last) { return std::exchange(last, text) != text; }))
            log::warn("overlay.not_kept large files of overlays are kept in memory: {}", text);
    }

    const std::string folder;
    Guarded<std::map<std::string, std::shared_ptr<Slot>>> slots;
    PayloadsInMemory in_memory;
    Guarded<std::string> complaint;
};

Payloads::Payloads(std::string content_folder)
    : state_(std::make_unique<State>(std::move(content_folder))) {}
Payloads::~Payloads() = default;

Result<PayloadPtr> Payloads::of(const Entry& entry) {
    const auto& file = entry.origin.file;
    if (file && !state_->folder.empty()) {
        auto payload = state_->of_file(*file);
        if (payload) return payload;
        if (payload.error().code() != ErrorCode::Conflict) state_->complain(payload.error());
    }
    if (entry.data)
        return state_->in_memory.get(entry.data,
                                     [&] { return archive::payload_in_memory(*entry.data); });
    return state_->in_memory.get(file, [&] { return read_into_memory(*file); });
}

void Payloads::drop_unused() const {
    if (!exists(state_->folder)) return;
    const auto store = content::Store::open(state_->folder);
    if (!store) return;
    content::drop_notes(*store, [](const content::Note& note) {
        const auto file = parse_note(note.text);
        // Another one's notes are not ours to drop.
        return !file || is_still(*file);
    });
}

}  // namespace ww::overlay
