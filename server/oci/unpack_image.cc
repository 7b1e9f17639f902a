// SPDX-License-Identifier: BSD-3-Clause
#include "oci/unpack_image.h"

#include <atomic>

#include "oci/byte_source.h"
#include "oci/decompress.h"

namespace ww::oci {

namespace {

/// Counts what passes, for another thread to see.
class Metered final : public ByteSource {
   public:
    Metered(ByteSource& from, std::atomic<uint64_t>& bytes) : from_(from), bytes_(bytes) {}

    Result<std::string_view> next() override {
        auto piece = from_.next();
        if (piece) bytes_ += piece->size();
        return piece;
    }

   private:
    ByteSource& from_;
    std::atomic<uint64_t>& bytes_;
};

/// Packed bytes that went into one tree, told as progress.
class Meter {
   public:
    Meter(uint64_t total, const ImageUnpackOptions& options) : total_(total), options_(options) {}

    std::atomic<uint64_t>& packed() { return packed_; }

    UnpackOptions unpack_options() const {
        UnpackOptions unpack{.limits = options_.limits, .stop = options_.stop, .progress = {}};
        if (options_.progress)
            unpack.progress = [this](uint64_t entries, uint64_t) {
                options_.progress({.phase = "unpacking",
                                   .bytes = packed_,
                                   .total_bytes = total_,
                                   .files = entries});
            };
        return unpack;
    }

   private:
    std::atomic<uint64_t> packed_ = 0;
    const uint64_t total_;
    const ImageUnpackOptions& options_;
};

}  // namespace

Result<Unpacked> unpack_image(const ImageDigest& image,
                              const BlobOpener& open,
                              const ConfinedDir& tree,
                              const ImageUnpackOptions& options) {
    Meter meter(image.bytes(), options);
    Unpacker unpacker(tree, meter.unpack_options());
    for (size_t i = 0; i < image.layers.size(); ++i) {
        const Descriptor& layer = image.layers[i];
        const auto unpack_layer = [&]() -> Result<void> {
            WW_TRY(const UniqueFd fd, open(layer));
            FileSource file(fd.get(), layer.digest.text());
            Metered packed(file, meter.packed());
            Decompress plain(packed);
            DigestSource checked(plain);
            {
                ReadAhead ahead(checked);
                WW_TRY_VOID(unpacker.unpack(ahead, Whiteouts::Apply));
            }
            const std::string hex = checked.finish();
            if (hex != image.diff_ids[i].hex())
                return Error(ErrorCode::Unprocessable,
                             fmt::format("its content unpacks to sha256:{}, not to {}",
                                         hex,
                                         image.diff_ids[i].text()));
            return {};
        };
        WW_TRY_VOID(unpack_layer(),
                    "unpacking layer {} of {}, {}",
                    i + 1,
                    image.layers.size(),
                    layer.digest.text());
    }
    return Unpacked{unpacker.entries(), unpacker.bytes(), unpacker.not_kept()};
}

Result<Unpacked> unpack_tar(ByteSource& packed,
                            uint64_t total_bytes,
                            const ConfinedDir& tree,
                            const ImageUnpackOptions& options) {
    Meter meter(total_bytes, options);
    Unpacker unpacker(tree, meter.unpack_options());
    Metered metered(packed, meter.packed());
    Decompress plain(metered);
    ReadAhead ahead(plain);
    WW_TRY_VOID(unpacker.unpack(ahead, Whiteouts::AsFiles));
    return Unpacked{unpacker.entries(), unpacker.bytes(), unpacker.not_kept()};
}

}  // namespace ww::oci
