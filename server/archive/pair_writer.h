// SPDX-License-Identifier: BSD-3-Clause
//
// PairWriter: a file and its gzip copy (NAME and NAME.gz), written in one pass and put in place
// together, so that nobody ever sees half of either. Images and overlays leave the server this way.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/byte_sink.h"
#include "archive/gzip.h"

namespace ww::archive {

/// Who may read what a node gets: it holds /etc/shadow, keys and more, so never everybody.
struct FileAccess {
    mode_t mode = 0600;
    std::optional<gid_t> group;

    /// Mode 0640 for group "warewulf" where that group exists, else 0600.
    static FileAccess of_served_files();
};

/// Who makes the gzip copy: the writer, of what is written to it, or who has it already.
enum class Packing { Own, Given };

struct PairOptions {
    FileAccess access = FileAccess::of_served_files();
    unsigned threads = 0;  // see GzipSink
    GzipLevel level = GzipLevel::Quick;
    Packing packing = Packing::Own;
    /// Which SHA-256 of PairResult to fill in.
    enum class Digests { None, Compressed, Both } digests = Digests::None;
};

struct PairResult {
    uint64_t size = 0;
    uint64_t compressed_size = 0;
    std::string sha256;  // 64 hex digits, or empty
    std::string compressed_sha256;
    int64_t created_ns = 0;  // the time both files have, Unix nanoseconds
};

/// Not thread-safe. Gone without commit(), it leaves nothing behind.
class PairWriter final : public ByteSink {
   public:
    /// `path` is the uncompressed file. Its folder must exist. Errors: NotFound, PermissionDenied,
    /// Io.
    static Result<PairWriter> create(const std::string& path, const PairOptions& options = {});

    PairWriter(PairWriter&&) noexcept;
    PairWriter& operator=(PairWriter&&) = delete;
    ~PairWriter() override;

    Result<void> write(std::string_view bytes) override;
    /// Where the gzip copy is to be written, if it is given.
    ByteSink& packed();

    /// Gives both files the time at which create() was called (so that whatever changed since is
    /// newer than they are), syncs them and renames them into place, the compressed one first.
    Result<PairResult> commit();

    /// The two halves of commit(), for who has something to do with the complete files before they
    /// are in place.
    Result<PairResult> seal();
    Result<void> publish();
    /// The compressed file's name until publish().
    const std::string& compressed_temporary() const;

   private:
    struct State;
    explicit PairWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace ww::archive
