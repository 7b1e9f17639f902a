// SPDX-License-Identifier: BSD-3-Clause
#include "http/file_warmth.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "http/work_pool.h"

namespace ww::http {

namespace {

// One byte, read only if that needs no disk. The last byte of a slice stands for all of it: the
// kernel reads ahead in order, and slices are small.
bool in_memory(int fd, int64_t offset) {
    char byte = 0;
    iovec buffer{&byte, 1};
    return ::preadv2(fd, &buffer, 1, offset, RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

void read_in(FileSlice slice) {
    // The read waits for the end of what readahead(2) has only begun.
    (void)::readahead(slice.fd, slice.offset, static_cast<size_t>(slice.length));
    char byte = 0;
    (void)!::pread(slice.fd, &byte, 1, slice.offset + slice.length - 1);
}

}  // namespace

Task<void> warm(WorkPool* pool, FileSlice slice) {
    if (pool == nullptr || slice.length <= 0) co_return;
    if (in_memory(slice.fd, slice.offset) && in_memory(slice.fd, slice.offset + slice.length - 1))
        co_return;
    const Executor executor = co_await asio::this_coro::executor;
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
        [pool, slice, executor](auto resume) {
            // Shared, because a job must be copyable.
            const auto shared = std::make_shared<decltype(resume)>(std::move(resume));
            const bool taken = pool->submit([slice, executor, shared] {
                read_in(slice);
                asio::post(executor, std::move(*shared));
            });
            if (!taken) asio::post(executor, std::move(*shared));
        },
        use_task);
}

}  // namespace ww::http
