// SPDX-License-Identifier: BSD-3-Clause
#include "store/journal/pack.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"

namespace ww::store {

namespace {

// What has to be unpacked for the sake of one entry, and what one pack has to learn from.
constexpr size_t kPackBytes = 1 << 20;

struct ZstdFree {
    void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
};

std::string compressed(std::string_view text) {
    const std::unique_ptr<ZSTD_CCtx, ZstdFree> context(::ZSTD_createCCtx());
    (void)::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::string frame(::ZSTD_compressBound(text.size()), '\0');
    const size_t size =
        ::ZSTD_compress2(context.get(), frame.data(), frame.size(), text.data(), text.size());
    WW_CHECK(::ZSTD_isError(size) == 0, "there is room for a zstd frame");
    frame.resize(size);
    return frame;
}

// The size that the frame tells is not believed: what comes out grows as it comes.
std::optional<std::string> decompressed(std::string_view frame) {
    const std::unique_ptr<ZSTD_DCtx, ZstdFree> context(::ZSTD_createDCtx());
    std::string text;
    ZSTD_inBuffer in{frame.data(), frame.size(), 0};
    for (size_t size = 0;;) {
        text.resize(std::max(2 * size, 4 * frame.size() + 64));
        ZSTD_outBuffer out{text.data(), text.size(), size};
        const size_t left = ::ZSTD_decompressStream(context.get(), &out, &in);
        if (::ZSTD_isError(left) != 0) return std::nullopt;
        size = out.pos;
        if (left == 0) {
            text.resize(size);
            break;
        }
        if (in.pos == in.size && out.pos < out.size) return std::nullopt;  // it ends too early
    }
    if (in.pos != in.size) return std::nullopt;
    return text;
}

// Numbers in seven bits a byte, the lowest first; texts with their length before them.
void put(std::string& out, uint64_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
    out += static_cast<char>(number);
}
void put(std::string& out, std::string_view text) {
    put(out, uint64_t{text.size()});
    out += text;
}
void put(std::string& out, const std::optional<std::string>& text) {
    put(out, uint64_t{text.has_value()});
    if (text) put(out, std::string_view(*text));
}

// Reads what put() wrote; once something is not so, everything after it is nothing.
class PackReader {
   public:
    explicit PackReader(std::string_view rest) : rest_(rest) {}

    bool is_good() const { return good_; }
    bool at_end() const { return rest_.empty() || !good_; }

    uint64_t number() {
        uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) break;
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= uint64_t{byte & 0x7Fu} << shift;
            if (byte < 0x80) return value;
        }
        good_ = false;
        return 0;
    }
    std::string text() {
        const uint64_t size = number();
        if (size > rest_.size()) good_ = false;
        if (!good_) return {};
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return text;
    }
    std::optional<std::string> text_or_nothing() {
        return number() == 0 ? std::nullopt : std::optional(text());
    }

   private:
    std::string_view rest_;
    bool good_ = true;
};

void put(std::string& out, const std::optional<KeptFile>& file) {
    put(out, uint64_t{file.has_value()});
    if (!file) return;
    for (const uint64_t number : {static_cast<uint64_t>(file->type),
                                  uint64_t{file->mode},
                                  uint64_t{file->uid},
                                  uint64_t{file->gid},
                                  file->size})
        put(out, number);
    put(out, std::string_view(file->digest));
    put(out, file->text);
}

std::optional<KeptFile> read_kept(PackReader& in) {
    if (in.number() == 0) return std::nullopt;
    KeptFile file;
    file.type = static_cast<KeptFile::Type>(in.number());
    file.mode = static_cast<uint32_t>(in.number());
    file.uid = static_cast<uint32_t>(in.number());
    file.gid = static_cast<uint32_t>(in.number());
    file.size = in.number();
    file.digest = in.text();
    file.text = in.text_or_nothing();
    return file;
}

std::string label(std::string_view owner, size_t part) { return fmt::format("{}/{}", owner, part); }

fields::EntryKind kind_of(uint64_t number) {
    return number == 0 ? fields::EntryKind::Profile : fields::EntryKind::Node;
}
uint64_t number_of(fields::EntryKind kind) { return kind == fields::EntryKind::Profile ? 0 : 1; }

}  // namespace

std::string revision_owner(int64_t number) { return fmt::format("revision {}", number); }

std::string known_owner(int64_t number) { return fmt::format("texts as of {}", number); }

std::vector<JournalPack> pack_changes(const std::vector<EntryChange>& changes,
                                      std::string_view owner) {
    std::vector<JournalPack> packs;
    for (auto change = changes.begin(); change != changes.end();) {
        JournalPack pack{change->id.name, change->id.name, {}};
        std::string text;
        put(text, std::string_view(label(owner, packs.size())));
        for (; change != changes.end() && text.size() < kPackBytes; ++change) {
            pack.first = std::min(pack.first, change->id.name);
            pack.last = std::max(pack.last, change->id.name);
            put(text, number_of(change->id.kind));
            put(text, std::string_view(change->id.name));
            put(text, change->before);
            put(text, change->after);
        }
        pack.bytes = compressed(text);
        packs.push_back(std::move(pack));
    }
    return packs;
}

bool unpack_changes(std::string_view bytes,
                    std::string_view owner,
                    size_t part,
                    std::vector<EntryChange>& out) {
    const auto text = decompressed(bytes);
    if (!text) return false;
    PackReader in(*text);
    if (in.text() != label(owner, part)) return false;
    while (!in.at_end()) {
        EntryChange& change = out.emplace_back();
        change.id.kind = kind_of(in.number());
        change.id.name = in.text();
        change.before = in.text_or_nothing();
        change.after = in.text_or_nothing();
    }
    return in.is_good();
}

std::string pack_groups(const std::vector<ChangeGroup>& groups, std::string_view owner) {
    std::string text;
    put(text, owner);
    for (const ChangeGroup& group : groups) {
        put(text, number_of(group.kind));
        put(text, static_cast<uint64_t>(group.what));
        put(text, uint64_t{group.names.size()});
        for (const std::string& name : group.names) put(text, std::string_view(name));
        put(text, uint64_t{group.fields.size()});
        for (const nodes::FieldChange& field : group.fields) {
            put(text, std::string_view(field.path));
            put(text, std::string_view(field.before));
            put(text, std::string_view(field.after));
            put(text, uint64_t{field.is_secret});
        }
    }
    return compressed(text);
}

std::optional<std::vector<ChangeGroup>> unpack_groups(std::string_view bytes,
                                                      std::string_view owner) {
    const auto text = decompressed(bytes);
    if (!text) return std::nullopt;
    PackReader in(*text);
    if (in.text() != owner) return std::nullopt;
    std::vector<ChangeGroup> groups;
    while (!in.at_end()) {
        ChangeGroup& group = groups.emplace_back();
        group.kind = kind_of(in.number());
        group.what = static_cast<ChangeGroup::What>(in.number());
        for (uint64_t left = in.number(); left > 0 && !in.at_end(); --left)
            group.names.push_back(in.text());
        for (uint64_t left = in.number(); left > 0 && !in.at_end(); --left)
            group.fields.push_back({in.text(), in.text(), in.text(), in.number() != 0});
    }
    if (!in.is_good()) return std::nullopt;
    return groups;
}

std::string pack_files(const std::vector<FileChange>& files, std::string_view owner) {
    std::string text;
    put(text, owner);
    for (const FileChange& file : files) {
        put(text, std::string_view(file.overlay));
        put(text, std::string_view(file.path));
        put(text, file.before);
        put(text, file.after);
    }
    return compressed(text);
}

std::optional<std::vector<FileChange>> unpack_files(std::string_view bytes,
                                                    std::string_view owner) {
    const auto text = decompressed(bytes);
    if (!text) return std::nullopt;
    PackReader in(*text);
    if (in.text() != owner) return std::nullopt;
    std::vector<FileChange> files;
    while (!in.at_end()) {
        FileChange& file = files.emplace_back();
        file.overlay = in.text();
        file.path = in.text();
        file.before = read_kept(in);
        file.after = read_kept(in);
    }
    if (!in.is_good()) return std::nullopt;
    return files;
}

}  // namespace ww::store
