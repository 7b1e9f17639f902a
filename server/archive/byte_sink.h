// SPDX-License-Identifier: BSD-3-Clause
//
// ByteSink: where a stream of bytes goes. Writers of formats know only this, so the same cpio can
// go into memory, into a file, or into a file and its compressed copy at once.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ww::archive {

class ByteSink {
   public:
    virtual ~ByteSink() = default;
    /// Takes all of `bytes` or fails; after a failure the sink is of no further use.
    virtual Result<void> write(std::string_view bytes) = 0;
};

/// Collects everything in memory. For small archives and tests.
class StringSink final : public ByteSink {
   public:
    Result<void> write(std::string_view bytes) override {
        text_.append(bytes);
        return {};
    }
    void reserve(size_t bytes) { text_.reserve(bytes); }
    const std::string& text() const& { return text_; }
    std::string text() && { return std::move(text_); }

   private:
    std::string text_;
};

}  // namespace ww::archive
