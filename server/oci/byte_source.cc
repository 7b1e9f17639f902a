// SPDX-License-Identifier: BSD-3-Clause
#include "oci/byte_source.h"

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace ww::oci {

namespace {

constexpr size_t kReadBytes = 256 << 10;
// Pieces are as large as decompressors make them.
constexpr size_t kAheadPieces = 8;

}  // namespace

FileSource::FileSource(int fd, std::string name)
    : fd_(fd), name_(std::move(name)), buffer_(kReadBytes, '\0') {}

Result<std::string_view> FileSource::next() {
    for (;;) {
        const ssize_t got = ::read(fd_, buffer_.data(), buffer_.size());
        if (got >= 0) return std::string_view(buffer_.data(), static_cast<size_t>(got));
        if (errno != EINTR) return Error::from_errno(errno, "read " + name_);
    }
}

Result<std::string_view> DigestSource::next() {
    WW_TRY(const std::string_view piece, from_.next());
    sha256_.update(piece);
    bytes_ += piece.size();
    return piece;
}

struct ReadAhead::State {
    explicit State(ByteSource& source) : from(source) {}

    ByteSource& from;
    std::mutex mutex;
    std::condition_variable changed;
    // Guarded by `mutex`.
    std::deque<std::string> ready;
    std::optional<Result<void>> end;  // nothing comes after what is ready
    bool given_up = false;

    std::string current;  // the reader's
    std::thread thread;

    void run() {
        for (;;) {
            auto piece = from.next();
            std::unique_lock lock(mutex);
            if (!piece || piece->empty()) {
                end = piece ? Result<void>() : Result<void>(piece.error());
                changed.notify_all();
                return;
            }
            changed.wait(lock, [this] { return given_up || ready.size() < kAheadPieces; });
            if (given_up) return;
            ready.emplace_back(*piece);
            changed.notify_all();
        }
    }
};

ReadAhead::ReadAhead(ByteSource& from) : state_(std::make_unique<State>(from)) {
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->given_up = true;
        state_->changed.notify_all();
    }
    state_->thread.join();
}

Result<std::string_view> ReadAhead::next() {
    State& state = *state_;
    std::unique_lock lock(state.mutex);
    state.changed.wait(lock, [&] { return !state.ready.empty() || state.end; });
    if (state.ready.empty()) {
        if (!*state.end) return state.end->error();
        return std::string_view();
    }
    state.current = std::move(state.ready.front());
    state.ready.pop_front();
    state.changed.notify_all();
    return std::string_view(state.current);
}

Result<void> read_to_end(ByteSource& source) {
    for (;;) {
        WW_TRY(const std::string_view piece, source.next());
        if (piece.empty()) return {};
    }
}

}  // namespace ww::oci
