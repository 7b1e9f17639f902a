// SPDX-License-Identifier: BSD-3-Clause
#include "image/compression/zstd_file.h"

#include <zstd.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"

namespace ww::image {

namespace {

// Smaller than gzip -6 on root file systems, in a fraction of its time; higher levels take long for
// little.
constexpr int kZstdLevel = 3;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
};

}  // namespace

struct ZstdFile::State {
    State(ServedFile opened, unsigned threads)
        : file(std::move(opened)), context(::ZSTD_createCCtx()) {
        WW_CHECK(context != nullptr, "no memory for libzstd");
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kZstdLevel);
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
        // Fails in a libzstd without threads, which then works on ours.
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_nbWorkers, static_cast<int>(threads));
    }

    Result<void> compress(std::string_view bytes, ZSTD_EndDirective end) {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        size_t left = 0;
        do {
            ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
            left = ::ZSTD_compressStream2(context.get(), &out, &in, end);
            if (::ZSTD_isError(left) != 0)
                return Error(ErrorCode::Internal,
                             fmt::format("libzstd: {}", ::ZSTD_getErrorName(left)));
            size += out.pos;
            WW_TRY_VOID(file.write({buffer.data(), out.pos}));
        } while (end == ZSTD_e_end ? left != 0 : in.pos < in.size);
        return {};
    }

    ServedFile file;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context;
    std::vector<char> buffer = std::vector<char>(::ZSTD_CStreamOutSize());
    uint64_t size = 0;
};

ZstdFile::ZstdFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ZstdFile::ZstdFile(ZstdFile&&) noexcept = default;
ZstdFile& ZstdFile::operator=(ZstdFile&&) noexcept = default;
ZstdFile::~ZstdFile() = default;

Result<ZstdFile> ZstdFile::create(const std::string& path, unsigned threads) {
    WW_TRY(ServedFile file, ServedFile::create(path));
    const unsigned workers = threads != 0 ? threads : std::thread::hardware_concurrency();
    return ZstdFile(std::make_unique<State>(std::move(file), std::max(1U, workers)));
}

Result<void> ZstdFile::write(std::string_view bytes) {
    return state_->compress(bytes, ZSTD_e_continue);
}

Result<void> ZstdFile::seal(int64_t mtime_ns) {
    WW_TRY_VOID(state_->compress({}, ZSTD_e_end));
    return state_->file.finish(mtime_ns);
}

Result<void> ZstdFile::publish() { return state_->file.rename(); }

uint64_t ZstdFile::size() const { return state_->size; }

}  // namespace ww::image
