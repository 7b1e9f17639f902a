// SPDX-License-Identifier: BSD-3-Clause
#include "archive/pair_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/admin_group.h"
#include "base/digest.h"
#include "base/file.h"

namespace ww::archive {

namespace {

constexpr size_t kPairBuffer = 256 << 10;

/// A file being written: buffered, counted, and hashed if somebody wants to know.
class FileSink final : public ByteSink {
   public:
    FileSink(AtomicFile file, std::string path, bool digest)
        : file_(std::move(file)), path_(std::move(path)) {
        if (digest) digest_.emplace();
    }

    Result<void> write(std::string_view bytes) override {
        if (buffer_.size() + bytes.size() > kPairBuffer) WW_TRY_VOID(flush());
        if (bytes.size() >= kPairBuffer) return put(bytes);
        buffer_.append(bytes);
        return {};
    }

    Result<void> flush() {
        const Result<void> result = put(buffer_);
        buffer_.clear();
        return result;
    }

    int fd() const { return file_.fd(); }
    Result<void> sync() { return file_.sync(); }
    Result<void> rename() {
        if (const int failed = file_.rename(); failed != 0)
            return Error::from_errno(failed, "rename a new file to " + path_);
        return file_.sync_folder();
    }
    const std::string& temporary() const { return file_.temporary(); }
    uint64_t size() const { return size_; }
    std::string digest() { return digest_ ? to_hex(digest_->finish()) : std::string(); }

   private:
    Result<void> put(std::string_view bytes) {
        if (bytes.empty()) return {};
        if (digest_) digest_->update(bytes);
        size_ += bytes.size();
        return write_all(file_.fd(), bytes, path_);
    }

    AtomicFile file_;
    std::string path_;
    std::string buffer_;
    uint64_t size_ = 0;
    std::optional<Sha256> digest_;
};

Result<std::unique_ptr<FileSink>> open_sink(const std::string& path,
                                            const PairOptions& options,
                                            bool digest) {
    WW_TRY(AtomicFile file, AtomicFile::create(path, options.access.mode, true));
    if (options.access.group &&
        ::fchown(file.fd(), static_cast<uid_t>(-1), *options.access.group) != 0)
        return Error::from_errno(errno, "change the group of " + path);
    return std::make_unique<FileSink>(std::move(file), path, digest);
}

}  // namespace

FileAccess FileAccess::of_served_files() {
    // Only root may hand a file to a group it is not in.
    const std::optional<gid_t> group = ::geteuid() == 0 ? admin_group() : std::nullopt;
    if (!group) return {};
    return {0640, group};
}

struct PairWriter::State {
    State(std::unique_ptr<FileSink> plain_file,
          std::unique_ptr<FileSink> packed_file,
          const PairOptions& options)
        : plain(std::move(plain_file)), packed(std::move(packed_file)) {
        if (options.packing == Packing::Own) gzip.emplace(*packed, options.threads, options.level);
    }

    timespec created{};
    std::unique_ptr<FileSink> plain;
    std::unique_ptr<FileSink> packed;
    std::optional<GzipSink> gzip;
};

PairWriter::PairWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
PairWriter::PairWriter(PairWriter&&) noexcept = default;
PairWriter::~PairWriter() = default;

Result<PairWriter> PairWriter::create(const std::string& path, const PairOptions& options) {
    using Digests = PairOptions::Digests;
    WW_TRY(auto plain, open_sink(path, options, options.digests == Digests::Both));
    WW_TRY(auto packed, open_sink(path + ".gz", options, options.digests != Digests::None));
    auto state = std::make_unique<State>(std::move(plain), std::move(packed), options);
    // The file system's clock, not ours: over NFS they differ.
    struct stat status{};
    if (::fstat(state->plain->fd(), &status) != 0) return Error::from_errno(errno, "stat " + path);
    state->created = status.st_mtim;
    return PairWriter(std::move(state));
}

Result<void> PairWriter::write(std::string_view bytes) {
    WW_TRY_VOID(state_->plain->write(bytes));
    return state_->gzip ? state_->gzip->write(bytes) : Result<void>();
}

ByteSink& PairWriter::packed() { return *state_->packed; }

Result<PairResult> PairWriter::commit() {
    WW_TRY(PairResult result, seal());
    WW_TRY_VOID(publish());
    return result;
}

const std::string& PairWriter::compressed_temporary() const { return state_->packed->temporary(); }

Result<void> PairWriter::publish() {
    WW_TRY_VOID(state_->packed->rename());
    return state_->plain->rename();
}

Result<PairResult> PairWriter::seal() {
    State& state = *state_;
    WW_TRY_VOID(state.plain->flush());
    if (state.gzip) WW_TRY_VOID(state.gzip->finish());
    WW_TRY_VOID(state.packed->flush());
    const std::array<timespec, 2> times{state.created, state.created};
    for (const FileSink* file : {state.plain.get(), state.packed.get()})
        if (::futimens(file->fd(), times.data()) != 0)
            return Error::from_errno(errno, "set the time of a built file");
    PairResult result;
    result.size = state.plain->size();
    result.compressed_size = state.packed->size();
    result.sha256 = state.plain->digest();
    result.compressed_sha256 = state.packed->digest();
    result.created_ns = state.created.tv_sec * int64_t{1'000'000'000} + state.created.tv_nsec;
    WW_TRY_VOID(state.packed->sync());
    WW_TRY_VOID(state.plain->sync());
    return result;
}

}  // namespace ww::archive
