// SPDX-License-Identifier: BSD-3-Clause
#include "content/incoming.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ww::content {

Result<Incoming> Incoming::create(const Store& store,
                                  std::optional<Expected> expected,
                                  const std::stop_token& stop) {
    WW_TRY(Hold hold, store.hold(stop));
    Incoming incoming(store, std::move(hold), std::move(expected));
    const std::string path = store.incoming_name();
    incoming.fd_ = UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
    if (!incoming.fd_.valid()) return Error::from_errno(errno, "create " + path);
    incoming.path_ = path;
    return incoming;
}

Incoming::Incoming(Incoming&& other) noexcept
    : store_(other.store_),
      hold_(std::move(other.hold_)),
      expected_(std::move(other.expected_)),
      path_(std::exchange(other.path_, {})),
      fd_(std::move(other.fd_)),
      digest_(std::move(other.digest_)),
      size_(other.size_) {}

Incoming::~Incoming() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> Incoming::write(std::string_view bytes) {
    if (expected_ && bytes.size() > expected_->size - size_)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} has more than the {} bytes it was said to have",
                                 expected_->digest.text(),
                                 expected_->size));
    WW_TRY_VOID(write_all(fd_.get(), bytes, path_));
    digest_.update(bytes);
    size_ += bytes.size();
    return {};
}

Result<Digest> Incoming::commit() {
    WW_TRY(Digest digest, Digest::from_hex(to_hex(digest_.finish())));
    if (expected_ && size_ != expected_->size)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("{} has {} bytes; it was said to have {}",
                                 expected_->digest.text(),
                                 size_,
                                 expected_->size));
    if (expected_ && digest != expected_->digest)
        return Error(ErrorCode::Unprocessable,
                     fmt::format("what came as {} is {}", expected_->digest.text(), digest.text()));
    const Result<uint64_t> there = store_->size(digest);
    if (there && *there == size_) return digest;
    if (::fsync(fd_.get()) != 0) return Error::from_errno(errno, "fsync " + path_);
    WW_TRY_VOID(store_->settle(path_, digest));
    path_.clear();
    return digest;
}

}  // namespace ww::content
