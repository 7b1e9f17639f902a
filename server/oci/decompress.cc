// SPDX-License-Identifier: BSD-3-Clause
#include "oci/decompress.h"

#include <archive.h>
#include <archive_entry.h>
#include <isa-l.h>
#include <lzma.h>

#include <string>
#include <vector>

#include "oci/archive_stream.h"

namespace ww::oci {

namespace {

// Large pieces: each is handed from one thread to another.
constexpr size_t kPlainBytes = 1 << 20;
constexpr std::string_view kGzipMagic("\x1f\x8b", 2);
constexpr std::string_view kXzMagic(
    "\xfd"
    "7zXZ\0",
    6);

/// What was looked at already, and then the rest.
class Resumed final : public ByteSource {
   public:
    Resumed(std::string first, ByteSource& rest) : first_(std::move(first)), rest_(rest) {}

    Result<std::string_view> next() override {
        if (given_) return rest_.next();
        given_ = true;
        return first_.empty() ? rest_.next() : Result<std::string_view>(first_);
    }

   private:
    std::string first_;
    ByteSource& rest_;
    bool given_ = false;
};

class Gunzip final : public ByteSource {
   public:
    explicit Gunzip(std::unique_ptr<ByteSource> packed)
        : packed_(std::move(packed)),
          state_(std::make_unique<inflate_state>()),
          plain_(kPlainBytes, '\0') {
        begin_member();
    }

    Result<std::string_view> next() override {
        state_->next_out = reinterpret_cast<uint8_t*>(plain_.data());
        state_->avail_out = static_cast<uint32_t>(plain_.size());
        while (state_->avail_out > 0) {
            if (state_->avail_in == 0 && !ended_) WW_TRY_VOID(refill());
            if (!inside_) {
                skip_padding();
                if (state_->avail_in == 0 && !ended_) continue;
                if (state_->avail_in == 0) break;
                begin_member();
            }
            if (ended_ && state_->avail_in == 0 && state_->block_state != ISAL_BLOCK_FINISH) {
                // What is inside the state may still give bytes; if it gives none, it is short.
                const uint32_t room = state_->avail_out;
                WW_TRY_VOID(inflate());
                if (inside_ && state_->avail_out == room) return damaged("cut short");
                continue;
            }
            WW_TRY_VOID(inflate());
        }
        return std::string_view(plain_.data(), plain_.size() - state_->avail_out);
    }

   private:
    static Error damaged(std::string_view how) {
        return Error(ErrorCode::Unprocessable, fmt::format("the gzip data is {}", how));
    }

    void begin_member() {
        uint8_t* const in = state_->next_in;
        const uint32_t left = state_->avail_in;
        uint8_t* const out = state_->next_out;
        const uint32_t room = state_->avail_out;
        isal_inflate_init(state_.get());
        state_->crc_flag = ISAL_GZIP;
        state_->next_in = in;
        state_->avail_in = left;
        state_->next_out = out;
        state_->avail_out = room;
        inside_ = true;
    }

    Result<void> refill() {
        WW_TRY(const std::string_view piece, packed_->next());
        ended_ = piece.empty();
        // ISA-L's type is not const, but it only reads.
        state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(piece.data()));
        state_->avail_in = static_cast<uint32_t>(piece.size());
        return {};
    }

    void skip_padding() {
        while (state_->avail_in > 0 && *state_->next_in == 0) {
            ++state_->next_in;
            --state_->avail_in;
        }
    }

    Result<void> inflate() {
        switch (isal_inflate(state_.get())) {
            case ISAL_DECOMP_OK:
            case ISAL_END_INPUT:
                break;
            case ISAL_INCORRECT_CHECKSUM:
                return damaged("damaged: its checksum is another");
            default:
                return damaged("damaged");
        }
        if (state_->block_state == ISAL_BLOCK_FINISH) inside_ = false;
        return {};
    }

    std::unique_ptr<ByteSource> packed_;
    std::unique_ptr<inflate_state> state_;
    std::string plain_;
    bool inside_ = true;  // a member has begun and not ended
    bool ended_ = false;  // nothing more comes from `packed_`
};

/// Not by libarchive, which grants xz whatever it asks for, and has no option about it.
class Unxz final : public ByteSource {
   public:
    explicit Unxz(std::unique_ptr<ByteSource> packed)
        : packed_(std::move(packed)), plain_(kPlainBytes, '\0') {}
    ~Unxz() override { ::lzma_end(&state_); }
    Unxz(const Unxz&) = delete;
    Unxz& operator=(const Unxz&) = delete;

    Result<std::string_view> next() override {
        if (!begun_) {
            begun_ = true;
            last_ = ::lzma_stream_decoder(&state_, kMaxXzMemory, LZMA_CONCATENATED);
        }
        state_.next_out = reinterpret_cast<uint8_t*>(plain_.data());
        state_.avail_out = plain_.size();
        while (last_ == LZMA_OK && state_.avail_out > 0) {
            if (state_.avail_in == 0 && !ended_) WW_TRY_VOID(refill());
            last_ = ::lzma_code(&state_, ended_ ? LZMA_FINISH : LZMA_RUN);
        }
        if (last_ != LZMA_OK && last_ != LZMA_STREAM_END) return failure();
        return std::string_view(plain_.data(), plain_.size() - state_.avail_out);
    }

   private:
    Result<void> refill() {
        WW_TRY(const std::string_view piece, packed_->next());
        ended_ = piece.empty();
        state_.next_in = reinterpret_cast<const uint8_t*>(piece.data());
        state_.avail_in = piece.size();
        return {};
    }

    Error failure() const {
        switch (last_) {
            case LZMA_MEMLIMIT_ERROR:
                return Error(ErrorCode::TooLarge,
                             fmt::format("the xz data takes {} MiB of memory to unpack, over the "
                                         "limit of {} MiB",
                                         ::lzma_memusage(&state_) >> 20,
                                         kMaxXzMemory >> 20))
                    .with_hint("pack it with a smaller dictionary: xz -9 takes 65 MiB");
            case LZMA_MEM_ERROR:
                return {ErrorCode::TooLarge, "no memory to unpack the xz data"};
            case LZMA_BUF_ERROR:
                return {ErrorCode::Unprocessable, "the xz data is cut short"};
            default:
                return {ErrorCode::Unprocessable, "the xz data is damaged"};
        }
    }

    std::unique_ptr<ByteSource> packed_;
    lzma_stream state_ = LZMA_STREAM_INIT;
    lzma_ret last_ = LZMA_OK;
    std::string plain_;
    bool begun_ = false;
    bool ended_ = false;  // nothing more comes from `packed_`
};

/// Every other packing, by libarchive.
class Unfilter final : public ByteSource {
   public:
    explicit Unfilter(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)) {}

    Result<std::string_view> next() override {
        if (!archive_) {
            WW_TRY(archive_, ArchiveStream::open(*packed_, ArchiveStream::Form::Raw));
            entry_ = archive_read_next_header(archive_->get(), &header_);
            if (entry_ == ARCHIVE_EOF) return std::string_view();
            if (entry_ != ARCHIVE_OK) return archive_->failure("unpack");
            // Each packing within another would have its own memory. The last filter is none.
            if (archive_filter_count(archive_->get()) > 2)
                return Error(ErrorCode::Unprocessable, "the archive is packed more than once");
        }
        if (entry_ == ARCHIVE_EOF) return std::string_view();
        plain_.resize(kPlainBytes);
        size_t used = 0;
        while (used < plain_.size()) {
            const la_ssize_t got =
                archive_read_data(archive_->get(), plain_.data() + used, plain_.size() - used);
            if (got < 0) return archive_->failure("unpack");
            if (got == 0) break;
            used += static_cast<size_t>(got);
        }
        return std::string_view(plain_.data(), used);
    }

   private:
    std::unique_ptr<ByteSource> packed_;
    std::unique_ptr<ArchiveStream> archive_;
    archive_entry* header_ = nullptr;
    int entry_ = ARCHIVE_OK;
    std::string plain_;
};

}  // namespace

Decompress::Decompress(ByteSource& packed) : packed_(packed) {}
Decompress::~Decompress() = default;

Result<std::string_view> Decompress::next() {
    if (!plain_) {
        std::string first;
        while (first.size() < kXzMagic.size()) {
            WW_TRY(const std::string_view piece, packed_.next());
            if (piece.empty()) break;
            first += piece;
        }
        const bool gzip = first.starts_with(kGzipMagic);
        const bool xz = first.starts_with(kXzMagic);
        auto all = std::make_unique<Resumed>(std::move(first), packed_);
        if (gzip)
            plain_ = std::make_unique<Gunzip>(std::move(all));
        else if (xz)
            plain_ = std::make_unique<Unxz>(std::move(all));
        else
            plain_ = std::make_unique<Unfilter>(std::move(all));
    }
    return plain_->next();
}

}  // namespace ww::oci
