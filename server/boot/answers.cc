// SPDX-License-Identifier: BSD-3-Clause
#include "boot/answers.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ww::boot {

Answer empty_answer(int status) {
    Answer answer;
    answer.status = status;
    return answer;
}

Answer body_answer(std::string content_type, std::variant<std::string, FileBody> body) {
    Answer answer;
    answer.content_type = std::move(content_type);
    answer.body = std::move(body);
    return answer;
}

Result<FileBody> in_memory_file(std::string_view text) {
    WW_TRY(UniqueFd fd, memory_file("answer", text));
    (void)::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return FileBody{.fd = std::move(fd), .size = static_cast<int64_t>(text.size())};
}

Result<Answer> file_answer(UniqueFd fd) {
    struct stat status{};
    if (::fstat(fd.get(), &status) != 0) return Error::from_errno(errno, "stat");
    if (!S_ISREG(status.st_mode)) return Error(ErrorCode::NotFound, "not a file");
    const FileIdentity identity = identity_of(status);
    Answer answer;
    answer.content_type = "application/octet-stream";
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
