// SPDX-License-Identifier: BSD-3-Clause
#include "boot/answers.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ww::boot {

namespace {

constexpr const char* kFileType = "application/octet-stream";

}  // namespace

Answer empty_answer(int status) {
    Answer answer;
    answer.status = status;
    return answer;
}

Answer body_answer(std::string content_type, decltype(Answer::body) body) {
    Answer answer;
    answer.content_type = std::move(content_type);
    answer.body = std::move(body);
    return answer;
}

std::optional<Answer> for_firmware(const Ask& ask, std::optional<Answer> answer) {
    if (!answer || ask.stage != Stage::Efiboot || answer->status < 400) return answer;
    answer->content_type = "text/plain; charset=utf-8";
    answer->body = answer->status == 404 ? "not found\n" : "refused\n";
    return answer;
}

Result<FileBody> in_memory_file(std::string_view text) {
    WW_TRY(UniqueFd fd, memory_file("answer", text));
    (void)::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return FileBody{.fd = std::move(fd), .size = static_cast<int64_t>(text.size())};
}

Result<Answer> archive_answer(const overlay::Archive& made) {
    const archive::Pieces& pieces = made.pieces;
    if (pieces.list.size() > kMaxPieces)
        return Error(ErrorCode::TooLarge,
                     fmt::format("an archive of {} pieces; no more than {} can be sent",
                                 pieces.list.size(),
                                 kMaxPieces));
    PieceBody body;
    body.own = pieces.own;
    body.pieces.reserve(pieces.list.size());
    for (const archive::Piece& piece : pieces.list)
        body.pieces.push_back({piece.payload ? piece.payload->file : nullptr,
                               static_cast<int64_t>(piece.offset),
                               static_cast<int64_t>(piece.length)});
    body.size = static_cast<int64_t>(pieces.size);
    body.mtime = made.changed;
    body.etag = fmt::format("\"{}\"", made.digest);
    return body_answer(kFileType, std::move(body));
}

Result<Answer> file_answer(UniqueFd fd) {
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat");
    if (!S_ISREG(status.st_mode)) return Error(ErrorCode::NotFound, "not a file");
    const FileIdentity identity = identity_of(status);
    Answer answer;
    answer.content_type = kFileType;
    FileBody body;
    body.fd = std::move(fd);
    body.size = identity.size;
    body.mtime = status.st_mtim.tv_sec;
    // Files are replaced, never written in place, so inode, size and times stand for the bytes.
    body.etag = fmt::format("\"{:x}-{:x}-{:x}\"", identity.inode, identity.size, identity.mtime_ns);
    answer.body = std::move(body);
    return answer;
}

Answer recorded(Answer answer, const Ask& ask, std::string_view node_id, std::string_view sent) {
    answer.recorded = true;
    answer.record = {.node = std::string(node_id),
                     .stage = ask.stage,
                     .sent = std::string(sent),
                     .peer_address = ask.peer_address};
    return answer;
}

}  // namespace ww::boot
