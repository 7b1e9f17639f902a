// SPDX-License-Identifier: BSD-3-Clause
#include "boot/status_page.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/digest.h"
#include "base/log.h"
#include "boot/answers.h"

namespace ww::boot {

namespace {

// Another descriptor of the same memory.
Answer sent_from(const FileBody& document) {
    UniqueFd fd(::fcntl(document.fd.get(), F_DUPFD_CLOEXEC, 3));
    if (!fd.valid()) {
        log::error("answer.memory {}", Error::from_errno(errno, "dup").describe());
        return empty_answer(500);
    }
    return body_answer("text/plain; charset=utf-8",
                       FileBody{.fd = std::move(fd),
                                .size = document.size,
                                .mtime = document.mtime,
                                .etag = document.etag});
}

}  // namespace

std::shared_ptr<const StatusPage::Made> StatusPage::current(const StatusBoard& board,
                                                            const nodes::Snapshot& snapshot) const {
    auto made = made_.load();
    if (!made) return nullptr;
    const bool unchanged =
        made->changes == board.changes() && made->generation == snapshot.generation();
    const bool fresh = made->document.size > kShort && now_() - made->at < kFresh;
    return unchanged || fresh ? made : nullptr;
}

std::optional<Answer> StatusPage::kept(const StatusBoard& board,
                                       const nodes::Snapshot& snapshot) const {
    const auto made = current(board, snapshot);
    return made ? std::optional(sent_from(made->document)) : std::nullopt;
}

Answer StatusPage::get(const StatusBoard& board, const nodes::Snapshot& snapshot) {
    const std::lock_guard one_at_a_time(making_);
    if (auto answer = kept(board, snapshot)) return std::move(*answer);
    auto made = std::make_shared<Made>();
    // Looked at first: what changes meanwhile makes it old, not lost.
    made->changes = board.changes();
    made->generation = snapshot.generation();
    const std::string text = board.to_json(snapshot);
    auto document = in_memory_file(text);
    if (!document) {
        log::error("answer.memory {}", document.error().describe());
        return empty_answer(500);
    }
    made->document = std::move(*document);
    made->document.etag = fmt::format("W/\"{}\"", sha256_hex(text).substr(0, 32));
    made->at = now_();
    Answer answer = sent_from(made->document);
    made_.store(std::move(made));
    return answer;
}

}  // namespace ww::boot
