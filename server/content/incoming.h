// SPDX-License-Identifier: BSD-3-Clause
//
// Incoming: a blob that is being written to a Store. It is nowhere to be found before commit(), and
// gone if that is never reached.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"
#include "content/store.h"

namespace ww::content {

/// What somebody said that would come.
struct Expected {
    Digest digest;
    uint64_t size = 0;  // bytes
};

/// Not thread-safe.
class Incoming {
   public:
    /// Holds the store until it goes. Errors: as Store::hold.
    static Result<Incoming> create(const Store& store,
                                   std::optional<Expected> expected = std::nullopt,
                                   const std::stop_token& stop = {});

    Incoming(Incoming&& other) noexcept;
    Incoming& operator=(Incoming&&) = delete;
    ~Incoming();

    /// Errors: Unprocessable (more than was expected), Io.
    Result<void> write(std::string_view bytes);
    uint64_t size() const { return size_; }

    /// Blocks until it is on disk under its digest, which is returned. A blob of that digest that
    /// is there already stays. Errors: Unprocessable (not what was expected), Io.
    Result<Digest> commit();

   private:
    Incoming(const Store& store, Hold hold, std::optional<Expected> expected)
        : store_(&store), hold_(std::move(hold)), expected_(std::move(expected)) {}

    const Store* store_;
    Hold hold_;
    std::optional<Expected> expected_;
    std::string path_;
    UniqueFd fd_;
    Sha256 digest_;
    uint64_t size_ = 0;
};

}  // namespace ww::content
