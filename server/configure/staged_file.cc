// SPDX-License-Identifier: BSD-3-Clause
#include "configure/staged_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/kept_copy.h"
#include "base/path.h"
#include "base/process.h"

namespace ww::configure {

namespace {

constexpr const char* kFirstCopy = ".wwbackup";

std::string where_it_leads(const std::string& path) {
    const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), &::free);
    return real ? std::string(real.get()) : path;
}

/// A program by its name, also where PATH lacks the folders of administrators.
std::string program_named(const std::string& name) {
    for (const char* folder : {"/usr/sbin/", "/sbin/"})
        if (const std::string path = folder + name; ::access(path.c_str(), X_OK) == 0) return path;
    return name;
}

/// The security label that the policy has for a path, where there is a policy.
void restore_label(const std::string& path) {
    if (exists("/sys/fs/selinux/enforce")) (void)capture_program({"restorecon", path});
}

/// Over the old text, for a file that is a mount of its own, as containers have /etc/hosts.
Result<void> write_in_place(const std::string& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (!fd.valid()) return Error::from_errno(errno, "open " + path);
    WW_TRY_VOID(write_all(fd.get(), text, path));
    if (::fsync(fd.get()) != 0) return Error::from_errno(errno, "fsync " + path);
    return {};
}

Result<void> make_link(const std::string& path, const std::string& target) {
    const std::string aside = path + ".wwnew";
    (void)::unlink(aside.c_str());
    if (::symlink(target.c_str(), aside.c_str()) != 0)
        return Error::from_errno(errno, "symlink " + aside);
    if (::rename(aside.c_str(), path.c_str()) != 0)
        return Error::from_errno(errno, "rename to " + path);
    return {};
}

}  // namespace

Result<StagedFile> StagedFile::create(const FileChange& change) {
    StagedFile staged(change);
    staged.target_ = change.path;
    WW_TRY_VOID(make_directories(std::string(folder_of(change.path))));
    if (change.kind == FileChange::Kind::Link) return staged;
    staged.target_ = where_it_leads(change.path);
    const bool is_new = !exists(staged.target_);
    WW_TRY(AtomicFile file, AtomicFile::create(staged.target_, change.mode));
    if (is_new && ::geteuid() == 0 && ::fchown(file.fd(), change.uid, change.gid) != 0)
        return Error::from_errno(errno, "chown " + change.path);
    WW_TRY_VOID(write_all(file.fd(), change.text, change.path));
    staged.file_.emplace(std::move(file));
    return staged;
}

Result<void> StagedFile::check() const {
    if (change_->checker.empty()) return {};
    std::vector<std::string> words = change_->checker;
    words[0] = program_named(words[0]);
    for (std::string& word : words)
        if (const size_t at = word.find("{}"); at != std::string::npos)
            word.replace(at, 2, file_->temporary());
    const auto checked = capture_program(words);
    if (!checked) return {};
    if (checked->exit.status() == 0) return {};
    std::string said = checked->errors.empty() ? checked->output : checked->errors;
    for (size_t at = 0; (at = said.find(file_->temporary(), at)) != std::string::npos;)
        said.replace(at, file_->temporary().size(), path());
    while (!said.empty() && said.back() == '\n') said.pop_back();
    return Error(ErrorCode::Unprocessable,
                 fmt::format("{} refuses the new {}: {}", change_->checker[0], path(), said))
        .with_hint("nothing was written; the file comes from the overlay host and warewulf.conf");
}

Result<std::string> StagedFile::keep(const Record& record) const {
    if (change_->keep == Keep::Nothing || !exists(target_)) return std::string();
    const auto text = read_file(target_);
    if (!text) {
        // A link that leads nowhere has nothing to keep.
        if (text.error().code() == ErrorCode::NotFound) return std::string();
        return text.error();
    }
    const std::string first = target_ + kFirstCopy;
    if (exists(first)) {
        if (record.is_ours(change_->path, *text)) return std::string();
        return keep_copy(target_);
    }
    struct stat status{};
    if (::stat(target_.c_str(), &status) != 0) return Error::from_errno(errno, "stat " + target_);
    WW_TRY_VOID(replace_file(first, *text, status.st_mode & 07777));
    return first;
}

Result<std::string> StagedFile::put_into_place(Record& record) {
    WW_TRY(const std::string kept, keep(record));
    if (change_->kind == FileChange::Kind::Link) {
        WW_TRY_VOID(make_link(target_, change_->text));
        return kept;
    }
    WW_TRY_VOID(file_->sync());
    if (const int failed = file_->rename(); failed == EBUSY)
        WW_TRY_VOID(write_in_place(target_, change_->text));
    else if (failed != 0)
        return Error::from_errno(failed, "rename to " + target_);
    else
        WW_TRY_VOID(file_->sync_folder());
    restore_label(target_);
    record.wrote(change_->path, change_->text);
    return kept;
}

}  // namespace ww::configure
