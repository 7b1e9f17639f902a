// SPDX-License-Identifier: BSD-3-Clause
#include "archive/payload.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <vector>

#include "archive/gzip.h"
#include "base/digest.h"

namespace ww::archive {

namespace {

constexpr size_t kPayloadRead = 256 << 10;

/// A payload's file in memory.
class Remembered final : public ByteSink {
   public:
    Result<void> open() {
        WW_TRY(fd_, memory_file("payload"));
        return {};
    }
    Result<void> write(std::string_view bytes) override {
        digest_.update(bytes);
        return write_all(fd_.get(), bytes, "a payload in memory");
    }
    Result<PayloadPtr> payload() && {
        return payload_from(std::move(fd_), to_hex(digest_.finish()));
    }

   private:
    UniqueFd fd_;
    Sha256 digest_;
};

/// The run is written behind the content: what is packed while it is read waits here, out of
/// memory where it is long.
class Aside final : public ByteSink {
   public:
    Result<void> open() {
        WW_TRY(fd_, memory_file("run"));
        return {};
    }
    Result<void> write(std::string_view bytes) override {
        return write_all(fd_.get(), bytes, "a run in memory");
    }
    int fd() const { return fd_.get(); }

   private:
    UniqueFd fd_;
};

constexpr std::string_view kFootMark = "wwp1";
constexpr size_t kFootBytes = 2 * sizeof(uint64_t) + sizeof(uint32_t) + kFootMark.size();

static_assert(std::endian::native == std::endian::little,
              "numbers are written as they lie in memory");

std::string foot_of(const PayloadShape& shape) {
    std::string foot;
    const auto add = [&](auto number) {
        foot.append(reinterpret_cast<const char*>(&number), sizeof number);
    };
    add(shape.size);
    add(shape.packed_size);
    add(shape.crc);
    return foot.append(kFootMark);
}

/// Calls `take` with all that is in `fd`, from its start. The bytes that were.
template <class Take>
Result<uint64_t> read_all(int fd, std::string_view name, const std::stop_token& stop, Take take) {
    std::vector<char> buffer(kPayloadRead);
    uint64_t offset = 0;
    for (;;) {
        if (stop.stop_requested()) return Error(ErrorCode::Cancelled, "stopped");
        const ssize_t got = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error::from_errno(errno, fmt::format("read {}", name));
        if (got == 0) return offset;
        WW_TRY_VOID(take(std::string_view(buffer.data(), static_cast<size_t>(got))));
        offset += static_cast<uint64_t>(got);
    }
}

}  // namespace

Result<void> write_payload(int from,
                           std::string_view name,
                           ByteSink& out,
                           const std::stop_token& stop) {
    PayloadShape shape;
    Aside run;
    WW_TRY_VOID(run.open());
    GzipSink pack(run, 0, GzipLevel::Quick, GzipExtent::Run);
    WW_TRY(shape.size, read_all(from, name, stop, [&](std::string_view bytes) -> Result<void> {
               WW_TRY_VOID(out.write(bytes));
               return pack.write(bytes);
           }));
    WW_TRY_VOID(pack.finish());
    shape.crc = pack.crc();
    WW_TRY(shape.packed_size,
           read_all(run.fd(), "a run in memory", stop, [&](std::string_view bytes) {
               return out.write(bytes);
           }));
    return out.write(foot_of(shape));
}

Result<PayloadPtr> payload_from(UniqueFd file, std::string digest) {
    struct stat status{};
    if (::fstat(file.get(), &status) != 0) return Error::from_errno(errno, "stat a payload");
    std::string foot(kFootBytes, '\0');
    const auto end = status.st_size - static_cast<off_t>(kFootBytes);
    const ssize_t got = end < 0 ? 0 : ::pread(file.get(), foot.data(), foot.size(), end);
    auto payload = std::make_shared<Payload>();
    PayloadShape& shape = payload->shape;
    size_t at = 0;
    const auto take = [&](auto& number) {
        std::memcpy(&number, foot.data() + at, sizeof number);
        at += sizeof number;
    };
    take(shape.size);
    take(shape.packed_size);
    take(shape.crc);
    const auto both = static_cast<uint64_t>(std::max<off_t>(end, 0));
    if (got != static_cast<ssize_t>(foot.size()) || !foot.ends_with(kFootMark) ||
        shape.size > both || shape.packed_size != both - shape.size)
        return Error(ErrorCode::Unprocessable, "a file of the content store is no payload");
    payload->file = std::make_shared<const UniqueFd>(std::move(file));
    payload->digest = std::move(digest);
    return PayloadPtr(std::move(payload));
}

Result<PayloadPtr> payload_in_memory(std::string_view content) {
    PayloadShape shape{.size = content.size()};
    std::string file(content);
    shape.crc = append_run(content, file);
    shape.packed_size = file.size() - content.size();
    file += foot_of(shape);
    WW_TRY(UniqueFd fd, memory_file("payload", file));
    return payload_from(std::move(fd), sha256_hex(file));
}

Result<PayloadPtr> payload_in_memory(int from, std::string_view name) {
    Remembered file;
    WW_TRY_VOID(file.open());
    WW_TRY_VOID(write_payload(from, name, file));
    return std::move(file).payload();
}

}  // namespace ww::archive
