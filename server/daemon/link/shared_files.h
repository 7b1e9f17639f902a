// SPDX-License-Identifier: BSD-3-Clause
//
// SharedFiles: which files a front has been passed to send pieces of, kept by the main process.
// Each is passed once; the one that was of no use for longest gives way.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "daemon/link/wire.h"

namespace ww::daemon {

/// One for each front. Not thread-safe.
class SharedFiles {
   public:
    explicit SharedFiles(size_t most = kMaxSharedFiles) : most_(most) {}

    struct Send {
        std::function<Result<void>(const SharedFd&, uint32_t number)> share;
        std::function<void(uint32_t number)> forget;
    };

    /// What an answer has to say of its pieces, after all that `send` was called with. Errors:
    /// TooLarge (of more files than a front may have), those of `share`.
    Result<std::vector<PieceRef>> refer(std::span<const FileSpan> pieces, const Send& send);

   private:
    struct File {
        SharedFd fd;  // so that no other can be where it was
        uint32_t number = 0;
    };
    using Files = std::list<File>;  // used last comes first

    Result<uint32_t> number_of(const SharedFd& file, const Send& send);

    const size_t most_;
    uint32_t last_number_ = 0;
    Files files_;
    std::unordered_map<const UniqueFd*, Files::iterator> known_;
};

}  // namespace ww::daemon
