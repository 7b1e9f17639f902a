// SPDX-License-Identifier: BSD-3-Clause
//
// wwctl image exec, shell. wwd says what belongs to the image; going in, with this terminal and the
// caller's rights, is done here, and holding the image against everybody else meanwhile.
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "ctl/cmd/handlers.h"
#include "ctl/follow.h"
#include "enter/emulator.h"
#include "enter/enter.h"
#include "jobs/hold.h"

namespace ww::ctl::cmd {

namespace {

/// The first that the image has is run when somebody has been inside.
constexpr const char* kExitScripts[] = {"/etc/warewulf/image_exit.sh",
                                        "/etc/warewulf/container_exit.sh"};

std::vector<std::string> callers_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable)
        variables.emplace_back(*variable);
    return variables;
}

/// A line for whoever finds the image taken.
std::string holder_line(const std::string& command) {
    std::tm local{};
    const std::time_t now = std::time(nullptr);
    ::localtime_r(&now, &local);
    return fmt::format("{} since {:%Y-%m-%d %H:%M:%S}, process {}", command, local, ::getpid());
}

bool is_program(const ConfinedDir& rootfs, const std::string& path) {
    const auto status = rootfs.status(path);
    return status && S_ISREG(status->st_mode);
}

/// $SHELL of the caller, if the image has it, else one that most have.
Result<std::string> find_shell(const ConfinedDir& rootfs, const std::string& image) {
    const char* callers = std::getenv("SHELL");
    for (const std::string shell : {callers == nullptr ? "" : callers, "/bin/bash", "/bin/sh"})
        if (!shell.empty() && is_program(rootfs, shell)) return shell;
    return Error(ErrorCode::NotFound, fmt::format("no shell found in image: {}", image));
}

class Entering {
   public:
    explicit Entering(Context& context) : context_(context), image_(context.arguments()[0]) {}

    /// Errors: those of asking wwd; PermissionDenied, FailedPrecondition.
    Result<void> prepare() {
        const FlagValues& flags = context_.flags();
        WW_TRY(const auto reply,
               context_.call(protocol::route::ImageEnter{}, {image_, flags.text("node")}));
        if (::geteuid() != 0)
            return Error(ErrorCode::PermissionDenied, "only root may enter an image")
                .with_hint("sudo wwctl ...");
        plan_ = {.name = image_,
                 .folder = reply.folder,
                 .tree = reply.tree,
                 .readonly = reply.readonly,
                 .archives = reply.archives,
                 .hostname = flags.text("node"),
                 .network = !flags.is_true("no-network")};
        for (const protocol::ImageMount& mount : reply.mounts)
            plan_.binds.push_back({mount.source, mount.target, mount.readonly, mount.copy});
        // Those of the command line cover those of the configuration.
        std::error_code unknown;
        const std::string here = std::filesystem::current_path(unknown).string();
        for (const std::string& text : flags.items("bind")) {
            WW_TRY(enter::Bind bind, enter::parse_bind(text, here));
            plan_.binds.push_back(std::move(bind));
        }
        holds_ = reply.holds;
        subject_ = reply.subject;
        WW_TRY(rootfs_, ConfinedDir::open(plan_.rootfs()));
        WW_TRY(const auto emulator, enter::emulator_for(*rootfs_));
        if (emulator) plan_.binds.push_back(*emulator);
        context_.disconnect();  // somebody may be inside for days
        return {};
    }

    const ConfinedDir& rootfs() const { return *rootfs_; }

    Result<int> run(const std::vector<std::string>& words) {
        int ended = 0;
        {
            // Of two that change nothing both may be inside.
            WW_TRY(const jobs::Hold hold,
                   jobs::Hold::take(holds_,
                                    {subject_, /*shared=*/!plan_.writable()},
                                    holder_line(context_.command().path)));
            WW_TRY(ended,
                   run_one(words,
                           fmt::format("command returned an error: [{}]", fmt::join(words, " "))));
            if (ended == 0) {
                WW_TRY(ended, run_exit_script());
            }
        }
        if (ended != 0) return ended;
        return afterwards();
    }

   private:
    Result<int> run_exit_script() {
        for (const char* script : kExitScripts)
            if (is_program(*rootfs_, script))
                return run_one({"/bin/sh", script},
                               fmt::format("exit script returned an error: {}", script));
        return 0;
    }

    /// 0; the status if a signal ended it. `failure`: the begin of what is said otherwise. Errors:
    /// any other end.
    Result<int> run_one(const std::vector<std::string>& words, const std::string& failure) {
        context_.output().flush();
        const auto warn = [&](const std::string& text) {
            context_.output().message(Level::Warn, text);
        };
        const auto ended = enter::run(
            plan_, {words, enter::environment_inside(image_, callers_environment())}, warn);
        if (!ended)
            return Error(ended.error().code(),
                         fmt::format("{}: {}", failure, ended.error().message()))
                .with_hint(ended.error().hint());
        if (ended->status() == 0) return 0;
        const Error error(ErrorCode::FailedPrecondition,
                          fmt::format("{}: {}", failure, ended->describe()));
        if (ended->signal == 0) return error;
        // Compat: upstream's 255 would hide from a script that somebody pressed Ctrl-C.
        context_.output().failure(error);
        return ended->status();
    }

    Result<int> afterwards() {
        const FlagValues& flags = context_.flags();
        if (flags.is_true("syncuser") && plan_.writable()) {
            WW_TRY(const int synced,
                   follow_job(context_, protocol::route::ImageSyncUser{}, {.name = image_}));
            if (synced != 0) return synced;
        }
        if (!flags.is_true("build")) return 0;
        return follow_job(context_, protocol::route::ImageBuild{}, {.names = {image_}});
    }

    Context& context_;
    const std::string image_;
    enter::Plan plan_;
    std::optional<ConfinedDir> rootfs_;
    std::string holds_;
    std::string subject_;
};

}  // namespace

Result<int> image_exec(Context& context) {
    Entering entering(context);
    WW_TRY_VOID(entering.prepare());
    const auto& arguments = context.arguments();
    return entering.run({arguments.begin() + 1, arguments.end()});
}

Result<int> image_shell(Context& context) {
    Entering entering(context);
    WW_TRY_VOID(entering.prepare());
    WW_TRY(const std::string shell, find_shell(entering.rootfs(), context.arguments()[0]));
    if (context.flags().is_true("build"))
        context.output().message(
            Level::Info,
            "Image build will be skipped if the shell ends with a non-zero exit status.");
    return entering.run({shell});
}

}  // namespace ww::ctl::cmd
