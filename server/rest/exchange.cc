// SPDX-License-Identifier: BSD-3-Clause
#include "rest/exchange.h"

#include <fcntl.h>
#include <unistd.h>

namespace ww::rest {

Result<std::string> Body::take() {
    if (!file.valid()) return std::move(text);
    // A file that knows seals is in memory: to read it never waits for anybody.
    if (::fcntl(file.get(), F_GET_SEALS) < 0)
        return Error(ErrorCode::InvalidArgument, "a body that is not in memory");
    std::string all(static_cast<size_t>(size), '\0');
    size_t got = 0;
    while (got < all.size()) {
        const ssize_t n =
            ::pread(file.get(), all.data() + got, all.size() - got, static_cast<off_t>(got));
        if (n <= 0) return Error(ErrorCode::InvalidArgument, "a body that is shorter than it says");
        got += static_cast<size_t>(n);
    }
    file = {};
    return all;
}

}  // namespace ww::rest
