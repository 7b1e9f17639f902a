// SPDX-License-Identifier: BSD-3-Clause
#include "configure/carry_out.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/kept_copy.h"
#include "base/path.h"
#include "base/text/line_diff.h"
#include "configure/staged_file.h"

namespace ww::configure {

namespace {

struct ServiceWork {
    bool restart = false;
    bool reload = false;
    bool enable = false;

    bool any() const { return restart || reload || enable; }
};

ServiceWork work_of(const Plan& plan, const Record& record) {
    if (!plan.service) return {};
    const ServiceChange& change = *plan.service;
    bool read_anew = change.restart_always;
    for (const FileChange& file : plan.files) read_anew |= file.read_at_start;
    const bool restart = !change.unit.active || record.restart_due(change.unit.name) ||
                         (read_anew && !change.reload_suffices);
    return {.restart = restart, .reload = read_anew && !restart, .enable = change.unit.disabled};
}

std::string diff_of(const FileChange& file) {
    if (file.kind == FileChange::Kind::Link)
        return fmt::format("would link {} to {}\n", file.path, file.text);
    if (!file.shown) return fmt::format("would write {} ({} bytes)\n", file.path, file.text.size());
    const auto before = read_file(file.path);
    return fmt::format("--- {}\n+++ {}\n{}",
                       before ? file.path : "/dev/null",
                       file.path,
                       line_diff(before ? *before : std::string(), file.text));
}

/// Why services are left alone, once, with what to do.
Error no_manager(const Error& reason, const ServiceChange& change) {
    return reason.with_hint(
        fmt::format("start {} by whatever starts services here", change.unit.name));
}

Result<void> tend(
    const Plan& plan, const ServiceWork& work, Services& services, Record& record, const Say& say) {
    const ServiceChange& change = *plan.service;
    const std::string& name = change.unit.name;
    if (const auto manager = services.available(); !manager) {
        const Error error = no_manager(manager.error(), change);
        say("warn", fmt::format("{}: {}", error.message(), error.hint()));
        return {};
    }
    say("info", work.reload ? fmt::format("Reloading {}", name) : change.heading);
    if (work.reload) WW_TRY_VOID(services.run("reload", name));
    if (work.restart) WW_TRY_VOID(services.run("restart", name));
    if (work.enable) WW_TRY_VOID(services.run("enable", name));
    record.set_restart_due(name, false);
    if (!plan.read_by_service.empty()) {
        WW_TRY(const std::string text, read_file(plan.read_by_service));
        record.wrote(plan.read_by_service, text);
    }
    return record.save();
}

}  // namespace

std::string show(const Plan& plan, Services& services, const Record& record) {
    std::string text;
    for (const std::string& folder : plan.folders)
        text += fmt::format("would make the folder {}\n", folder);
    for (const FileChange& file : plan.files) text += diff_of(file);
    for (const Action& action : plan.actions) text += fmt::format("would do: {}\n", action.what);
    const ServiceWork work = work_of(plan, record);
    if (!work.any()) return text;
    const std::string& name = plan.service->unit.name;
    if (const auto manager = services.available(); !manager)
        return text + fmt::format("would leave {} alone: {}\n", name, manager.error().message());
    if (work.reload) text += fmt::format("would reload {}\n", name);
    if (work.restart) text += fmt::format("would restart {}\n", name);
    if (work.enable) text += fmt::format("would enable {}\n", name);
    return text;
}

Result<bool> carry_out(const Plan& plan, Services& services, Record& record, const Say& say) {
    for (const Note& note : plan.notes) say(note.level, note.text);
    for (const std::string& folder : plan.folders) WW_TRY_VOID(make_directories(folder));

    std::vector<StagedFile> staged;
    for (const FileChange& file : plan.files) {
        WW_TRY(StagedFile fresh, StagedFile::create(file));
        staged.push_back(std::move(fresh));
    }
    for (const StagedFile& file : staged) WW_TRY_VOID(file.check());

    const ServiceWork work = work_of(plan, record);
    // Said before the first file is in place: whoever comes after a power cut restarts it.
    if ((work.restart || work.reload) && !staged.empty()) {
        record.set_restart_due(plan.service->unit.name, true);
        WW_TRY_VOID(record.save());
    }
    for (StagedFile& file : staged) {
        WW_TRY(const std::string kept, file.put_into_place(record));
        if (!kept.empty()) say("info", fmt::format("{} was: {}", file.path(), kept));
    }
    if (!staged.empty()) WW_TRY_VOID(record.save());
    for (const Action& action : plan.actions) {
        say("info", action.what);
        WW_TRY_VOID(action.run());
    }
    if (work.any()) WW_TRY_VOID(tend(plan, work, services, record, say));
    if (plan.closing)
        for (const std::string& line : plan.closing()) say("info", line);
    return !plan.folders.empty() || !staged.empty() || !plan.actions.empty() || work.any();
}

}  // namespace ww::configure
