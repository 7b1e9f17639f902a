// SPDX-License-Identifier: BSD-3-Clause
#include "overlay/payloads.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <list>
#include <map>
#include <mutex>

#include "base/guarded.h"
#include "base/log.h"
#include "content/incoming.h"
#include "content/notes.h"
#include "content/store.h"

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

/// Errors: Conflict (it is not what it was).
Result<UniqueFd> open_as_it_was(const StaticFile& file) {
    UniqueFd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return Error::from_errno(errno, "open " + file.path);
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat " + file.path);
    if (identity_of(status) != file.identity || !S_ISREG(status.st_mode))
        return Error(ErrorCode::Conflict, file.path + " changed while it was read");
    return fd;
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

/// Rendered contents, the one used last first. What the key points to is kept, so that nothing else
/// can be where it was.
class RenderedPayloads {
   public:
    Result<PayloadPtr> get(const FileTree::Data& data) {
        const std::lock_guard lock(mutex_);
        if (const auto found = known_.find(data.get()); found != known_.end()) {
            kept_.splice(kept_.begin(), kept_, found->second);
            return kept_.front().payload;
        }
        WW_TRY(PayloadPtr payload, archive::payload_in_memory(*data));
        kept_.push_front({data, payload});
        known_.emplace(data.get(), kept_.begin());
        bytes_ += bytes_of(payload);
        while (bytes_ > kRenderedPayloads && kept_.size() > 1) {
            bytes_ -= bytes_of(kept_.back().payload);
            known_.erase(kept_.back().data.get());
            kept_.pop_back();
        }
        return payload;
    }

   private:
    struct One {
        FileTree::Data data;
        PayloadPtr payload;
    };
    static uint64_t bytes_of(const PayloadPtr& payload) {
        return payload->shape.size + payload->shape.packed_size;
    }

    std::mutex mutex_;  // held while one is packed: who comes next wants the same
    std::list<One> kept_;
    std::map<const std::string*, std::list<One>::iterator> known_;
    uint64_t bytes_ = 0;
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
    RenderedPayloads rendered;
    Guarded<std::string> complaint;
};

Payloads::Payloads(std::string content_folder)
    : state_(std::make_unique<State>(std::move(content_folder))) {}
Payloads::~Payloads() = default;

Result<PayloadPtr> Payloads::of(const Entry& entry) {
    if (entry.origin.file && !state_->folder.empty()) {
        auto payload = state_->of_file(*entry.origin.file);
        if (payload) return payload;
        if (payload.error().code() != ErrorCode::Conflict) state_->complain(payload.error());
    }
    return state_->rendered.get(entry.data);
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
