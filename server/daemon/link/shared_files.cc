// SPDX-License-Identifier: BSD-3-Clause
#include "daemon/link/shared_files.h"

#include <fmt/format.h>

#include <unordered_set>

namespace ww::daemon {

Result<uint32_t> SharedFiles::number_of(const SharedFd& file, const Send& send) {
    if (const auto found = known_.find(file.get()); found != known_.end())
        return found->second->number;
    if (files_.size() == most_) {
        send.forget(files_.back().number);
        known_.erase(files_.back().fd.get());
        files_.pop_back();
    }
    // Four billion files do not pass while one is in use.
    if (++last_number_ == 0) ++last_number_;
    WW_TRY_VOID(send.share(file, last_number_));
    files_.push_front({file, last_number_});
    known_.emplace(file.get(), files_.begin());
    return last_number_;
}

Result<std::vector<PieceRef>> SharedFiles::refer(std::span<const FileSpan> pieces,
                                                 const Send& send) {
    std::unordered_set<const UniqueFd*> wanted;
    for (const FileSpan& piece : pieces)
        if (piece.file) wanted.insert(piece.file.get());
    if (wanted.size() > most_)
        return Error(
            ErrorCode::TooLarge,
            fmt::format("an answer has pieces of {} files, of at most {}", wanted.size(), most_));
    // Those that are known come first: none of them gives way to one that is not.
    for (const UniqueFd* file : wanted)
        if (const auto found = known_.find(file); found != known_.end())
            files_.splice(files_.begin(), files_, found->second);
    std::vector<PieceRef> refs;
    refs.reserve(pieces.size());
    for (const FileSpan& piece : pieces) {
        PieceRef ref{0, piece.offset, piece.length};
        if (piece.file) {
            WW_TRY(ref.file, number_of(piece.file, send));
        }
        refs.push_back(ref);
    }
    return refs;
}

}  // namespace ww::daemon
