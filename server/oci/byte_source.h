// SPDX-License-Identifier: BSD-3-Clause
//
// ByteSource: where a stream of bytes comes from. Readers of formats know only this, so the same
// layer can come from a file, through a decompressor, past a digest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"

namespace ww::oci {

class ByteSource {
   public:
    virtual ~ByteSource() = default;
    /// The next bytes, which stay valid until the next call; empty at the end. After a failure the
    /// source is of no further use.
    virtual Result<std::string_view> next() = 0;
};

/// An open file from where it stands to its end. The descriptor must outlive it.
class FileSource final : public ByteSource {
   public:
    FileSource(int fd, std::string name);
    Result<std::string_view> next() override;

   private:
    int fd_;
    std::string name_;
    std::string buffer_;
};

/// Passes on what `from` gives, and knows its length and SHA-256.
class DigestSource final : public ByteSource {
   public:
    explicit DigestSource(ByteSource& from) : from_(from) {}
    Result<std::string_view> next() override;

    uint64_t bytes() const { return bytes_; }
    /// 64 hex digits. Once, at the end.
    std::string finish() { return to_hex(sha256_.finish()); }

   private:
    ByteSource& from_;
    Sha256 sha256_;
    uint64_t bytes_ = 0;
};

/// Reads `from` on a thread of its own, a few pieces ahead, so that whoever makes the bytes and
/// whoever uses them work at the same time. `from` belongs to it until it is gone.
class ReadAhead final : public ByteSource {
   public:
    explicit ReadAhead(ByteSource& from);
    ~ReadAhead() override;
    Result<std::string_view> next() override;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

/// All that is left. Errors: those of the source.
Result<void> read_to_end(ByteSource& source);

}  // namespace ww::oci
